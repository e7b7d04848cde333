// What a person does in a VS Code window, for screenshots.
import path from 'node:path';

/** @typedef {import('playwright-core').Page} Page */

const input = '.quick-input-widget input[type=text]';
const rows = '.quick-input-list .monaco-list-row';

/**
 * Runs a command by its full title, as the command palette shows it, as soon as VS Code knows it.
 * @param {Page} page
 * @param {string} title
 */
export async function runCommand(page, title) {
  await page.locator('.monaco-workbench').waitFor();
  const entry = page.locator(rows).filter({ hasText: title }).first();
  for (;;) {
    await page.keyboard.press('F1');
    await page.locator(input).fill(`>${title}`);
    const known = await entry.waitFor({ timeout: 2000 }).then(
      () => true,
      () => false,
    );
    if (known) break;
    await page.keyboard.press('Escape');
  }
  await entry.click();
}

/**
 * Answers VS Code's own file dialog.
 * @param {Page} page
 * @param {string} title of the dialog
 * @param {string} file
 */
export async function answerFileDialog(page, title, file) {
  await page.locator('.quick-input-title').filter({ hasText: title }).waitFor();
  // It takes no notice of what is typed or confirmed before it has listed the folder.
  await page.locator(rows).filter({ hasText: '..' }).waitFor();
  await page.locator(input).fill(file);
  await page
    .locator(rows)
    .filter({ hasText: path.basename(file) })
    .waitFor();
  await page.keyboard.press('Enter');
}

/**
 * What is inside the visible webview.
 * @param {Page} page
 */
export function webview(page) {
  return page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
}
