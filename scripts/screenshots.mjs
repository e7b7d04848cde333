// npm run screenshots: the pictures in docs/images/, of the real panel in a real VS Code.
//   npm run screenshots [-- REPORT]
// With a report file its page is shown; without one this machine is profiled first, quickly.
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from './child.mjs';
import { install } from './install.mjs';
import { root } from './paths.mjs';
import { program } from './program.mjs';
import { answerFileDialog, runCommand, webview } from './vscode-page.mjs';

/** @typedef {{ name: string, theme: string, colorScheme: 'light' | 'dark' }} Look */

/** @type {readonly Look[]} */
const looks = [
  { name: 'light', theme: 'Default Light Modern', colorScheme: 'light' },
  { name: 'dark', theme: 'Default Dark Modern', colorScheme: 'dark' },
];
const tabs = [
  { name: 'panel', title: 'Table' },
  { name: 'chart', title: 'Chart' },
];
const pictures = path.join(root, 'docs', 'images');

await program(import.meta.url, async () => {
  await install();
  const { build } = await import('./build.mjs');
  await build();
  await mkdir(pictures, { recursive: true });
  const folder = await mkdtemp(path.join(tmpdir(), 'kernel-lens-pictures-'));
  try {
    const given = process.argv[2];
    const report = path.join(folder, path.basename(given ?? 'this-machine.kernel-lens.json'));
    if (given === undefined) await profileHere(report);
    else await copyFile(path.resolve(process.env['INIT_CWD'] ?? process.cwd(), given), report);
    for (const look of looks) await photograph(report, look);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return 0;
});

/** @param {string} report the file to write */
async function profileHere(report) {
  console.log('Profiling this machine …');
  const { code, output } = await run(process.execPath, ['dist/cli.mjs', 'profile', '--quick', '--json', report], {
    cwd: root,
  });
  if (code !== 0) throw new Error(`This machine could not be profiled:\n${output}`);
}

/**
 * @param {string} report
 * @param {Look} look
 */
async function photograph(report, { name, theme, colorScheme }) {
  const { startVSCode } = await import('./vscode-host.mjs');
  const vscode = await startVSCode({
    extensionDevelopmentPath: root,
    colorScheme,
    viewport: { width: 1280, height: 800 },
    settings: {
      'workbench.colorTheme': theme,
      'workbench.activityBar.location': 'hidden',
      'breadcrumbs.enabled': false,
      'window.commandCenter': false,
    },
  });
  try {
    const { page } = vscode;
    await runCommand(page, 'Kernel Lens: Open Report…');
    await answerFileDialog(page, 'Open Report', report);
    const view = webview(page);
    await view.getByRole('grid').waitFor();
    for (const tab of tabs) {
      await view.getByRole('tab', { name: tab.title }).click();
      await page.mouse.move(0, 0);
      const file = path.join(pictures, `${tab.name}-${name}.png`);
      await page.screenshot({ path: file, animations: 'disabled' });
      console.log(path.relative(process.cwd(), file));
    }
  } finally {
    await vscode.close();
  }
}
