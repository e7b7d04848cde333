// Tuning on the software adapter: what is tried, what is refused, and that a wrong setting is never the best.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_PROFILE_OPTIONS, type ProfileProgress } from '../../src/profile/profileOptions';
import { tune, type TuneOptions } from '../../src/profile/tune';
import type { TuneReport } from '../../src/profile/tuneReport';
import { settingName } from '../../src/profile/tuneSetting';
import { ROOT, WORKER_PATH, WorkerRig } from './workerRig';

/** Relu whose lanes are a tunable; lanes of 16 leave every other element out, and 48 do not compile. */
const SHADER = `{{ env.wgsl.resourceDeclarations }}
@compute @workgroup_size({{ tunables.LANES }})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let i = id.x{{ " * 2u" if tunables.LANES == 16 else "" }};
  if (i >= arrayLength(&x)) { return; }
  y[i] = max(x[i], 0.0){{ " + nonsense" if tunables.LANES == 48 else "" }};
}
`;

describe('tuning', () => {
  let rig: WorkerRig;
  let kernel: string;
  beforeAll(async () => {
    rig = await WorkerRig.create();
    kernel = await writeKernel(join(rig.folder, 'relu'), { LANES: { default: 64 }, UNUSED: { default: 'a' } });
  });
  afterAll(async () => {
    await rig.dispose();
  });

  async function writeKernel(folder: string, tunables: object): Promise<string> {
    const build = join(folder, 'build', 'webgpu');
    await mkdir(build, { recursive: true });
    const lanes = 'LANES' in tunables ? 'tunables.LANES' : '64';
    const manifest = {
      name: 'Relu',
      sinceVersion: 14,
      inputs: { x: { onnx: 'X', dtype: 'float32' } },
      outputs: { y: { onnx: 'Y', dtype: 'float32', shape: 'shapes.x' } },
      tunables,
      variants: [
        {
          id: 'fused',
          when: [`${lanes} <= 128`],
          passes: [
            {
              id: 'relu',
              shader: 'relu.wgsl.jinja',
              bindings: ['x', 'y'],
              dispatch: { threads: 'numel(shapes.x)', workgroupSize: lanes },
            },
          ],
        },
      ],
    };
    const bench = {
      ...('UNUSED' in tunables ? { tune: { LANES: [16, 32, 48, 64, 256], UNUSED: ['b'] } } : {}),
      cases: [
        { name: 'one', inputs: { x: { shape: [3000] } } },
        { name: 'two', inputs: { x: { shape: [77] } } },
      ],
    };
    await writeFile(join(build, 'manifest.json'), JSON.stringify(manifest));
    await writeFile(join(build, 'bench.json'), JSON.stringify(bench));
    await writeFile(join(build, 'relu.wgsl.jinja'), SHADER.replaceAll('tunables.LANES', lanes));
    return folder;
  }

  function run(
    options: Partial<TuneOptions>,
    hooks: { signal?: AbortSignal; onProgress?: (progress: ProfileProgress) => void } = {},
  ): Promise<TuneReport> {
    return tune(
      {
        ...DEFAULT_PROFILE_OPTIONS,
        adapter: 'software',
        quick: true,
        kernels: [{ kind: 'folder', path: kernel }],
        candidates: {},
        ...options,
      },
      { workerPath: WORKER_PATH, kernelsRoot: rig.folder, cacheFolder: join(ROOT, '.cache'), toolVersion: '0' },
      { signal: new AbortController().signal, onProgress: () => undefined, ...hooks },
    );
  }

  test('every setting is tried, wrong and refused ones say why, and none of those is best', async () => {
    const report = await run({});
    expect(report).toMatchObject({ schema: 'kernel-lens/tune', status: 'complete', reason: null, left: [] });
    expect(report.cases.map(({ id }) => id)).toEqual(['ai.onnx.Relu/one/float32', 'ai.onnx.Relu/two/float32']);
    for (const { tried, best, reason } of report.cases) {
      const outcome = tried.map(
        (one) => `${settingName(one)}: ${one.sameAs === null ? one.status : `as ${one.sameAs}`}`,
      );
      expect(outcome.sort()).toEqual([
        'fused LANES=16 UNUSED=b: as fused LANES=16',
        'fused LANES=16: wrong',
        'fused LANES=256 UNUSED=b: refused',
        'fused LANES=256: refused',
        'fused LANES=32 UNUSED=b: as fused LANES=32',
        'fused LANES=32: timed',
        'fused LANES=48 UNUSED=b: as fused LANES=48',
        'fused LANES=48: failed',
        'fused UNUSED=b: as fused',
        'fused: timed',
      ]);
      expect(reason).toBeNull();
      const find = (name: string) => tried.find((one) => settingName(one) === name);
      expect(find('fused')).toMatchObject({ isDefault: true, speedup: null });
      expect(find('fused LANES=32')?.speedup?.ratio).toBeGreaterThan(0);
      expect(find('fused LANES=16')).toMatchObject({ medianNs: null, speedup: null });
      expect(find('fused LANES=16')?.reason).toMatch(/never written|wrong/);
      expect(find('fused LANES=48')?.reason).toMatch(/does not compile/);
      expect(find('fused LANES=256')?.reason).toMatch(/tunables\.LANES <= 128 does not hold/);
      expect(['fused', 'fused LANES=32']).toContain(best === null ? '' : settingName(best));
      expect(best).toMatchObject({ confirmed: true });
      // Faster is said only of what the interval is faster by.
      expect(best?.isDefault === true || best?.speedup?.verdict === 'FASTER').toBe(true);
    }
    const overall = report.overall.map((one) => [settingName(one), one.cases]);
    expect(overall).toHaveLength(4);
    expect(overall).toContainEqual(['fused', 2]);
    expect(overall).toContainEqual(['fused LANES=32', 2]);
  });

  test('a cancelled run keeps what it has', async () => {
    const cancel = new AbortController();
    const onProgress = ({ done }: ProfileProgress): void => {
      // The first group of settings is behind it.
      if (done > 0) cancel.abort();
    };
    const candidates = { LANES: Array.from({ length: 40 }, (_, at) => at + 64) };
    const report = await run({ candidates, cases: 'one' }, { signal: cancel.signal, onProgress });
    expect(report).toMatchObject({ status: 'cancelled', reason: 'Cancelled.' });
    const [first] = report.cases;
    expect(first?.tried.some(({ status }) => status === 'timed')).toBe(true);
    expect(first?.reason).toBe('cancelled');
    expect(first?.best?.confirmed).toBe(false);
  });

  test.each([
    ['a tunable that is not there', { candidates: { TYLE: [8] } }, /has no tunable TYLE\. There are: LANES, UNUSED/],
    ['a variant that is not there', { variants: ['fast'] }, /has no variant fast\. There are: fused/],
    ['a case that is not there', { cases: 'three' }, /No case matches/],
  ])('%s is bad use', async (_, options, reason) => {
    await expect(run(options)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(reason) as string,
    });
  });

  test('a kernel without anything to try says what to do', async () => {
    const plain = await writeKernel(join(rig.folder, 'plain'), {});
    await expect(run({ kernels: [{ kind: 'folder', path: plain }] })).rejects.toThrow(/nothing to try.*--try NAME=a,b/);
  });
});
