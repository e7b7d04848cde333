// What the tests that drive VS Code share: starting it, running commands, reaching into the webview.
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { startVSCode } from '../../scripts/vscode-host.mjs';
import { choose, pick, runCommand, SLOW_MS, until, webview } from '../../scripts/vscode-page.mjs';

/** The repository, from the folder that the built tests run in. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const reportFixtures = path.join(root, 'test', 'fixtures', 'reports');
/** Where screenshots of a run are left, for a person to look at. */
export const screenshots = path.join(root, 'results', 'screenshots');

export interface Workbench {
  readonly page: Page;
  /** The folder that is open, deleted at the end. */
  readonly folder: string;
  /** Its folder for temporary files. */
  readonly temporary: string;
  /** What our page and VS Code reported as a breach of a content security policy. */
  readonly violations: readonly string[];
  readonly close: () => Promise<void>;
}

export interface WorkbenchOptions {
  readonly settings?: Record<string, unknown>;
  readonly workspaceTrust?: boolean;
  readonly viewport?: { width: number; height: number };
  readonly env?: Record<string, string>;
  /** Files to put into the folder first: from, to below the folder. */
  readonly files?: readonly (readonly [from: string, to: string])[];
}

/** A VS Code with the extension and an open folder. Runs in it do not wait for runs elsewhere on the machine. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const temporary = await mkdtemp(path.join(tmpdir(), 'kernel-lens-ui-'));
  const folder = path.join(temporary, 'workspace');
  const own = path.join(temporary, 'tmp');
  await mkdir(folder);
  await mkdir(own);
  await mkdir(screenshots, { recursive: true });
  for (const [from, to] of options.files ?? []) await cp(from, path.join(folder, to), { recursive: true });
  const vscode = await startVSCode({
    folder,
    extensionDevelopmentPath: root,
    settings: { 'kernelLens.adapter': 'software', 'kernelLens.quick': true, ...options.settings },
    env: { TMPDIR: own, ...options.env },
    ...(options.workspaceTrust === undefined ? {} : { workspaceTrust: options.workspaceTrust }),
    viewport: options.viewport ?? { width: 1280, height: 860 },
  });
  const violations: string[] = [];
  vscode.page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) violations.push(message.text());
  });
  await vscode.page.locator('.monaco-workbench').waitFor({ timeout: SLOW_MS });
  return {
    page: vscode.page,
    folder,
    temporary: own,
    violations,
    close: async () => {
      await vscode.close();
      await rm(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Closes the editor that is shown. */
export async function closeEditor(page: Page): Promise<void> {
  const active = page.locator('.editor-group-container.active .tab.active');
  const label = await active.getAttribute('aria-label');
  await active.hover();
  await active.locator('.tab-actions .action-label').click();
  await until(`${label ?? 'the editor'} is closed`, async () => {
    const shown = await page.locator('.tab').evaluateAll((tabs) => tabs.map((tab) => tab.getAttribute('aria-label')));
    return !shown.includes(label);
  });
}

/** Opens a file of the folder, in the editor that VS Code chooses. */
export async function openFile(page: Page, name: string): Promise<void> {
  const tab = page.locator('.tab.active', { hasText: name });
  await until(`${name} is open`, async () => {
    await choose(page, 'Control+P', name, name);
    return tab.waitFor({ timeout: 10_000 }).then(
      () => true,
      () => false,
    );
  });
}

/** Types until one entry of the list that asks `question` is left, and takes it: a long list shows only a part of itself. */
export async function answer(page: Page, question: string, entry: string): Promise<void> {
  const input = page.locator(`.quick-input-widget input.input[placeholder="${question}"]`);
  await input.waitFor({ timeout: SLOW_MS });
  // While the list is filled the page may be too busy to take it.
  await until(`${question} is answered`, async () => {
    return input.fill(entry, { timeout: 10_000 }).then(
      () => true,
      () => false,
    );
  });
  await until(
    `only ${entry} is left`,
    async () => (await page.locator('.quick-input-list .monaco-list-row').count()) === 1,
  );
  await pick(page, entry);
}

/** The page of Kernel Lens in the webview that is shown. */
export async function lens(page: Page): Promise<Locator> {
  const found = webview(page).locator('kernel-lens-page main');
  await found.locator('header').waitFor({ timeout: SLOW_MS });
  return found;
}

/** Opens the panel and returns its page. */
export async function openPanel(page: Page): Promise<Locator> {
  await runCommand(page, 'Kernel Lens: Show Panel');
  return lens(page);
}

/**
 * Waits for a notification with this text. A VS Code that is driven shows notifications in their list only, and not by
 * themselves.
 */
export async function seeNotification(page: Page, text: string): Promise<void> {
  const message = page.locator('.notifications-center .notification-list-item-message', { hasText: text });
  await until(`a notification says ${text}`, async () => {
    await runCommand(page, 'Notifications: Show Notifications');
    return message
      .first()
      .waitFor({ timeout: 3000 })
      .then(
        () => true,
        () => false,
      );
  });
  await runCommand(page, 'Notifications: Hide Notifications');
}

/** Waits until no notification has this text. */
export async function missNotification(page: Page, text: string): Promise<void> {
  const message = page.locator('.notifications-center .notification-list-item-message', { hasText: text });
  await until(`no notification says ${text}`, async () => {
    await runCommand(page, 'Notifications: Show Notifications');
    return (await message.count()) === 0;
  });
  await runCommand(page, 'Notifications: Hide Notifications');
}
