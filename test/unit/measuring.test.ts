// The parts of measuring that need no GPU: sampling with a clock of the test's own, the timer's step, counted work, messages.
import { describe, expect, test } from 'vitest';
import { randomWords } from '../../src/profile/random';
import { compilerText } from '../../src/profile/webgpu/compile';
import type { ProgramInstance, Recorder } from '../../src/profile/webgpu/execute';
import { measure, type MeasureSettings } from '../../src/profile/webgpu/measure';
import type { Program, Tensor } from '../../src/profile/webgpu/program';
import { leastStep, type Timer } from '../../src/profile/webgpu/timer';
import { countWork } from '../../src/profile/webgpu/work';

const SETTINGS: MeasureSettings = {
  leastSampleNs: 100_000,
  leastSteps: 200,
  targetHalfWidth: 0.005,
  timeLimitMs: 60_000,
  leastBlocks: 10,
  mostBlocks: 40,
  warmUpMs: 0,
  flush: null,
  clock: null,
  clockLimitMs: 0,
  seed: 1,
};

/** Contenders of these tests record nothing. */
const NO_RECORDER = null as unknown as Recorder;

/** A timer that only adds up what contenders say they take. */
class PretendTimer implements Timer {
  readonly kind = 'timestamp-query';
  readonly resolutionNs = 1;
  elapsed = 0;

  time(runs: Parameters<Timer['time']>[0]): Promise<number[]> {
    return Promise.resolve(
      runs.map((run) => {
        this.elapsed = 0;
        run.record(NO_RECORDER, null);
        return this.elapsed;
      }),
    );
  }

  destroy(): void {
    // It has nothing.
  }
}

/** A contender that takes what `ns` says for its next run, and notes the sets it was given. */
function contender(timer: PretendTimer, ns: () => number, seen: number[][]): ProgramInstance {
  const record = (_: Recorder, order: readonly number[]): void => {
    seen.push([...order]);
    timer.elapsed += order.reduce((sum) => sum + ns(), 0);
  };
  return { record } as unknown as ProgramInstance;
}

describe('sampling', () => {
  test('steady contenders stop by precision, with batches above the least sample', async () => {
    const timer = new PretendTimer();
    const seen: number[][] = [];
    const both = [contender(timer, () => 30_000, seen), contender(timer, () => 500_000, seen)];
    const [short, long] = await measure(timer, both, 4, SETTINGS, () => undefined);
    expect(short).toMatchObject({ batch: 4, stoppedBy: 'precision' });
    expect(long).toMatchObject({ batch: 1, stoppedBy: 'precision' });
    expect(short?.samplesNs).toEqual(Array<number>(20).fill(30_000));
    expect(long?.samplesNs).toEqual(Array<number>(20).fill(500_000));
  });

  test('every iteration takes the next input set, whoever runs, and the last is known', async () => {
    const timer = new PretendTimer();
    const seen: number[][] = [];
    const [own] = await measure(timer, [contender(timer, () => 40_000, seen)], 4, SETTINGS, () => undefined);
    const flat = seen.flat();
    expect(flat).toEqual(flat.map((_, index) => index % 4));
    expect(own?.lastSet).toBe(flat.at(-1));
  });

  test('blocks go forth and back', async () => {
    const timer = new PretendTimer();
    const order: string[] = [];
    const named = (name: string): ProgramInstance => contender(timer, () => (order.push(name), 200_000), []);
    await measure(timer, [named('a'), named('b'), named('c')], 2, { ...SETTINGS, mostBlocks: 10 }, () => undefined);
    expect(order.slice(-12).join('')).toBe('abccbaabccba');
  });

  test('noisy contenders stop at the sample limit', async () => {
    const timer = new PretendTimer();
    const next = randomWords(11);
    const noisy = contender(timer, () => 200_000 + (next() % 1_000_000), []);
    const [own] = await measure(timer, [noisy], 2, SETTINGS, () => undefined);
    expect(own?.stoppedBy).toBe('sample limit');
    expect(own?.samplesNs).toHaveLength(80);
  });

  test('a clock that goes backwards now and then spoils its block; always, the case', async () => {
    const timer = new PretendTimer();
    let runs = 0;
    const hiccup = contender(timer, () => (++runs % 31 === 0 ? -1e9 : 200_000), []);
    const [own] = await measure(timer, [hiccup], 2, SETTINGS, () => undefined);
    expect(own?.samplesNs.every((sample) => sample === 200_000)).toBe(true);
    const broken = contender(timer, () => -1, []);
    await expect(measure(timer, [broken], 2, SETTINGS, () => undefined)).rejects.toThrow(/clock went backwards/);
  });
});

test.each([
  [[0, 32, 64, 4096, 4128], 32],
  [[5, 5, 5], 1],
  [[], 1],
  [[100, 100.5, 103], 0.5],
])('the least step of %j is %d', (values, step) => {
  expect(leastStep(values)).toBe(step);
});

const tensor = (port: string, bytes: number): Tensor => ({
  port,
  dtype: 'float32',
  storage: 'f32',
  layout: 'plain',
  shape: [bytes / 4],
  elements: bytes / 4,
  bytes,
});

test('work is counted from the passes: each buffer once a pass, uniforms not, what is updated as both', () => {
  const pass = (id: string, bindings: Program['passes'][number]['bindings']): Program['passes'][number] => ({
    id,
    name: id,
    template: '',
    wgsl: '',
    bindings,
    workgroups: [1, 1, 1],
    submitAfter: false,
  });
  const program: Program = {
    variant: 'v',
    description: '',
    inputs: [tensor('x', 400), tensor('state', 80)],
    outputs: [tensor('y', 400), tensor('state', 80)],
    buffers: [
      { kind: 'scratch', id: 't', bytes: 40, zeroInit: false },
      { kind: 'uniform', id: 'u', bytes: 16, data: new Uint8Array(16) },
    ],
    passes: [
      pass('one', [
        { index: 0, resource: 'x', access: 'read' },
        { index: 1, resource: 't', access: 'read_write' },
        { index: 2, resource: 'u', access: 'uniform' },
      ]),
      pass('two', [
        { index: 0, resource: 't', access: 'read' },
        { index: 1, resource: 'state', access: 'read_write' },
        { index: 2, resource: 'y', access: 'read_write' },
      ]),
    ],
  };
  expect(countWork(program)).toMatchObject({
    launches: 2,
    bytesMoved: 400 + 40 + (40 + 80) + (80 + 400),
    scratchBytes: 40,
    passes: [
      { reads: ['x'], writes: ['t'], readBytes: 400, writtenBytes: 40 },
      { reads: ['t', 'state'], writes: ['state', 'y'], readBytes: 120, writtenBytes: 480 },
    ],
  });
  // Of a table only the rows that are needed.
  expect(countWork(program, new Map([['x', 8]])).passes[0]).toMatchObject({ readBytes: 8, writtenBytes: 40 });
});

test("the compiler's messages stand above the lines they are about", () => {
  const message = { message: 'unresolved value', type: 'error', lineNum: 3, linePos: 5, offset: 0, length: 1 } as const;
  const text = compilerText('k.wgsl.jinja', ['a', 'b', 'let nope;', 'd', 'e', 'f'].join('\n'), [message as never]);
  expect(text.split('\n')).toEqual([
    'k.wgsl.jinja does not compile.',
    'line 3, column 5 of the rendered WGSL: unresolved value',
    '  1 | a',
    '  2 | b',
    '> 3 | let nope;',
    '    |     ^',
    '  4 | d',
    '  5 | e',
  ]);
});
