// A transformers model whose attention, or whose norms, a kernel computes: the lines that are written, run.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Offer } from '../../src/insert/insertTypes';
import { writeAttention } from '../../src/insert/writeAttention';
import { writeKernelize } from '../../src/insert/writeKernelize';
import { startHub } from '../hub/hub';
import type { TestHub } from '../hub/hubTypes';
import { temporaryFolders } from '../hub/temporaryFolders';
import { applied, torchEnvironment } from './runWritten';
import { LIBRARY, sitesOf } from './sites';

const run = promisify(execFile);
const folders = temporaryFolders();
let hub: TestHub;
beforeAll(async () => {
  hub = await startHub({ torchKernels: true });
});
afterAll(async () => {
  await hub.close();
  await folders.remove();
});

const flash = (name: string, version: number): Offer => ({
  id: `kernels-community/${name}`,
  version,
  member: { kind: 'function', name: 'flash_attn_func' },
  signature: '(q, k, v)',
  note: null,
});
const NORM: Offer = {
  id: 'kernels-community/rmsnorm',
  version: 1,
  member: { kind: 'layer', name: 'RMSNorm' },
  signature: null,
  note: null,
  platforms: ['cpu', 'xpu'],
};

/** A file around the call that loads the model. */
const loading = (call: string): string =>
  `import torch\nfrom transformers import AutoModelForCausalLM, LlamaForCausalLM\n\n\ndef load(path):\n    model = ${call}\n    return model\n`;

const CALLS = [
  ['one', 'AutoModelForCausalLM.from_pretrained(path, dtype=torch.bfloat16)', flash('flash-attn2', 3)],
  [
    'replaced',
    "LlamaForCausalLM.from_pretrained(path, attn_implementation='eager', dtype='auto')",
    flash('flash-attn2', 4),
  ],
  [
    'lines',
    'AutoModelForCausalLM.from_pretrained(\n        path,\n        dtype=torch.bfloat16,  # of two\n    )',
    flash('flash-attn3', 1),
  ],
  ['norms', 'AutoModelForCausalLM.from_pretrained(path, dtype=torch.bfloat16)', NORM],
  ['moved', 'AutoModelForCausalLM.from_pretrained(path, dtype=torch.bfloat16)\n    model.eval()', NORM],
] as const;

const Outcomes = v.array(
  v.object({
    name: v.string(),
    error: v.nullable(v.string()),
    /** The largest difference of a logit from plain attention. */
    off: v.nullable(v.number()),
    calls: v.record(v.string(), v.number()),
  }),
);

test('a model whose attention or norms a kernel computes has the logits it had', async () => {
  const folder = await folders.make();
  for (const [name, call, offer] of CALLS) {
    const text = loading(call);
    const { source, sites } = sitesOf(text);
    const [site] = sites;
    if (site === undefined) throw new Error(`There is no model in:\n${text}`);
    const request = { source, site, offer, library: LIBRARY };
    const written =
      offer.member.kind === 'layer'
        ? writeKernelize({ ...request, form: 'kernelize' })
        : writeAttention({ ...request, form: 'attention implementation' });
    if ('refused' in written) throw new Error(written.refused);
    await writeFile(path.join(folder, `${name}.py`), applied(text, written.edits));
  }
  const setting = { python: inject('torchPython'), endpoint: hub.endpoint, home: await folders.make() };
  const script = path.join(import.meta.dirname, 'model_attention.py');
  const { stdout } = await run(setting.python, ['-I', script, folder], { env: torchEnvironment(setting) });
  const line = stdout.split(/\r?\n/).findLast((one) => one.startsWith('outcomes '));
  const outcomes = v.parse(Outcomes, JSON.parse(line?.slice('outcomes '.length) ?? 'null'));

  expect(outcomes.map(({ name, error }) => ({ name, error }))).toEqual(
    CALLS.map(([name]) => ({ name, error: null })).sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
  // Logits of up to 0.5, in numbers of eight bits.
  for (const { off } of outcomes) expect(off).toBeLessThan(0.01);
  const calls = Object.fromEntries(outcomes.map((one) => [one.name, one.calls]));
  expect(calls).toEqual({
    // Once a layer.
    one: { 'flash-attn2.flash_attn_func': 2 },
    replaced: { 'flash-attn2.flash_attn_func': 2 },
    lines: { 'flash-attn3.flash_attn_func': 2 },
    // Twice a layer, and once at the end.
    norms: { 'rmsnorm.RMSNorm': 5 },
    moved: { 'rmsnorm.RMSNorm': 5 },
  });
}, 300_000);
