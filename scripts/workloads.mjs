// Writes src/profile/python/workloads.json: what the editor knows of the harness's built-in workloads without starting Python.
//   node scripts/workloads.mjs
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from './child.mjs';
import { root } from './paths.mjs';
import { program } from './program.mjs';
import { setUpTorchPython } from './setup-python.mjs';

export const workloadsFile = path.join(root, 'src/profile/python/workloads.json');

/**
 * @param {string} python an interpreter that has torch
 * @returns {Promise<string>} what workloads.json must hold
 */
export async function workloadsText(python) {
  const script = path.join(root, 'scripts/workload_facts.py');
  const { code, output } = await run(python, [
    '-I',
    '-B',
    '-W',
    'ignore',
    script,
    path.join(root, 'src/profile/python'),
  ]);
  if (code !== 0) throw new Error(`The workloads could not be listed:\n${output.trim()}`);
  return output;
}

await program(import.meta.url, async () => {
  await writeFile(workloadsFile, await workloadsText(await setUpTorchPython()));
  console.log(path.relative(process.cwd(), workloadsFile));
  return 0;
});
