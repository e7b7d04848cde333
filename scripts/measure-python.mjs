#!/usr/bin/env node
// Prints the figures of docs/measurements.md on kernels of Python: this program and `kernels benchmark` on the same kernels,
// served by the Hub of the tests, on one machine. Nothing is asserted.
//   node scripts/measure-python.mjs PART … --kernels FOLDER [--python PATH] [--device cuda|cpu] [--runs 5] [--out FOLDER]
//     [--through cli|harness] [--cli FILE] [--harness FILE] [--only NAME]
// PART: profile, spread, same, wrong, downloads; tables writes measure-python.json and .md from what the parts left in --out.
// FOLDER is made by test/gpuKernels/build.py. Build first: npm run build. `kernels benchmark` needs tabulate.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { downloadsPart, downloadsText } from './measure-python/downloadsPart.mjs';
import { profilePart, profileText } from './measure-python/profilePart.mjs';
import { samePart, sameText } from './measure-python/samePart.mjs';
import { openHub, readArguments } from './measure-python/setting.mjs';
import { spreadPart, spreadText } from './measure-python/spreadPart.mjs';
import { wrongPart, wrongText } from './measure-python/wrongPart.mjs';
import { program } from './program.mjs';

const KERNELS = ['gpu-kernels/triton-ops', 'gpu-kernels/cuda-ops'];

/** @typedef {import('./measure-python/setting.mjs').Setting} Setting */

/** @param {Setting} setting */
const chosen = ({ only }) => KERNELS.filter((id) => only.test(id));

/**
 * A part and how its result reads.
 * @template Result
 * @param {(setting: Setting) => Promise<Result>} measure
 * @param {(result: Result) => string} text
 * @returns {(setting: Setting) => Promise<{ result: unknown, text: string }>}
 */
function part(measure, text) {
  return async (setting) => {
    const result = await measure(setting);
    return { result, text: text(result) };
  };
}

/** @type {Readonly<Record<string, ReturnType<typeof part>>>} */
const PARTS = {
  profile: part((setting) => profilePart(setting, chosen(setting)), profileText),
  spread: part((setting) => spreadPart(setting, chosen(setting)), spreadText),
  same: part(samePart, sameText),
  wrong: part(wrongPart, wrongText),
  downloads: part(downloadsPart, downloadsText),
};

/**
 * One JSON document and one page of all parts that have been run.
 * @param {string} out
 */
function writeTables(out) {
  const found = Object.keys(PARTS).flatMap((name) => {
    try {
      return [[name, JSON.parse(readFileSync(path.join(out, `${name}.json`), 'utf8'))]];
    } catch {
      return [];
    }
  });
  writeFileSync(path.join(out, 'measure-python.json'), JSON.stringify(Object.fromEntries(found), null, 1));
  const text = `${found.map(([, { text: one }]) => String(one)).join('\n\n')}\n`;
  writeFileSync(path.join(out, 'measure-python.md'), text);
  console.log(text);
}

await program(import.meta.url, async () => {
  const { parts, setting } = readArguments();
  const unknown = parts.filter((name) => name !== 'tables' && PARTS[name] === undefined);
  if (parts.length === 0 || unknown.length > 0)
    throw new Error(`Name parts: ${[...Object.keys(PARTS), 'tables'].join(', ')}.`);
  for (const name of parts) {
    const chosenPart = PARTS[name];
    if (chosenPart === undefined) {
      writeTables(setting.out);
      continue;
    }
    const home = mkdtempSync(path.join(tmpdir(), 'kernel-lens-measure-'));
    const hub = await openHub(setting.kernels);
    mkdirSync(home, { recursive: true });
    try {
      const began = performance.now();
      const { result, text } = await chosenPart({ ...setting, home, hub });
      const facts = { date: new Date().toISOString(), device: setting.device, through: setting.through };
      const seconds = (performance.now() - began) / 1000;
      writeFileSync(
        path.join(setting.out, `${name}.json`),
        JSON.stringify({ ...facts, seconds, text, result }, null, 1),
      );
      console.log(`${text}\n\n(${name}: ${seconds.toFixed(0)} s)\n`);
    } finally {
      await hub.close();
      rmSync(home, { recursive: true, force: true });
    }
  }
  return 0;
});
