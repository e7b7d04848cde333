// What the commands about the Hub print.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkText, hereSentence, type CheckResult } from '../../src/cliCheckText';
import { jsonText } from '../../src/cliJson';
import { sourceText } from '../../src/cliList';
import { hereText, listTable, missingNotes } from '../../src/cliListText';
import { HubError } from '../../src/hub/hubError';
import type { KernelDetails } from '../../src/kernels/kernelDetails';
import type { KernelSummary } from '../../src/kernels/kernelSummary';
import type { System } from '../../src/kernels/system';
import type { WorksHere } from '../../src/kernels/worksHere';
import type { MachineState } from '../../src/machine/machineTypes';
import { summary } from './kernelSummaries';

const MISSING: System = { python: { missing: 'No Python was found.' }, webgpu: { missing: 'No adapter was found.' } };
/** What no line of a terminal may hold. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const NASTY = '\u001b[2J\u202egnp.exe\u0007\u200b\u2066\r\nx\u009b31m';

function kernel(id: string, changes: Partial<KernelSummary> = {}): KernelSummary {
  return summary({ id, ...changes });
}

describe('the table', () => {
  const cuda = { platform: 'cuda', hardware: [] } as const;
  const listed = [
    {
      kernel: kernel('org/long-name', { version: 12, downloads: 7199, backends: [cuda, cuda] }),
      here: { state: 'likely', because: 'so' } as const,
    },
    { kernel: kernel('org/b'), here: { state: 'fails', reason: 'CPU (a) does not match system CPU (b)' } as const },
    { kernel: kernel('org/c'), here: { state: 'unknown', reason: 'No Python was found.' } as const },
  ];

  test('has a line a kernel, its numbers to the right and its reasons last', () => {
    expect(listTable(listed, MISSING, undefined)).toBe(
      [
        'kernel         version  for   downloads  works here',
        'org/long-name  v12      CUDA       7.2k  ✓ likely',
        'org/b                                    ✗ CPU (a) does not match system CPU (b)',
        'org/c                                    ?',
        '',
      ].join('\n'),
    );
  });

  test('has no column for what is known of no kernel', () => {
    expect(listTable(listed.slice(1), MISSING, undefined).split('\n')[0]).toBe('kernel  works here');
  });

  test('is cut to the terminal', () => {
    for (const line of listTable(listed, MISSING, 50).split('\n')) expect(line.length).toBeLessThanOrEqual(50);
  });

  test('says once what is missing, and only of kernels that are shown', () => {
    expect(missingNotes(listed, MISSING)).toEqual([
      'whether kernels for Python run here cannot be told: No Python was found.',
    ]);
    expect(missingNotes([], MISSING)).toEqual([]);
  });

  test('shows texts of strangers on one line each', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const here: WorksHere = { state: 'fails', reason: text + NASTY };
        const table = listTable([{ kernel: kernel(`${text}${NASTY}`), here }], MISSING, undefined);
        expect(table.split('\n')).toHaveLength(3);
        expect(table.replaceAll('\n', '')).not.toMatch(UNSEEN);
        expect(hereText(here, MISSING)).not.toMatch(UNSEEN);
      }),
    );
  });
});

test.each<[Parameters<typeof sourceText>[0]['source'], HubError | null, boolean, string]>([
  ['live', null, false, '1 kernel as https://hub.example lists them now.'],
  ['cached', null, true, '1 kernel as https://hub.example listed them on 2026-01-02.'],
  ['built in', new HubError('offline', 'Offline.'), true, '1 kernel of the built-in list, made on 2026-01-02.'],
  [
    'built in',
    new HubError('unreachable', 'It cannot be reached.'),
    true,
    '1 kernel of the built-in list, made on 2026-01-02. It cannot be reached.',
  ],
  [
    'cached',
    new HubError('offline', 'HF_HUB_OFFLINE is set.'),
    false,
    '1 kernel as https://hub.example listed them on 2026-01-02. HF_HUB_OFFLINE is set.',
  ],
])('a list that is %s', (source, problem, offline, words) => {
  const state = { source, problem, at: '2026-01-02T03:04:05.000Z', kernels: [kernel('a/b')] };
  expect(sourceText(state, 'https://hub.example', offline)).toBe(words);
});

describe('a check', () => {
  const machine: MachineState = { system: MISSING, python: null, missing: [], adapters: [], loading: false };
  const details: KernelDetails = {
    id: 'org/name',
    versions: [
      { version: 1, branch: 'v1', commit: 'a'.repeat(40) },
      { version: 2, branch: 'v2', commit: 'b'.repeat(40) },
    ],
    version: { version: 1, branch: 'v1', commit: 'a'.repeat(40) },
    commit: 'a'.repeat(40),
    variants: ['torch-cpu', 'torch-cuda'],
    metadata: {},
    webgpu: null,
    card: null,
    functions: [],
    layers: [],
    benchmarks: [],
    license: null,
    trusted: null,
    gated: true,
    private: false,
    redirect: null,
  };
  const result: CheckResult = {
    details,
    here: { state: 'works', variant: 'torch-cpu' },
    python: [
      { variant: 'torch-cpu', state: 'taken', reason: null },
      { variant: 'torch-universal', state: 'fits', reason: null },
      { variant: 'torch-cuda', state: 'rejected', reason: 'backend (cuda) does not match' },
      { variant: 'webgpu', state: 'skipped', reason: 'not a name of a build for Python' },
    ],
    unjudged: [],
    webgpu: [],
    metadata: null,
    dependencies: [],
    machine,
    at: '2026-01-02T03:04:05.000Z',
    problem: null,
  };

  test('begins with the answer, and gives every build its verdict in the words of the library', () => {
    expect(checkText(result)).toBe(
      [
        'org/name@v1 works here: torch-cpu',
        '  versions            v1, v2 (newest)',
        `  commit              ${'a'.repeat(40)}`,
        '  publisher           org, the Hub could not be asked whether it trusts it: the kernels library wants trust_remote_code=True',
        '  licence             not stated',
        '  access              gated: ask for access on its page',
        '',
        'builds for Python, in the order in which the kernels library prefers them',
        '  ✓ torch-cpu        compatible, preferred',
        '  ✓ torch-universal  compatible',
        '  ✗ torch-cuda       backend (cuda) does not match',
        '  - webgpu           not a name of a build for Python',
        '',
      ].join('\n'),
    );
  });

  test('shows builds that nothing judges, and the variants of an adapter', () => {
    const text = checkText({
      ...result,
      here: { state: 'unknown', reason: 'No Python was found.' },
      python: [],
      unjudged: ['torch-cpu'],
      webgpu: [
        { variant: 'fused', reason: null },
        { variant: 'half', reason: 'the adapter has no shader-f16' },
      ],
    });
    expect(text).toMatch(/^org\/name@v1 cannot be judged here: No Python was found\.\n/);
    expect(text).toContain('\n  ? torch-cpu\n');
    expect(text).toContain('\n  ✓ fused  compatible\n  ✗ half   the adapter has no shader-f16\n');
    expect(text).toContain('this machine        No Python was found.; No adapter was found.');
  });

  test('shows texts of strangers as text, wherever they stand', () => {
    const nasty = { ...details, license: NASTY, variants: [NASTY], redirect: { destination: NASTY, revision: NASTY } };
    const text = checkText({
      ...result,
      details: nasty,
      here: { state: 'fails', reason: NASTY },
      python: [{ variant: NASTY, state: 'rejected', reason: NASTY }],
      unjudged: [NASTY],
      webgpu: [{ variant: NASTY, reason: NASTY }],
      dependencies: [{ id: NASTY, version: null, revision: NASTY, here: { state: 'likely', because: NASTY } }],
      metadata: {
        id: NASTY,
        name: NASTY,
        version: 1,
        license: NASTY,
        upstream: NASTY,
        source: NASTY,
        kernelsMinver: NASTY,
        pythonDepends: [NASTY],
        kernelDepends: [],
        backendType: NASTY,
        archs: [NASTY],
      },
    });
    expect(text.replaceAll('\n', '')).not.toMatch(UNSEEN);
    expect(text).not.toMatch(/^x/m);
  });

  test.each<[WorksHere, string]>([
    [{ state: 'works', variant: 'v' }, 'works here: v'],
    [{ state: 'likely', because: 'It fits.' }, 'may work here. It fits.'],
    [{ state: 'fails', reason: 'r' }, 'does not work here: r'],
    [{ state: 'unknown', reason: 'r' }, 'cannot be judged here: r'],
  ])('%j', (here, words) => {
    expect(hereSentence(here)).toBe(words);
  });
});

test('JSON that is printed says the same, and holds nothing that a terminal obeys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
      const asked = { value, text: text + NASTY };
      const printed = jsonText(asked);
      // Negative zero has no place in JSON.
      expect(JSON.parse(printed)).toEqual(JSON.parse(JSON.stringify(asked)));
      expect(printed.replaceAll('\n', '')).not.toMatch(UNSEEN);
    }),
  );
});
