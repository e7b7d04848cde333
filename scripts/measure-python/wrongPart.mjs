// Kernels that are wrong in ways of their own, and one that is right in bfloat16: what each tool says of them.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { runOurs } from './ours.mjs';
import { runPeer } from './peer.mjs';
import { table } from './tables.mjs';

/** @param {import('./setting.mjs').Setting} setting */
export async function wrongPart(setting) {
  const names = readdirSync(path.join(setting.kernels, 'gpu-kernels')).filter((name) => /^(wrong|right)-/.test(name));
  const kernels = [];
  for (const name of names.filter((one) => setting.only.test(one)).toSorted()) {
    const id = `gpu-kernels/${name}`;
    const theirs = await runPeer(setting, id);
    const ours = await runOurs(setting, id, { workloads: ['SiluAndMul'], compile: false });
    const row = theirs.rows[0];
    const rows = ours.cases.flatMap((item) => item.rows.filter(({ kind }) => kind === 'kernel'));
    if (rows.length === 0) console.error(ours.text);
    kernels.push({
      name,
      theirs:
        row === undefined
          ? theirs.last
          : `matches, ${row.speedup?.toFixed(2) ?? '?'}× ${row.significant ? '“significant”' : ''}`.trim(),
      ours: rows.map((one) => ({ status: one.status, reason: one.reason, speedup: one.speedup, flags: one.flags })),
    });
    console.error(`${name}: ${kernels.at(-1)?.theirs ?? ''} | ${rows.map(({ status }) => status).join(', ')}`);
  }
  return { kernels };
}

/** @param {Awaited<ReturnType<typeof wrongPart>>} result */
export function wrongText({ kernels }) {
  const said = (/** @type {(typeof kernels)[number]['ours'][number]} */ { status, reason, speedup }) =>
    status === 'timed' && reason === null
      ? `right, ${speedup?.ratio.toFixed(2) ?? '?'}× ${speedup?.verdict ?? ''}`
      : `${status}: ${reason ?? ''}`;
  const rows = kernels.map(({ name, theirs, ours }) => [name, theirs, ours.map(said).join('; ') || 'nothing']);
  return ['## Wrong kernels', table(['kernel', 'kernels benchmark', 'Kernel Lens'], rows)].join('\n\n');
}
