// The licences of everything that ships inside the extension, as one text.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { modulesFolder } from './paths.mjs';

/** Shipped as files of their own, so no bundle mentions them. */
const shippedWhole = ['webgpu', 'onnxruntime-web', '@vscode/codicons'];

/**
 * @param {readonly string[]} sources paths of source files that went into the bundles
 * @returns {Promise<string>}
 */
export async function thirdPartyNotices(sources) {
  const names = new Set(shippedWhole);
  for (const source of sources) {
    const name = /(?:^|.*\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1];
    if (name !== undefined) names.add(name);
  }
  const notices = await Promise.all([...names].sort().map(notice));
  return `Kernel Lens contains the packages below, each under its own licence.\n\n${notices.join('\n')}`;
}

/** @param {string} name */
async function notice(name) {
  const folder = path.join(modulesFolder, name);
  const { version, license = 'not stated' } = /** @type {{ version: string, license?: string }} */ (
    JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'))
  );
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
  const heading = `${name} ${version} (${license})`;
  return [heading, '='.repeat(heading.length), ...texts.map((text) => text.trim()), ''].join('\n');
}
