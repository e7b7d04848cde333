// npm run code: the extension in a VS Code window.
//   npm run code [-- FOLDER]
// With `code` on the PATH that VS Code opens, with the extension run from this folder. Without it, the packaged
// extension is installed into a VS Code of its own, served on loopback until Ctrl-C.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { install } from './install.mjs';
import { cacheFolder, root } from './paths.mjs';
import { program } from './program.mjs';

await program(import.meta.url, async () => {
  await install();
  const results = path.join(root, 'results');
  await mkdir(results, { recursive: true });
  // A relative path means what it says where npm was called.
  const folder = path.resolve(process.env['INIT_CWD'] ?? process.cwd(), process.argv[2] ?? results);
  const executable = desktopCode();
  return executable === null ? serve(folder) : open(executable, folder);
});

/**
 * @param {string} executable
 * @param {string} folder
 * @returns {Promise<number>} its exit code
 */
async function open(executable, folder) {
  const { build } = await import('./build.mjs');
  await build();
  console.log('Opening VS Code …');
  const child = spawn(executable, [`--extensionDevelopmentPath=${root}`, folder], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status) => {
      resolve(status ?? 1);
    });
  });
}

/**
 * @param {string} folder
 * @returns {Promise<number>} the exit code, after an interrupt
 */
async function serve(folder) {
  const { packageExtension } = await import('./package.mjs');
  const { startServer } = await import('./vscode-server.mjs');
  const { setUpSoftwareGpu } = await import('./setup-software-gpu.mjs');
  console.log('There is no `code` on the PATH. Preparing a VS Code of its own …');
  const server = await startServer({
    // Settings and window state are kept from one time to the next.
    userDataDir: path.join(cacheFolder, 'vscode-user'),
    vsix: [await packageExtension()],
    // This VS Code brings no software GPU; a desktop one does.
    env: { KERNEL_LENS_SOFTWARE_GPU: await setUpSoftwareGpu() },
  });
  const query = new URLSearchParams({ tkn: server.token, folder });
  console.log(`\nVS Code with Kernel Lens: ${server.origin}/?${query.toString()}\nCtrl-C ends it.`);
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve);
  });
  await Promise.race([interrupted, server.failed]);
  await server.close();
  return 0;
}

/** The program behind `code` on the PATH, or null. */
function desktopCode() {
  // On Windows `code` is a script for the command interpreter; the program lies in the folder above it.
  const inFolder = process.platform === 'win32' ? ['..', 'Code.exe'] : ['code'];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return (
    folders
      .filter((folder) => existsSync(path.join(folder, 'code')))
      .map((folder) => path.join(folder, ...inFolder))
      .find((file) => existsSync(file)) ?? null
  );
}
