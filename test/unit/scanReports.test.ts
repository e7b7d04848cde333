import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { FINDING_CODES, type Finding } from '../../src/findings/finding';
import type { CodePlace } from '../../src/scan/codeFile';
import { sarifLog } from '../../src/scan/sarif';
import type { Scan, ScannedFinding } from '../../src/scan/scan';
import { scanJson, scanText, summaryText } from '../../src/cliScanText';

// What the schema of SARIF 2.1.0 demands of the parts that are written, and what GitHub reads of them.
const Count = v.pipe(v.number(), v.integer(), v.minValue(1));
const Region = v.strictObject({ startLine: Count, startColumn: Count, endLine: Count, endColumn: Count });
const Uri = v.pipe(
  v.string(),
  v.regex(/^(?:file:\/\/\/)?(?:[\w.~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+$/),
  v.check((uri) => uri.startsWith('file:') || !uri.startsWith('/')),
);
const Artifact = v.strictObject({ uri: Uri, uriBaseId: v.optional(v.literal('%SRCROOT%')) });
const Place = v.strictObject({
  physicalLocation: v.strictObject({ artifactLocation: Artifact, region: v.optional(Region) }),
});
const Message = v.strictObject({ text: v.pipe(v.string(), v.minLength(1)) });
const Sarif = v.strictObject({
  $schema: v.pipe(v.string(), v.url()),
  version: v.literal('2.1.0'),
  runs: v.tuple([
    v.strictObject({
      tool: v.strictObject({
        driver: v.strictObject({
          name: v.string(),
          semanticVersion: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+/)),
          rules: v.array(v.strictObject({ id: v.string(), shortDescription: Message })),
        }),
      }),
      columnKind: v.literal('utf16CodeUnits'),
      results: v.array(
        v.strictObject({
          ruleId: v.string(),
          ruleIndex: v.number(),
          level: v.picklist(['error', 'warning', 'note']),
          message: Message,
          locations: v.tuple([Place]),
          fixes: v.optional(
            v.pipe(
              v.array(
                v.strictObject({
                  description: Message,
                  artifactChanges: v.tuple([
                    v.strictObject({
                      artifactLocation: Artifact,
                      replacements: v.pipe(
                        v.array(
                          v.strictObject({
                            deletedRegion: Region,
                            insertedContent: v.strictObject({ text: v.string() }),
                          }),
                        ),
                        v.minLength(1),
                      ),
                    }),
                  ]),
                }),
              ),
              v.minLength(1),
            ),
          ),
        }),
      ),
      invocations: v.tuple([
        v.strictObject({
          executionSuccessful: v.boolean(),
          toolExecutionNotifications: v.array(
            v.strictObject({ level: v.literal('note'), message: Message, locations: v.tuple([Place]) }),
          ),
        }),
      ]),
    }),
  ]),
});

const place = (line: number, cell: number | null = null): CodePlace => ({
  cell,
  start: { line, column: 3 },
  end: { line, column: 9 },
});

function found(file: string, change: Partial<Finding> = {}, at = place(4)): ScannedFinding {
  const finding: Finding = {
    code: 'missing-version',
    severity: 'error',
    span: { from: 0, to: 1 },
    message: 'No version is given.',
    kernel: 'a/b',
    fixes: [{ title: 'Use version 3', preferred: true, edits: [{ span: { from: 0, to: 0 }, text: ', version=3' }] }],
    ...change,
  };
  return {
    file,
    finding,
    place: at,
    edits: finding.fixes.map(({ edits }) => edits.map(({ text }) => ({ place: at, text }))),
  };
}

function scanOf(findings: readonly ScannedFinding[], change: Partial<Scan> = {}): Scan {
  return {
    files: 3,
    lines: 40,
    findings,
    operations: [],
    suppressed: 0,
    unread: [],
    notes: [],
    problems: [],
    ...change,
  };
}

const SETTING = { toolVersion: '0.1.0', folder: '/project' };

describe('SARIF', () => {
  const ODD = ['/project/a b#?%.py', '/project/sub/ü𝒳.py', '/elsewhere/x y.py', '/project/n.ipynb', '/project/..a.py'];

  test('has the form that the schema demands, whatever files are called', () => {
    const scan = scanOf(
      ODD.map((file, at) =>
        found(file, { code: FINDING_CODES[at] ?? 'invalid-id' }, place(2, file.endsWith('b') ? 1 : null)),
      ),
      { unread: [{ path: '/project/x.py', why: 'not text' }], notes: [{ path: '/project/y.py', why: 'not UTF-8' }] },
    );
    const log = v.parse(Sarif, JSON.parse(JSON.stringify(sarifLog(scan, SETTING))));
    const [run] = log.runs;
    expect(run.results).toHaveLength(ODD.length);
    for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    const uris = run.results.map(({ locations: [{ physicalLocation }] }) => physicalLocation.artifactLocation.uri);
    expect(uris).toEqual([
      'a%20b%23%3F%25.py',
      'sub/%C3%BC%F0%9D%92%B3.py',
      'file:///elsewhere/x%20y.py',
      'n.ipynb',
      '..a.py',
    ]);
  });

  test('a cell has no line of the file, so that the message says where it is', () => {
    const log = v.parse(Sarif, sarifLog(scanOf([found('/project/n.ipynb', {}, place(2, 5))]), SETTING));
    const [one] = log.runs[0].results;
    expect(one?.locations[0].physicalLocation.region).toBeUndefined();
    expect(one?.fixes).toBeUndefined();
    expect(one?.message.text).toBe('In cell 5, line 2: No version is given.');
  });

  test.each([
    ['error', 'error'],
    ['warning', 'warning'],
    ['information', 'note'],
  ] as const)('%s is %s', (severity, level) => {
    const log = v.parse(Sarif, sarifLog(scanOf([found('/project/a.py', { severity })]), SETTING));
    expect(log.runs[0].results[0]?.level).toBe(level);
  });
});

describe('text', () => {
  test('a line a finding, a file together, and the answer at the end', () => {
    const text = scanText(
      scanOf(
        [
          found('/project/b.py', { severity: 'warning' }),
          found('/project/a.py', {}, place(10)),
          found('/project/a.py', { severity: 'information' }, place(9)),
          found('/project/n.ipynb', {}, place(2, 5)),
        ],
        { suppressed: 2, unread: [{ path: '/project/x.py', why: 'not text' }] },
      ),
      '/project',
    );
    expect(text).toBe(`a.py:9:3: information missing-version No version is given.
a.py:10:3: error missing-version No version is given.

b.py:4:3: warning missing-version No version is given.

n.ipynb:cell 5:2:3: error missing-version No version is given.

2 errors, 1 warning and 1 suggestion in 3 files of 40 lines; 2 kept quiet by comments; 1 not read.
`);
  });

  test('names of files move nothing on the screen', () => {
    const text = scanText(scanOf([found('/project/a\u202e\u001b[2J\n.py')]), '/project');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text.split('\n')).toHaveLength(4);
  });

  test('nothing is nothing', () => {
    expect(summaryText(scanOf([], { files: 1, lines: 1 }))).toBe('Nothing to say in 1 file of 1 line.');
  });
});

test('JSON has every field, null where there is nothing', () => {
  const json = JSON.parse(
    JSON.stringify(scanJson(scanOf([found('/project/a.py')]), '/project', 'https://hub')),
  ) as object;
  expect(json).toMatchObject({
    schema: 'kernel-lens/scan',
    version: 1,
    findings: [
      {
        path: 'a.py',
        cell: null,
        line: 4,
        column: 3,
        endLine: 4,
        endColumn: 9,
        severity: 'error',
        code: 'missing-version',
        kernel: 'a/b',
        fixes: [{ title: 'Use version 3', preferred: true, edits: [{ cell: null, line: 4, text: ', version=3' }] }],
      },
    ],
    operations: [],
  });
});
