// npm run screenshots: the pictures in docs/images/, of the real page in a real VS Code.
//   npm run screenshots [-- REPORT]
// They show the report beside docs/measurements.md, or the one that is named.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { install } from './install.mjs';
import { root } from './paths.mjs';
import { program } from './program.mjs';
import { photographEditor } from './screenshot-editor.mjs';
import { photographSidebar } from './screenshot-sidebar.mjs';
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
const measured = path.join(root, 'docs', 'measurements', 'suite-h100.kernel-lens.json');

await program(import.meta.url, async () => {
  await install();
  const { build } = await import('./build.mjs');
  await build();
  await mkdir(pictures, { recursive: true });
  // A relative path means what it says where npm was called.
  const report = path.resolve(process.env['INIT_CWD'] ?? process.cwd(), process.argv[2] ?? measured);
  for (const look of looks) {
    await photograph(report, look);
    const sidebar = path.join(pictures, `sidebar-${look.name}.png`);
    await photographSidebar(hostOptions(look), report, sidebar);
    const editor = path.join(pictures, `editor-${look.name}.png`);
    await photographEditor(hostOptions(look), editor);
    for (const picture of [sidebar, editor]) console.log(path.relative(process.cwd(), picture));
  }
  return 0;
});

/**
 * @param {string} report
 * @param {Look} look
 */
async function photograph(report, look) {
  const { startVSCode } = await import('./vscode-host.mjs');
  const vscode = await startVSCode(hostOptions(look));
  try {
    const { page } = vscode;
    await runCommand(page, 'Kernel Lens: Open Report…');
    await answerFileDialog(page, report);
    const view = webview(page);
    await view.getByRole('grid').waitFor();
    for (const tab of tabs) {
      await view.getByRole('tab', { name: tab.title }).click();
      await page.mouse.move(0, 0);
      const file = path.join(pictures, `${tab.name}-${look.name}.png`);
      await page.screenshot({ path: file, animations: 'disabled' });
      console.log(path.relative(process.cwd(), file));
    }
  } finally {
    await vscode.close();
  }
}

/**
 * @param {Look} look
 * @returns {import('./vscode-host.mjs').HostOptions & import('./vscode-server.mjs').ServerOptions}
 */
function hostOptions({ theme, colorScheme }) {
  return {
    extensionDevelopmentPath: root,
    colorScheme,
    viewport: { width: 1280, height: 800 },
    settings: {
      'workbench.colorTheme': theme,
      'workbench.activityBar.location': 'hidden',
      'breadcrumbs.enabled': false,
      'window.commandCenter': false,
      'window.title': '${activeEditorShort}',
    },
  };
}
