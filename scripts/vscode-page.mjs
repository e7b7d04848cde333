// What a person does in a VS Code window, for tests and screenshots.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {import('playwright-core').Page} Page */

/** For what a busy machine may take its time over, milliseconds. */
export const SLOW_MS = 60_000;

const inputBox = '.quick-input-widget input.input';
const listRow = '.quick-input-list .monaco-list-row';

/**
 * Waits until a condition holds.
 * @param {string} what for the error
 * @param {() => Promise<boolean>} holds
 * @param {number} [limitMs]
 */
export async function until(what, holds, limitMs = SLOW_MS) {
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    if (await holds()) return;
    await sleep(100);
  }
  throw new Error(`Not within ${limitMs / 1000} s: ${what}.`);
}

/**
 * Opens a quick input with a key, types, and takes the first entry that shows `label`; again, until there is one.
 * Extensions may not have added theirs yet, and whatever else takes the focus closes the list.
 * @param {Page} page
 * @param {string} key
 * @param {string} typed
 * @param {string} label
 */
export async function choose(page, key, typed, label) {
  await page.locator('.monaco-workbench').waitFor({ timeout: SLOW_MS });
  await until(`'${label}' can be chosen`, async () => {
    try {
      await page.keyboard.press(key);
      await page.locator(inputBox).fill(typed, { timeout: 2000 });
      await page.locator(listRow, { hasText: label }).first().click({ timeout: 3000 });
      return true;
    } catch {
      await page.keyboard.press('Escape');
      return false;
    }
  });
}

/**
 * Runs a command by its full title, as soon as the palette has it.
 * @param {Page} page
 * @param {string} title
 */
export async function runCommand(page, title) {
  await choose(page, 'F1', `>${title}`, title);
}

/**
 * Takes the first entry that shows `label` from the list that is asked for.
 * @param {Page} page
 * @param {string} label
 */
export async function pick(page, label) {
  await page.locator(listRow, { hasText: label }).first().click({ timeout: SLOW_MS });
}

/**
 * Answers VS Code's own file dialog.
 * @param {Page} page
 * @param {string} file
 */
export async function answerFileDialog(page, file) {
  const input = page.locator(inputBox);
  // The dialog begins with a folder and completes what is typed, which may come between.
  await until('the dialog has a folder', async () => (await input.inputValue()).startsWith(path.sep));
  await until('the dialog has the file', async () => {
    await input.fill(file);
    await sleep(500);
    return (await input.inputValue()) === file;
  });
  await page.keyboard.press('Enter');
  await input.waitFor({ state: 'hidden' });
}

/**
 * What is inside the webview that is shown.
 * @param {Page} page
 */
export function webview(page) {
  return page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
}
