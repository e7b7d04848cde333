// The archives inside the development dependency @sparticuz/chromium: a headless Chromium, libraries, fonts, SwiftShader.
import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { modulesFolder } from './paths.mjs';

const packageFolder = path.join(modulesFolder, '@sparticuz/chromium');

/** @returns {Promise<string>} the package's version, which the content of its archives goes by */
export async function archivesVersion() {
  /** @type {{ version: string }} */
  const { version } = JSON.parse(await readFile(path.join(packageFolder, 'package.json'), 'utf8'));
  return version;
}

/**
 * Unpacks one compressed file.
 * @param {string} name without `.br`
 * @param {string} file the file to make
 */
export async function unpackFile(name, file) {
  await pipeline(decompressed(name), createWriteStream(file, { mode: 0o755 }));
}

/**
 * Unpacks a compressed tar archive with the system's tar.
 * @param {string} name without `.tar.br`
 * @param {string} folder an existing folder
 */
export async function unpackFolder(name, folder) {
  const tar = spawn('tar', ['-x', '-C', folder], { stdio: ['pipe', 'inherit', 'inherit'] });
  const done = new Promise((resolve, reject) => {
    tar.on('error', reject);
    tar.on('close', (code) => {
      if (code === 0) resolve(undefined);
      else reject(new Error(`tar could not unpack ${name} into ${folder}.`));
    });
  });
  await Promise.all([pipeline(decompressed(`${name}.tar`), tar.stdin), done]);
}

/** @param {string} name */
function decompressed(name) {
  return createReadStream(path.join(packageFolder, 'bin', `${name}.br`)).pipe(createBrotliDecompress());
}
