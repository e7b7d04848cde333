import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { REPORT_VERSION, ReportError } from '../../src/profile/report';
import { readReport, reportFileName, serialiseReport } from '../../src/profile/reportFile';
import { sampleReport, sampleText } from './sampleReports';

describe.each(['h100', 'software', 'python-h100', 'python-cpu'] as const)('the sample %s', (name) => {
  test('is read, written and read again without a loss', () => {
    const report = sampleReport(name);
    expect(JSON.parse(serialiseReport(report))).toMatchObject({
      ...(JSON.parse(sampleText(name)) as object),
      version: REPORT_VERSION,
    });
    expect(readReport(serialiseReport(report), name)).toEqual(report);
  });

  test('is written with its samples on one line each', () => {
    const text = serialiseReport(sampleReport(name));
    expect(text).toMatch(/"samplesNs": \[\d[\d., ]+\],\n/);
    expect(text.endsWith('}\n')).toBe(true);
  });
});

test('a report of version 1 is read as one of WebGPU that has nothing of what came with version 2', () => {
  expect(JSON.parse(sampleText('h100'))).toMatchObject({ version: 1 });
  const report = sampleReport('h100');
  expect(report).toMatchObject({ version: 2, machine: { python: null, reference: { products: {} } } });
  for (const kernel of report.kernels) expect(kernel).toMatchObject({ language: 'javascript', variant: null });
  for (const item of report.cases) {
    expect(item.flops).toBeNull();
    for (const row of item.rows) {
      expect(row.contender).toMatchObject({ kind: 'variant', kernel: null });
      expect(row).toMatchObject({ launches: null, peakBytes: null, hostNs: null, shareOfProduct: null, guards: [] });
    }
  }
});

test('text that looks like a list of numbers is left alone', () => {
  const report = sampleReport('software');
  const trap = { ...report, command: ['[\n  1,\n  2\n]', '[ 1, 2 ]'] };
  expect(readReport(serialiseReport(trap), 'x').command).toEqual(trap.command);
});

describe('a file that cannot be read says which, why and what to do', () => {
  const text = sampleText('software');
  const changed = (change: (report: Record<string, unknown>) => void): string => {
    const value = JSON.parse(text) as Record<string, unknown>;
    change(value);
    return JSON.stringify(value);
  };

  test.each<[string, string, string | RegExp]>([
    ['empty', '  \n', 'run.json is empty. Profile again, or restore the file.'],
    [
      'cut short',
      text.slice(0, 5000),
      'run.json ends in the middle: it was cut short. Profile again, or restore the file.',
    ],
    ['not JSON', 'PK\u0003\u0004', /^run\.json is not JSON: .+ Choose a file that ends with \.kernel-lens\.json\.$/],
    [
      'JSON of another kind',
      '{"hello": 1}',
      /^run\.json is JSON, but no Kernel Lens report: its "schema" is not "kernel-lens\/report"/,
    ],
    ['a list', '[1, 2]', /no Kernel Lens report/],
    ['null', 'null', /no Kernel Lens report/],
    [
      'from the future',
      changed((report) => {
        report['version'] = 7;
        report['cases'] = 'a form nobody knows yet';
      }),
      'run.json is a report of version 7, and this Kernel Lens reads up to version 2. Update Kernel Lens to open it.',
    ],
    ['of a version that never was', changed((report) => (report['version'] = 0)), /damaged: version: /],
    ['without a version', changed((report) => delete report['version']), /damaged: version: /],
    ['with a bad status', changed((report) => (report['status'] = 'fine')), /damaged: status: .*"fine"/],
    ['with a bad date', changed((report) => (report['createdAt'] = 'yesterday')), /damaged: createdAt: /],
    [
      'with a negative time',
      text.replace(/"medianNs": [\d.]+/, '"medianNs": -1'),
      /damaged: cases\[0\]\.rows\[0\]\.timing\.medianNs: .*-1\. Profile again, or restore the file\.$/,
    ],
    [
      'with many faults',
      text.replaceAll('"batch": 1', '"batch": "one"'),
      /cases\[0\]\.rows\[0\]\.timing\.batch: .*and 1 more\./,
    ],
  ])('%s', (_, content, message) => {
    const read = () => readReport(content, 'run.json');
    expect(read).toThrow(ReportError);
    expect(read).toThrow(message);
  });

  test('whatever is cut off or overwritten, the answer is a report or a ReportError', () => {
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(text.length), fc.string({ maxLength: 5 }), (from, length, filling) => {
        const broken = text.slice(0, from) + filling + text.slice(from + (length % 200));
        try {
          readReport(broken, 'x');
        } catch (error) {
          expect(error).toBeInstanceOf(ReportError);
        }
      }),
      { numRuns: 200 },
    );
  });
});

test.each([
  [['ai.onnx.Gelu'], 'NVIDIA H100 80GB HBM3', 'Gelu-NVIDIA-H100-80GB-HBM3-2026-01-15-1020.kernel-lens.json'],
  [['a.B', 'a.C'], 'SwiftShader (software)', '2-kernels-SwiftShader-software-2026-01-15-1020.kernel-lens.json'],
  [['example-org/activation'], 'NVIDIA H100', 'activation-NVIDIA-H100-2026-01-15-1020.kernel-lens.json'],
  [['model.py:mine'], 'Example CPU', 'model-py-mine-Example-CPU-2026-01-15-1020.kernel-lens.json'],
  [['a.B'], '../../../etc/passwd\u0000 C:\\x', 'B-etc-passwd-C-x-2026-01-15-1020.kernel-lens.json'],
])('the file name for %j on %s', (ids, name, want) => {
  const report = sampleReport('h100');
  const [kernel] = report.kernels;
  if (kernel === undefined) throw new Error('The sample has no kernel.');
  const machine = { ...report.machine, adapter: { ...report.machine.adapter, name } };
  expect(reportFileName({ ...report, machine, kernels: ids.map((id) => ({ ...kernel, id })) })).toBe(want);
});
