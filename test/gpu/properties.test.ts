// Random legal calls of every bundled kernel: every variant that can take one gives what the oracle says.
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Abilities } from '../../src/profile/webgpu/requirements';
import { propertyFindings } from './propertyFindings';
import { kernelsAndGenerators, loadGenerator, propertySettings, runProperties } from './propertyRun';
import { Turns } from './turns';
import { WorkerRig } from './workerRig';

const settings = propertySettings(process.env);
const { kernels, generators } = await kernelsAndGenerators();
/** A kernel takes one core: what is compiled for a software adapter is compiled on one thread. */
const turns = new Turns(Math.min(2, availableParallelism()));
const LONGEST_MS = 300_000 + 2_000 * settings.cases;

describe('properties', () => {
  let rig: WorkerRig;
  let abilities: Abilities;
  beforeAll(async () => {
    rig = await WorkerRig.create();
    const listed = await rig.worker().call('adapters', {});
    const found = listed.find(({ name, software }) => (settings.adapter === 'software' ? software : name !== ''));
    abilities = { features: new Set(found?.features), limits: found?.limits ?? {} };
  });
  afterAll(async () => {
    await rig.dispose();
  });

  test('every bundled kernel has a generator of calls, and every generator a kernel', () => {
    expect(generators).toEqual(kernels);
  });

  test.concurrent.each(generators)('%s', { timeout: LONGEST_MS }, async (id) => {
    const generator = await loadGenerator(id);
    const run = await turns.take(() => runProperties(id, generator, settings));
    expect(propertyFindings(run, generator, abilities).join('\n\n')).toBe('');
  });

  describe('a wrong kernel', () => {
    const few = { ...settings, cases: 24 };

    /** Finds a variant wrong that takes calls which are not a multiple of its vectors. */
    test('is found out, with a call that shows it and the command that repeats it', async () => {
      const generator = await loadGenerator('ai.onnx.Gelu');
      const run = await runProperties('ai.onnx.Gelu', generator, few, async (build) => {
        await edit(join(build, 'manifest.json'), '"fits": "elements % packed == 0"', '"fits": "elements > 0"');
      });
      const [finding = ''] = propertyFindings(run, generator, abilities);
      expect(finding).toMatch(/\[fused_vec4\]: .*(wrong|never written)/);
      expect(finding).toContain(`KERNEL_LENS_PROPERTY_SEED=${settings.seed} KERNEL_LENS_PROPERTY_CASES=24 npx vitest`);
      const call = JSON.parse(finding.split('\n').at(-1) ?? '') as { readonly inputs: { readonly x: object } };
      expect(call.inputs.x).toMatchObject({ data: { kind: 'values' } });
      expect(run.calls).toContainEqual(call);
    });

    test('whose variant takes no call is told by its name, and so are calls that are none', async () => {
      const generator = await loadGenerator('ai.onnx.Gelu');
      const run = await runProperties('ai.onnx.Gelu', generator, few, async (build) => {
        await edit(join(build, 'manifest.json'), '"fits": "true"', '"fits": "elements > 5000"');
      });
      const padded = { ...run, calls: Array.from({ length: 200 }, (_, at) => run.calls[at % 24] ?? {}) };
      expect(propertyFindings(padded, generator, abilities).join()).toMatch(/No call was one for .*fused_scalar/);
      const illegal = {
        drawCase: (draw: Parameters<typeof generator.drawCase>[0]) => ({
          ...generator.drawCase(draw),
          attributes: { approximate: 'both' },
        }),
      };
      const none = await runProperties('ai.onnx.Gelu', illegal, few);
      expect(propertyFindings(none, illegal, abilities).join()).toMatch(
        /24 of 24 calls were not run:\n {2}24: .*approximate/,
      );
    });
  });
});

async function edit(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  expect(text).toContain(from);
  await writeFile(file, text.replaceAll(from, to));
}
