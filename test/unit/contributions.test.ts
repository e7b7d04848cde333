import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { OPERATION_KINDS } from '../../src/code/operation';
import { languageOf } from '../../src/code/parseSource';
import { EDITOR_LANGUAGES } from '../../src/editor/editorLanguages';
import { LENS_RATES } from '../../src/editor/lensRate';
import type { EmptyReason } from '../../src/sidebar/kernelsStatus';

const root = path.resolve(import.meta.dirname, '../..');
const Item = v.object({ command: v.string(), when: v.optional(v.string(), ''), group: v.optional(v.string(), '') });
const Manifest = v.object({
  activationEvents: v.array(v.string()),
  capabilities: v.object({ untrustedWorkspaces: v.object({ restrictedConfigurations: v.array(v.string()) }) }),
  contributes: v.object({
    commands: v.array(v.object({ command: v.string(), title: v.string(), icon: v.optional(v.string()) })),
    menus: v.record(v.string(), v.array(Item)),
    views: v.object({ kernelLens: v.array(v.object({ id: v.string(), icon: v.string() })) }),
    viewsWelcome: v.array(v.object({ view: v.string(), contents: v.string(), when: v.optional(v.string(), '') })),
    configuration: v.object({
      properties: v.record(v.string(), v.looseObject({ scope: v.string() })),
    }),
  }),
});
const { contributes, capabilities, activationEvents } = v.parse(
  Manifest,
  JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')),
);
const commands = contributes.commands.map(({ command }) => command);

test('menus and welcome texts name commands that there are', () => {
  const named = [
    ...Object.values(contributes.menus)
      .flat()
      .map(({ command }) => command),
    ...contributes.viewsWelcome.flatMap(({ contents }) =>
      [...contents.matchAll(/\(command:([\w.]+)/g)].map(([, id = '']) => id),
    ),
  ];
  const unknown = named.filter((id) => id.startsWith('kernelLens.') && !commands.includes(id));
  expect(unknown.filter((id) => !id.endsWith('.focus'))).toEqual([]);
});

test('every reason for an empty tree has a welcome text with a next step', () => {
  const reasons: Record<Exclude<EmptyReason, 'not empty'>, true> = {
    'nothing found': true,
    'nothing found offline': true,
    'nothing found limited': true,
    'nothing found waiting': true,
    'nothing found refused': true,
    'nothing found unreachable': true,
    looking: true,
    untrusted: true,
    'no python': true,
    'no torch': true,
    'no gpu': true,
    'no catalogue': true,
  };
  for (const reason of Object.keys(reasons)) {
    const texts = contributes.viewsWelcome.filter(({ when }) => when === `kernelLens.kernels.empty == '${reason}'`);
    expect(texts, reason).toHaveLength(1);
    expect(texts[0]?.contents).toMatch(/\n\[[^\]]+\]\(command:/);
  }
});

test('every view has a welcome text', () => {
  for (const { id } of contributes.views.kernelLens) {
    expect(contributes.viewsWelcome.map(({ view }) => view)).toContain(id);
  }
});

/** The values of `viewItem` that rows have. */
const rows = [
  ['kernelLens.kernels', 'kernel.python'],
  ['kernelLens.kernels', 'kernel.javascript'],
  ['kernelLens.kernels', 'kernel.javascript.bundled'],
  ['kernelLens.kernels', 'version.python'],
  ['kernelLens.kernels', 'version.javascript'],
  ['kernelLens.pinned', 'pin'],
  ['kernelLens.pinned', 'pin.outdated'],
  ['kernelLens.machine', 'kernelLens.machine.command'],
] as const;

test.each(rows)('in %s a row %s has one to three actions, each with an icon', (view, item) => {
  const items = contributes.menus['view/item/context'] ?? [];
  const inline = items.filter(({ when, group }) => group.startsWith('inline') && holds(when, view, item));
  expect(inline.length).toBeGreaterThanOrEqual(1);
  expect(inline.length).toBeLessThanOrEqual(3);
  expect(new Set(inline.map(({ group }) => group)).size).toBe(inline.length);
  for (const { command } of inline) {
    expect(contributes.commands.find((one) => one.command === command)?.icon).toMatch(/^\$\([\w-]+\)$/);
  }
});

test('a group, a fact and the rest of a list have no actions', () => {
  const items = contributes.menus['view/item/context'] ?? [];
  for (const item of ['group', '', 'report']) {
    expect(items.filter(({ when }) => holds(when, 'kernelLens.kernels', item))).toEqual([]);
  }
});

test('settings that lead to a program, an address or a folder are not for untrusted workspaces', () => {
  const { restrictedConfigurations } = capabilities.untrustedWorkspaces;
  for (const name of ['kernelLens.python.path', 'kernelLens.hub.endpoint', 'kernelLens.results.folder']) {
    expect(restrictedConfigurations).toContain(name);
  }
  // A token is sent there: no workspace may say where, trusted or not.
  expect(contributes.configuration.properties['kernelLens.hub.endpoint']?.scope).toBe('machine');
});

test('the settings of lenses name what the code knows', () => {
  const { properties } = contributes.configuration;
  const operations = properties['kernelLens.lenses.operations'];
  expect(operations).toMatchObject({ items: { enum: OPERATION_KINDS }, default: OPERATION_KINDS });
  expect(properties['kernelLens.lenses.rate']).toMatchObject({ enum: LENS_RATES, default: LENS_RATES[0] });
});

test('code of each language that is read starts the extension', () => {
  const started = activationEvents.flatMap((event) => /^onLanguage:(.*)$/.exec(event)?.[1] ?? []);
  expect(started).toEqual(EDITOR_LANGUAGES);
  for (const language of EDITOR_LANGUAGES) expect(languageOf(language), language).not.toBeNull();
});

test.each(contributes.views.kernelLens)('the icon of $id is there', ({ icon }) => {
  expect(existsSync(path.join(root, icon))).toBe(true);
});

/** As much of a when clause as these menus use: `view == x && viewItem == y`, `viewItem =~ /y/`. */
function holds(when: string, view: string, item: string): boolean {
  return when.split(' && ').every((part) => {
    const [, name, operator, value = ''] = /^(\S+) (==|=~) (.*)$/.exec(part) ?? [];
    const actual = name === 'view' ? view : item;
    expect(['view', 'viewItem']).toContain(name);
    return operator === '==' ? actual === value : new RegExp(value.slice(1, -1)).test(actual);
  });
}
