#!/usr/bin/env node
// A real VS Code with no desktop: its own server, and its web workbench in a headless Chromium.
//   import { startVSCode } from './vscode-host.mjs'
//   node scripts/vscode-host.mjs --extensionDevelopmentPath=… --extensionTestsPath=… [FOLDER]
// As a command it takes the arguments of `code` that a test run has and ends with the run's exit code, so that it can
// be the `vscodeExecutablePath` of @vscode/test-electron. KERNEL_LENS_HOST_LOG names a folder for its logs.
import { realpathSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { format, parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { program } from './program.mjs';
import { setUpChromium } from './setup-chromium.mjs';
import { startServer } from './vscode-server.mjs';

const runLimitMs = 400_000;

/**
 * @typedef {object} HostOptions
 * @property {string | undefined} [folder] to open; none: an empty window
 * @property {string | undefined} [extensionDevelopmentPath] an extension's folder, run from its sources
 * @property {string | undefined} [extensionTestsPath] a CommonJS module with `run(): Promise<void>`, run in the extension host
 * @property {'light' | 'dark'} [colorScheme] of the browser; the theme is a setting. Default: light
 * @property {{ width: number, height: number }} [viewport] Default: 1440 × 900
 * @property {(level: string, text: string) => void} [onLog] takes what the workbench and the extension host log
 */

/**
 * @typedef {object} VSCode
 * @property {import('playwright-core').Page} page the workbench
 * @property {string} url of the page; a second page may open it
 * @property {Promise<number>} exited the test run's exit code; rejects when VS Code ends in another way
 * @property {() => string} serverLog what the server printed
 * @property {() => Promise<void>} close ends everything; may be called more than once
 */

/**
 * Starts VS Code. Returns when its page is being loaded.
 * @param {HostOptions & import('./vscode-server.mjs').ServerOptions} [options]
 * @returns {Promise<VSCode>}
 */
export async function startVSCode(options = {}) {
  const { executablePath, env } = await setUpChromium();
  const server = await startServer({ ...options, driver: true });
  /** @type {import('playwright-core').Browser | undefined} */
  let browser;
  /** @type {Promise<void> | undefined} */
  let closed;
  const closeAll = async () => {
    await Promise.race([browser?.close(), sleep(5000, undefined, { ref: false })]);
    await server.close();
  };
  const close = () => (closed ??= closeAll());
  try {
    browser = await chromium.launch({
      executablePath,
      env: { ...process.env, ...env },
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        // The workbench is served from here; nothing else is to be asked.
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      ],
    });
    const context = await browser.newContext({
      viewport: options.viewport ?? { width: 1440, height: 900 },
      colorScheme: options.colorScheme ?? 'light',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    const exited = testRun(page, options.onLog);
    const ended = Promise.race([exited, server.failed]);
    ended.catch(() => undefined);
    const url = workbenchUrl(server, options);
    await page.goto(url, { waitUntil: 'commit' });
    return { page, url, exited: ended, serverLog: server.log, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Answers the two calls that VS Code makes into its page when it is driven.
 * @param {import('playwright-core').Page} page
 * @param {HostOptions['onLog']} onLog
 * @returns {Promise<number>}
 */
function testRun(page, onLog) {
  return new Promise((resolve, reject) => {
    const log = (/** @type {string} */ level, /** @type {unknown[]} */ args) => {
      // Log lines for a browser's console carry its colour marks.
      onLog?.(level, format(...args.map((one) => (typeof one === 'string' ? one.replace(/^%c\s*/, '') : one))));
    };
    page.exposeFunction('codeAutomationLog', log).catch(reject);
    page.exposeFunction('codeAutomationExit', resolve).catch(reject);
    page.on('crash', () => {
      reject(new Error('The page of VS Code crashed.'));
    });
    page.context().on('close', () => {
      reject(new Error('The browser ended.'));
    });
  });
}

/**
 * @param {import('./vscode-server.mjs').Server} server
 * @param {HostOptions} options
 */
function workbenchUrl(server, { folder, extensionDevelopmentPath, extensionTestsPath }) {
  const remote = (/** @type {string} */ file) => `vscode-remote://127.0.0.1:${server.port}${encodeURI(real(file))}`;
  const payload = [
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  if (extensionDevelopmentPath) payload.push(['extensionDevelopmentPath', remote(extensionDevelopmentPath)]);
  if (extensionTestsPath) payload.push(['extensionTestsPath', remote(extensionTestsPath)]);
  const query = new URLSearchParams({ tkn: server.token, payload: JSON.stringify(payload) });
  if (folder) query.set('folder', real(folder));
  else query.set('ew', 'true');
  return `${server.origin}/?${query.toString()}`;
}

/**
 * The path without links; a module's path may lack its extension.
 * @param {string} file
 */
function real(file) {
  return path.join(realpathSync(path.dirname(path.resolve(file))), path.basename(file));
}

/** @returns {Promise<number>} the exit code of a test run */
async function command() {
  const { values, positionals } = parseArgs({
    // The other options of `code` mean nothing here.
    strict: false,
    allowPositionals: true,
    options: {
      extensionDevelopmentPath: { type: 'string' },
      extensionTestsPath: { type: 'string' },
      'user-data-dir': { type: 'string' },
      'extensions-dir': { type: 'string' },
    },
  });
  const text = (/** @type {unknown} */ value) => (typeof value === 'string' ? value : undefined);
  /** @type {string[]} */
  const lines = [];
  const vscode = await startVSCode({
    folder: positionals[0],
    extensionDevelopmentPath: text(values.extensionDevelopmentPath),
    extensionTestsPath: text(values.extensionTestsPath),
    userDataDir: text(values['user-data-dir']),
    extensionsDir: text(values['extensions-dir']),
    onLog: (level, line) => lines.push(`[${level}] ${line}`),
  });
  const stop = () => {
    void vscode.close().then(() => process.exit(130));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, stop);
  const logFolder = process.env['KERNEL_LENS_HOST_LOG'];
  try {
    const late = sleep(runLimitMs, undefined, { ref: false }).then(() => {
      throw new Error(`The tests did not end within ${runLimitMs / 1000} s.`);
    });
    return await Promise.race([vscode.exited, late]);
  } catch (error) {
    if (logFolder) await vscode.page.screenshot({ path: path.join(logFolder, 'failure.png') }).catch(() => undefined);
    throw error;
  } finally {
    if (logFolder) {
      await mkdir(logFolder, { recursive: true });
      await writeFile(path.join(logFolder, 'workbench.log'), lines.join('\n'));
      await writeFile(path.join(logFolder, 'server.log'), vscode.serverLog());
    }
    await vscode.close();
  }
}

await program(import.meta.url, command);
