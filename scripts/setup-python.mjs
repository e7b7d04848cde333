// Puts Python environments into the cache: one with the official clients, for the tests that hold this program to them,
// and one with PyTorch beside them, for the tests that run what is written into code.
//   node scripts/setup-python.mjs [--torch]
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { cached } from './cache.mjs';
import { run } from './child.mjs';
import { cacheFolder, root } from './paths.mjs';
import { program } from './program.mjs';

const clients = path.join(root, 'test/python/requirements.txt');
const torch = path.join(root, 'test/python/requirements-torch.txt');
const windows = process.platform === 'win32';

/**
 * Installs test/python/requirements.txt unless it is there.
 * @returns {Promise<string>} the interpreter of an environment that has `kernels` and `huggingface_hub`
 */
export async function setUpPython() {
  return environment('python', [clients]);
}

/**
 * Installs test/python/requirements.txt and requirements-torch.txt unless they are there: on Linux some 4 GB.
 * @returns {Promise<string>} the interpreter of an environment that has `torch` and `transformers` too
 */
export async function setUpTorchPython() {
  return environment('python-torch', [clients, torch]);
}

/**
 * The interpreter of that environment where it has been installed before; null: it has not.
 * @returns {Promise<string | null>}
 */
export async function installedTorchPython() {
  const { name } = await named('python-torch', [clients, torch]);
  const interpreter = interpreterOf(path.join(cacheFolder, name));
  return existsSync(interpreter) ? interpreter : null;
}

/**
 * @param {string} kind
 * @param {readonly string[]} requirements files of what is installed, and nothing besides
 */
async function environment(kind, requirements) {
  const { base, name } = await named(kind, requirements);
  const folder = await cached(name, async (target) => {
    await succeed(base.path, ['-m', 'venv', '--copies', target]);
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--quiet', '--no-deps'];
    await succeed(interpreterOf(target), [...pip, ...requirements.flatMap((file) => ['--requirement', file])]);
  });
  return interpreterOf(folder);
}

/**
 * @param {string} kind
 * @param {readonly string[]} requirements
 */
async function named(kind, requirements) {
  const base = await findPython();
  const hash = createHash('sha256');
  for (const file of requirements) hash.update(await readFile(file));
  hash.update(base.version);
  return { base, name: `${kind}-${process.arch}-${hash.digest('hex').slice(0, 12)}` };
}

/** @param {string} folder */
function interpreterOf(folder) {
  return windows ? path.join(folder, 'Scripts', 'python.exe') : path.join(folder, 'bin', 'python');
}

/** @returns {Promise<{ path: string, version: string }>} */
async function findPython() {
  const names = windows ? ['python.exe', 'py.exe'] : ['python3', 'python'];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  for (const candidate of folders.flatMap((folder) => names.map((name) => path.join(folder, name)))) {
    if (!existsSync(candidate)) continue;
    const { code, output } = await run(candidate, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
    const [major = 0, minor = 0] = output.trim().split('.').map(Number);
    if (code === 0 && major === 3 && minor >= 11) return { path: candidate, version: output.trim() };
  }
  throw new Error('The tests of the official clients need Python 3.11 or newer on the PATH.');
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
async function succeed(command, args) {
  const { code, output } = await run(command, args);
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')} ended with code ${code}:\n${output}`);
}

await program(import.meta.url, async () => {
  console.log(await (process.argv.includes('--torch') ? setUpTorchPython() : setUpPython()));
  return 0;
});
