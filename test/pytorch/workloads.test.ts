// What the editor knows of the harness's built-in workloads, held against the workloads themselves.
import { readFile } from 'node:fs/promises';
import { expect, inject, test } from 'vitest';
import { workloadsFile, workloadsText } from '../../scripts/workloads.mjs';

test('workloads.json is up to date', async () => {
  const stored = await readFile(workloadsFile, 'utf8');
  // If not: node scripts/workloads.mjs
  expect(await workloadsText(inject('torchPython'))).toBe(stored);
});
