import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const parsed = <T extends v.GenericSchema>(schema: T, file: string): v.InferOutput<T> =>
  v.parse(schema, JSON.parse(read(file)));

const Versions = v.record(v.string(), v.string());
const Manifest = v.object({
  engines: v.object({ vscode: v.string() }),
  dependencies: Versions,
  devDependencies: Versions,
});
const Lock = v.object({
  packages: v.record(v.string(), v.object({ resolved: v.optional(v.string()) })),
});

test('every dependency is pinned to one version', () => {
  const { dependencies, devDependencies } = parsed(Manifest, 'package.json');
  for (const version of Object.values({ ...dependencies, ...devDependencies })) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  }
});

test('every dependency is explained', () => {
  const { dependencies, devDependencies } = parsed(Manifest, 'package.json');
  const text = read('docs/dependencies.md');
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) expect(text).toContain(`\`${name}\``);
});

test('the types are those of the oldest VS Code that is supported', () => {
  const { engines, devDependencies } = parsed(Manifest, 'package.json');
  expect(engines.vscode).toBe(`^${devDependencies['@types/vscode'] ?? ''}`);
});

test.each(['package-lock.json', 'scripts/vscode/package-lock.json'])('%s names no registry', (file) => {
  const { packages } = parsed(Lock, file);
  expect(Object.values(packages).filter(({ resolved }) => resolved?.includes('://'))).toEqual([]);
});

const documents = ['.', 'docs']
  .flatMap((folder) => readdirSync(path.join(root, folder)).map((name) => `${folder}/${name}`))
  .filter((file) => file.endsWith('.md'));

test.each(documents)('the links of %s lead somewhere', (file) => {
  const links = [...read(file).matchAll(/\]\(([^)#]+)[^)]*\)|(?:src|srcset)="([^"]+)"/g)];
  const targets = links.map(([, link = '', source = '']) => link || source).filter((link) => !link.includes('://'));
  const broken = targets.filter((target) => !existsSync(path.join(root, path.dirname(file), target)));
  expect(broken).toEqual([]);
});
