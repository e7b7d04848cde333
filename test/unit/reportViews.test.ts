import { describe, expect, test } from 'vitest';
import { contenderName, rowCells } from '../../src/profile/reportCells';
import { reportCsv } from '../../src/profile/reportCsv';
import { reportMarkdown } from '../../src/profile/reportMarkdown';
import { reportTable } from '../../src/profile/reportTable';
import { only, sampleCase, sampleReport, withRows } from './sampleReports';

const h100 = sampleReport('h100');
const RMS = 'ai.onnx.RMSNormalization/large/float32';
const SOFTMAX_SLOWER = 'ai.onnx.Softmax/long-rows/float32';
const SOFTMAX_WRONG = 'ai.onnx.Softmax/large/float32';

describe('cells', () => {
  const cells = (id: string, index: number) => {
    const item = sampleCase(h100, id);
    const row = item.rows[index];
    if (row === undefined) throw new Error(`No row ${index}.`);
    return rowCells(item, row);
  };

  test('the baseline, a winner, a wrong row, a failed row', () => {
    expect(cells(RMS, 0)).toEqual({
      contender: 'unfused (baseline)',
      time: '652 µs',
      spread: '0.2%',
      speedup: '1.00×',
      verdict: '',
      limit: '28%',
      bandwidth: '823 GB/s',
      compute: '–',
      launches: '–',
      memory: '–',
      error: '✓ 6e-7',
      note: '',
    });
    expect(cells(RMS, 1)).toMatchObject({ contender: 'fused', speedup: '3.50× [3.49, 3.51]', verdict: 'FASTER' });
    expect(cells(SOFTMAX_WRONG, 1)).toMatchObject({
      contender: 'fused_vec4',
      time: '–',
      spread: '–',
      speedup: '–',
      verdict: 'WRONG',
      limit: '–',
      error: '✗ 0.4',
      note: 'max error 0.31 at [16383, 17], 4,096 of 134,217,728 elements wrong',
    });
    expect(cells(SOFTMAX_SLOWER, 2)).toMatchObject({ verdict: 'FAILED', error: '–' });
    expect(cells(SOFTMAX_SLOWER, 2).note).toContain('did not compile');
  });

  test('labels are used while they tell contenders apart', () => {
    const item = sampleCase(h100, SOFTMAX_WRONG);
    expect(item.rows.map((row) => contenderName(item, row))).toEqual(['unfused (baseline)', 'fused_vec4', 'fused']);
  });

  test('a row without an oracle says so', () => {
    const item = withRows(sampleCase(h100, RMS), (row) => ({
      ...row,
      accuracy: row.accuracy && { ...row.accuracy, passed: null },
    }));
    expect(item.rows.map((row) => rowCells(item, row).error)).toEqual(['no oracle', 'no oracle']);
  });
});

describe('the table for a terminal', () => {
  test('as a whole', () => {
    expect(reportTable(only(h100, RMS, SOFTMAX_WRONG), { width: undefined, colour: false })).toMatchInlineSnapshot(`
      "fused_vec4 is wrong for Softmax 16384×4096 f32 (max error 0.31 at [16383, 17], 4,096 of 134,217,728 elements wrong); fused is 2.9× faster than unfused here (geometric mean of 2 cases of 2 kernels), and exact to 4e-7 where it is right
      NVIDIA H100 80GB HBM3 (WebGPU, vulkan) · copy rate here 2,895 GB/s · empty dispatch 2.10 µs
      note: The GPU's clock could not be read on this machine, so throttling would not be seen.

      ai.onnx.RMSNormalization
        fused is 3.5× faster than unfused here, and exact to 3e-7
      case            contender             time     ±  speed-up [95%]      verdict  limit  error
      16384×4096 f32  unfused (baseline)  652 µs  0.2%  1.00×                          28%  ✓ 6e-7
                      fused               186 µs  0.2%  3.50× [3.49, 3.51]  FASTER    100%  ✓ 3e-7
          why: 5 launches → 1 · 1.88 GB → 537 MB moved · 537 MB → 0 B scratch
          fused moves 3.5× less and ran 3.5× faster: memory was the limit.

      ai.onnx.Softmax
        fused_vec4 is wrong for Softmax 16384×4096 f32 (max error 0.31 at [16383, 17], 4,096 of 134,217,728 elements wrong); fused is 2.4× faster than unfused here, and exact to 4e-7 where it is right
      case            contender             time     ±  speed-up [95%]      verdict  limit  error
      16384×4096 f32  unfused (baseline)  466 µs  0.1%  1.00×                          40%  ✓ 5e-7
                      fused_vec4               –     –  –                   WRONG        –  ✗ 0.4
                      fused               190 µs  0.2%  2.45× [2.44, 2.45]  FASTER     97%  ✓ 4e-7
          fused_vec4: max error 0.31 at [16383, 17], 4,096 of 134,217,728 elements wrong
          why: 4 launches → 1 · 1.61 GB → 537 MB moved · 269 MB → 0 B scratch
          fused moves 3.0× less, but ran only 2.4× faster: unfused moved its bytes at 119% of the copy rate, fused at 97%, some of it out of a cache.

      All kernels
      kernel            cases  over baseline  best limit  look at
      RMSNormalization  1      3.5× FASTER    100%
      Softmax           1      2.4× FASTER    97%         WRONG in 1

      ±: half the 95% interval of the median; limit: share of the copy rate of this run; error: largest, relative
      "
    `);
  });

  test.each([40, 60, 70, 80, 100])(
    'in %i columns, the lines of numbers fit or hold only what must be there',
    (width) => {
      const text = reportTable(h100, { width, colour: false });
      const heading = text.split('\n').find((line) => line.startsWith('case')) ?? '';
      expect(heading).toContain('time');
      expect(heading).toContain('speed-up');
      if (width >= 80) expect(heading.length).toBeLessThanOrEqual(width);
      if (width < 80) expect(heading).not.toContain('±');
    },
  );

  test('colour adds no word and takes none', () => {
    const plain = reportTable(h100, { width: 120, colour: false });
    const coloured = reportTable(h100, { width: 120, colour: true });
    expect(coloured).not.toBe(plain);
    const bare = [0, 1, 2, 31, 32, 33].reduce((text, code) => text.replaceAll(`\u001b[${code}m`, ''), coloured);
    expect(bare).toBe(plain);
    for (const word of ['FASTER', 'SLOWER', 'SAME', 'UNCLEAR', 'WRONG', 'FAILED']) expect(plain).toContain(word);
  });

  test('everything a reader has to know is there', () => {
    const text = reportTable(h100, { width: undefined, colour: false });
    for (const flag of [...h100.flags, ...h100.cases.flatMap((item) => item.flags)]) expect(text).toContain(flag.text);
    for (const item of h100.cases) if (item.reason !== null) expect(text).toContain(item.reason);
    expect(text).toContain('Cancelled by the user after 7 of 9 cases.');
    expect(text).toContain('unknown key "dispach"');
  });
});

describe('Markdown', () => {
  test('names the commit of a kernel of the Hub, and of no other', () => {
    const commit = '0123456789abcdef0123456789abcdef01234567';
    const kernels = h100.kernels.map((kernel) => ({ ...kernel, source: 'hub' as const, commit }));
    expect(reportMarkdown({ ...h100, kernels })).toContain('hub, commit 0123456789ab, sha256');
    expect(reportMarkdown(h100)).not.toContain(', commit ');
  });

  const text = reportMarkdown(h100);

  test('starts with the answer and ends with the command', () => {
    expect(text.startsWith('**cancelled early; until then, fused is wrong in 2 cases of ')).toBe(true);
    expect(text.endsWith('```sh\nkernel-lens profile --adapter NVIDIA\n```\n')).toBe(true);
  });

  test('names machine, versions, method and digests', () => {
    for (const part of [
      'NVIDIA H100 80GB HBM3',
      'driver 580.95',
      'Dawn 0.6.2',
      'Seed 1',
      'ONNX Runtime 1.30.0',
      'a3f1a3f1a3f1',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('every line of a table has as many cells as its heading', () => {
    const [overview = [], ...tables] = text
      .split('\n\n')
      .filter((part) => part.startsWith('|'))
      .map((table) => table.split('\n'));
    const cells = (line: string) => line.match(/(?<!\\)\|/g)?.length;
    expect(overview.map(cells)).toEqual(overview.map(() => 6));
    const lines = tables.flat();
    expect(lines.map(cells)).toEqual(lines.map(() => 9));
    expect(lines).toHaveLength(4 * 2 + h100.cases.reduce((sum, item) => sum + Math.max(1, item.rows.length), 0));
  });

  test('text of a kernel or a driver stays text', () => {
    const nasty = 'a|b <img src=x> `code` [x](y) @all\n# heading';
    const report = only(h100, RMS);
    const cases = report.cases.map((item) => ({
      ...withRows(item, (row) => ({ ...row, status: 'failed' as const, reason: nasty })),
      label: nasty,
    }));
    const made = reportMarkdown({ ...report, cases, command: ['kernel-lens', "it's; rm -rf"] });
    expect(made).not.toMatch(/(?<!\\)<img|^# heading|(?<!\\)\[x\]\(|@all/m);
    expect(made).toContain(`kernel-lens 'it'\\''s; rm -rf'`);
  });
});

describe('CSV', () => {
  const parsed = parseCsv(reportCsv(h100));

  test('one line a row, one for a case without rows, all as long as the heading', () => {
    const [heading, ...lines] = parsed;
    expect(lines).toHaveLength(h100.cases.reduce((sum, item) => sum + Math.max(1, item.rows.length), 0));
    for (const line of lines) expect(line).toHaveLength(heading?.length ?? -1);
    expect(new Set(heading).size).toBe(heading?.length);
  });

  test('numbers are whole and can be found by name', () => {
    const [heading = [], ...lines] = parsed;
    const column = (name: string) => lines.map((line) => line[heading.indexOf(name)]);
    const rows = h100.cases.flatMap((item) => (item.rows.length === 0 ? [null] : item.rows));
    expect(column('median_ns')).toEqual(rows.map((row) => String(row?.timing?.medianNs ?? '')));
    expect(column('speedup_ratio')).toEqual(rows.map((row) => String(row?.speedup?.ratio ?? '')));
    expect(column('wrong_elements').filter((cell) => cell === '4096')).toHaveLength(1);
    expect(column('case_status').filter((cell) => cell !== 'done')).toEqual(['failed', 'not run']);
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])('%j cannot become a formula', (nasty) => {
    const report = only(h100, RMS);
    const cases = report.cases.map((item) => ({ ...item, name: nasty, cache: `x", "${nasty}` }));
    const [heading = [], ...lines] = parseCsv(reportCsv({ ...report, cases }));
    for (const line of lines) {
      expect(line[heading.indexOf('case')]).toBe(`'${nasty}`);
      expect(line[heading.indexOf('cache')]).toBe(`x", "${nasty}`);
    }
  });

  test('several outputs share a cell by name', () => {
    const report = only(h100, RMS);
    const cases = report.cases.map((item) =>
      withRows(item, (row) => {
        const [output] = row.accuracy?.outputs ?? [];
        if (row.accuracy === null || output === undefined) return row;
        return {
          ...row,
          accuracy: { ...row.accuracy, outputs: [output, { ...output, output: 'mean', maxAbs: null }] },
        };
      }),
    );
    const [heading = [], first = []] = parseCsv(reportCsv({ ...report, cases }));
    expect(first[heading.indexOf('max_abs_error')]).toMatch(/^y [\d.e-]+; mean none$/);
  });
});

/** A reader of RFC 4180. */
function parseCsv(text: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  for (let at = 0; at < text.length;) {
    let field = '';
    if (text[at] === '"') {
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
        field += text[at] ?? '';
        if (text[at] === '"') at++;
      }
      at++;
    } else {
      while (at < text.length && text[at] !== ',' && !text.startsWith('\r\n', at)) field += text[at++] ?? '';
    }
    line.push(field);
    if (text[at] === ',') at++;
    else {
      expect(text.slice(at, at + 2)).toBe('\r\n');
      at += 2;
      lines.push(line);
      line = [];
    }
  }
  return lines;
}
