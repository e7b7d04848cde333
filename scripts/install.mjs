// Installs the dependencies when they are missing or older than package-lock.json. Node's own modules only.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { npm } from './npm.mjs';
import { modulesFolder, root } from './paths.mjs';

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 */

const oldestNode = [20, 19];

/**
 * Makes node_modules/ what package-lock.json says, with `npm ci`, unless it is that already. Throws when this Node is too
 * old for everything that follows.
 */
export async function install() {
  requireNode();
  if (await isCurrent()) return;
  console.log('Installing dependencies …');
  await npm(['ci'], root);
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = oldestNode;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  throw new Error(`Kernel Lens needs Node ${oldestNode.join('.')} or newer; this is Node ${process.versions.node}.`);
}

/** npm keeps a list of what it installed; whoever ran npm, that list tells. */
async function isCurrent() {
  const wanted = await packages(path.join(root, 'package-lock.json'));
  const there = await packages(path.join(modulesFolder, '.package-lock.json')).catch(noPackages);
  return [...wanted].every(([name, { version, integrity, optional }]) => {
    const found = there.get(name);
    // Of optional packages only those for this platform are installed.
    if (name === '' || (found === undefined && optional === true)) return true;
    return found?.version === version && found?.integrity === integrity;
  });
}

/** @returns {Map<string, LockedPackage>} */
function noPackages() {
  return new Map();
}

/**
 * @param {string} file
 * @returns {Promise<Map<string, LockedPackage>>} by path in the lock file
 */
async function packages(file) {
  /** @type {{ packages: Record<string, LockedPackage> }} */
  const lock = JSON.parse(await readFile(file, 'utf8'));
  return new Map(Object.entries(lock.packages));
}
