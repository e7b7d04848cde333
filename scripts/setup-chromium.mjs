// Unpacks the headless Chromium of a development dependency into the cache: neither root nor a package manager is needed.
//   node scripts/setup-chromium.mjs
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cached } from './cache.mjs';
import { archivesVersion, unpackFile, unpackFolder } from './chromium-archives.mjs';
import { program } from './program.mjs';

const run = promisify(execFile);
const systemBrowsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** @typedef {{ executablePath: string, env: Record<string, string> }} Chromium */

/**
 * A Chromium that starts on this machine: the one named by CHROMIUM, the unpacked one, or else the system's.
 * @returns {Promise<Chromium>} its path, and what its environment needs besides
 */
export async function setUpChromium() {
  const named = process.env['CHROMIUM'];
  if (named) return { executablePath: named, env: {} };
  if (process.platform === 'linux' && process.arch === 'x64') return unpackedChromium();
  const system = systemBrowsers.find((file) => existsSync(file));
  if (system) return { executablePath: system, env: {} };
  throw new Error('No Chromium was found. Install one, or set CHROMIUM to the path of one.');
}

/** @returns {Promise<Chromium>} */
async function unpackedChromium() {
  const folder = await cached(`chromium-${await archivesVersion()}`, async (target) => {
    await unpackFile('chromium', path.join(target, 'chromium'));
    await unpackFolder('al2023', target);
    await unpackFolder('fonts', target);
  });
  const executablePath = path.join(folder, 'chromium');
  /** @type {Record<string, string>} */
  const env = {};
  if ((await missingLibraries(executablePath, {})).length > 0) {
    env['LD_LIBRARY_PATH'] = path.join(folder, 'lib');
    const missing = await missingLibraries(executablePath, env);
    if (missing.length > 0) throw new Error(`Chromium needs libraries that this system lacks: ${missing.join(', ')}.`);
  }
  if (!existsSync('/etc/fonts/fonts.conf')) env['FONTCONFIG_FILE'] = await ownFonts(folder);
  return { executablePath, env };
}

/**
 * @param {string} executable
 * @param {Record<string, string>} env
 * @returns {Promise<string[]>} names of the libraries that the loader would not find
 */
async function missingLibraries(executable, env) {
  const { stdout } = await run('ldd', [executable], { env: { ...process.env, ...env } });
  return [...stdout.matchAll(/^\s*(\S+) => not found/gm)].map(([, name = '']) => name);
}

/**
 * A fontconfig file for a system without fonts, so that text has a shape.
 * @param {string} folder
 * @returns {Promise<string>} its path
 */
async function ownFonts(folder) {
  const file = path.join(folder, 'fontconfig.xml');
  const cache = path.join(folder, 'fontcache');
  await mkdir(cache, { recursive: true });
  const text = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${path.join(folder, 'fonts')}</dir>
  <cachedir>${cache}</cachedir>
</fontconfig>
`;
  await writeFile(file, text);
  return file;
}

await program(import.meta.url, async () => {
  console.log((await setUpChromium()).executablePath);
  return 0;
});
