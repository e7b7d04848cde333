// Starts VS Code's own server on loopback.
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { setUpVSCode } from './setup-vscode.mjs';

const startLimitMs = 60_000;

/** Nothing that asks, updates, reports or greets. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  // The web workbench saves by itself and asks through the browser unless told otherwise; the desktop does neither.
  'files.autoSave': 'off',
  'window.dialogStyle': 'custom',
};

/**
 * @typedef {object} ServerOptions
 * @property {string | undefined} [userDataDir] kept when given, else temporary
 * @property {string | undefined} [extensionsDir] kept when given, else temporary
 * @property {readonly string[]} [vsix] files of extensions to install first
 * @property {Record<string, unknown>} [settings] user settings, on top of quiet ones
 * @property {Record<string, string>} [env] on top of this process's environment, for the extension host as well
 * @property {boolean} [workspaceTrust] true: folders open in Restricted Mode until they are trusted. Default: no such thing
 * @property {boolean} [driver] take extensions to develop and to test from the page's address. Default: false
 */

/**
 * @typedef {object} Server
 * @property {string} origin `http://127.0.0.1:<port>`
 * @property {number} port
 * @property {string} token without which the server answers nobody
 * @property {Promise<never>} failed rejects when the server ends before it is closed
 * @property {() => string} log what the server printed
 * @property {() => Promise<void>} close ends it with all its children and removes what was temporary
 */

/**
 * Starts a server and waits until it listens.
 * @param {ServerOptions} [options]
 * @returns {Promise<Server>}
 */
export async function startServer(options = {}) {
  const { node, serverMain } = await setUpVSCode();
  const temporary = await mkdtemp(path.join(tmpdir(), 'kernel-lens-vscode-'));
  const dataDir = options.userDataDir ?? path.join(temporary, 'data');
  const extensionsDir = options.extensionsDir ?? path.join(temporary, 'extensions');
  const token = randomBytes(24).toString('base64url');
  const tokenFile = path.join(temporary, 'token');
  await writeFile(tokenFile, token, { mode: 0o600 });
  await writeSettings(dataDir, options);
  const env = hostEnvironment({ ...process.env, ...options.env }, temporary);
  const folders = ['--server-data-dir', dataDir, '--extensions-dir', extensionsDir, '--accept-server-license-terms'];
  for (const file of options.vsix ?? []) {
    await promisify(execFile)(node, [serverMain, ...folders, '--install-extension', file], { env });
  }

  const args = [serverMain, ...folders, '--host', '127.0.0.1', '--port', '0', '--connection-token-file', tokenFile];
  args.push('--telemetry-level', 'off');
  if (!options.workspaceTrust) args.push('--disable-workspace-trust');
  if (options.driver) args.push('--enable-smoke-test-driver');
  // A group of its own: its extension hosts and their children end with it.
  const child = spawn(node, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (/** @type {string} */ text) => (output += text));
  }
  /** @type {Promise<never>} */
  const failed = new Promise((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      reject(new Error(`VS Code's server ended (${signal ?? code ?? 'unknown'}):\n${output.slice(-4000)}`));
    });
  });
  failed.catch(() => undefined);

  const kill = (/** @type {NodeJS.Signals} */ signal) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // Nothing of the group is left.
    }
  };
  const lastResort = () => {
    kill('SIGKILL');
    rmSync(temporary, { recursive: true, force: true });
  };
  process.once('exit', lastResort);
  const close = async () => {
    kill('SIGTERM');
    await Promise.race([failed.catch(() => undefined), sleep(3000, undefined, { ref: false })]);
    kill('SIGKILL');
    await rm(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    process.off('exit', lastResort);
  };

  try {
    const port = await Promise.race([listening(() => output), failed]);
    return { origin: `http://127.0.0.1:${port}`, port, token, failed, log: () => output, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * @param {() => string} log
 * @returns {Promise<number>} the port
 */
async function listening(log) {
  const limit = Date.now() + startLimitMs;
  while (Date.now() < limit) {
    const port = /agent listening on (\d+)/.exec(log())?.[1];
    if (port !== undefined) return Number(port);
    await sleep(50);
  }
  throw new Error(`VS Code's server did not listen within ${startLimitMs / 1000} s:\n${log()}`);
}

/**
 * @param {string} dataDir
 * @param {ServerOptions} options
 */
async function writeSettings(dataDir, options) {
  const trust = options.workspaceTrust
    ? { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' }
    : { 'security.workspace.trust.enabled': false };
  const text = JSON.stringify({ ...quietSettings, ...trust, ...options.settings }, null, 2);
  // The user's settings and, for those that belong to a machine, the server's.
  for (const kind of ['User', 'Machine']) {
    const file = path.join(dataDir, 'data', kind, 'settings.json');
    if (existsSync(file)) continue;
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

/**
 * What the server may see: not the VS Code or Node options around this process, and no gallery.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} sockets a folder
 * @returns {NodeJS.ProcessEnv}
 */
function hostEnvironment(env, sockets) {
  const foreign = /^(VSCODE_|ELECTRON_|CODE_SERVER_|NODE_OPTIONS$)/;
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name))),
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    XDG_RUNTIME_DIR: sockets,
  };
}
