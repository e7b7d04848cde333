// Writes the digests of the bundled kernels into their metadata.json; with --check only compares.
// Usage: node scripts/kernel-metadata.mjs [--check]
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './paths.mjs';

const kernelsFolder = path.join(root, 'media', 'kernels');
const metadataFile = 'metadata.json';

/**
 * Every file below a folder, as paths from it, '/'-separated and sorted.
 * @param {string} folder
 * @returns {Promise<string[]>}
 */
async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}

/**
 * The text of a kernel's metadata.json.
 * @param {string} id
 * @param {ReadonlyMap<string, Buffer>} files contents by path, metadata.json not among them
 */
function metadataText(id, files) {
  const digests = [...files].map(([file, bytes]) => [file, createHash('sha256').update(bytes).digest('base64')]);
  const metadata = {
    name: id,
    id,
    version: 1,
    license: 'Apache-2.0',
    backend: { type: 'webgpu' },
    digest: { algorithm: 'sha256', files: Object.fromEntries(digests) },
    webgpu: { manifestSpec: '2.1' },
  };
  return `${JSON.stringify(metadata, null, 2)}\n`;
}

/**
 * @param {boolean} check
 * @returns {Promise<string[]>} what is wrong, empty when nothing is
 */
async function renew(check) {
  const problems = [];
  /** @type {Map<string, { id: string, bytes: Buffer }>} templates by name: one shared by kernels is the same in each */
  const templates = new Map();
  for (const id of (await readdir(kernelsFolder)).sort()) {
    const folder = path.join(kernelsFolder, id, 'build', 'webgpu');
    /** @type {Map<string, Buffer>} */
    const files = new Map();
    for (const file of await filesBelow(folder)) {
      if (file === metadataFile) continue;
      const bytes = await readFile(path.join(folder, file));
      files.set(file, bytes);
      if (!file.endsWith('.jinja')) continue;
      const other = templates.get(file);
      const isShared = !file.startsWith('rows');
      if (other === undefined) templates.set(file, { id, bytes });
      else if (isShared && !other.bytes.equals(bytes)) problems.push(`${file} differs between ${other.id} and ${id}`);
    }
    const wanted = metadataText(id, files);
    const place = path.join(folder, metadataFile);
    if (!check) await writeFile(place, wanted);
    else if ((await readFile(place, 'utf8').catch(() => '')) !== wanted) {
      problems.push(`${path.relative(root, place)} does not fit its files: run node scripts/kernel-metadata.mjs`);
    }
  }
  return problems;
}

const unknown = process.argv.slice(2).filter((argument) => argument !== '--check');
const problems =
  unknown.length > 0 ? [`unknown argument ${unknown.join(' ')}`] : await renew(process.argv.includes('--check'));
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
