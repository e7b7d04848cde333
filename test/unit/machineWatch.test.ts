import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { machineFlags, parseNvidia, readBattery, readMachine } from '../../src/profile/machineWatch';
import type { MachineReading } from '../../src/profile/report';

const QUIET: MachineReading = {
  gpuClockMhz: 1980,
  throttled: [],
  temperatureC: 40,
  otherProcesses: 0,
  driver: '580.1',
  onBattery: false,
};

test('reads the answers of nvidia-smi', () => {
  const state = '1980, 41, 580.159.04, Not Active, Not Active, Active, Not Active, Not Active\n';
  expect(parseNvidia(state, '12\n34\n', [12])).toEqual({
    gpuClockMhz: 1980,
    temperatureC: 41,
    driver: '580.159.04',
    throttled: ['thermal limit'],
    otherProcesses: 1,
  });
});

test.each(['', '\n', '[N/A], [N/A], 1, [N/A]'])('unknown values are null or absent: %j', (state) => {
  const reading = parseNvidia(state, '', []);
  expect(reading.gpuClockMhz ?? null).toBeNull();
  expect(reading.throttled ?? []).toEqual([]);
});

test.each<[Partial<MachineReading>, string[]]>([
  [{}, []],
  [{ throttled: ['power limit'] }, ['throttled']],
  [{ otherProcesses: 2 }, ['shared-gpu']],
  [{ otherProcesses: null, onBattery: null }, []],
  [{ onBattery: true, throttled: ['thermal limit'] }, ['throttled', 'on-battery']],
])('%j is flagged %j, before or after the run', (change, expected) => {
  expect(machineFlags({ ...QUIET, ...change }, QUIET).map((flag) => flag.id)).toEqual(expected);
  expect(machineFlags(QUIET, { ...QUIET, ...change }).map((flag) => flag.id)).toEqual(expected);
});

test.each<[string, Record<string, Record<string, string>>, boolean | null]>([
  ['a laptop on mains', { AC: { type: 'Mains', online: '1' }, BAT0: { type: 'Battery' } }, false],
  ['a laptop on battery', { AC: { type: 'Mains', online: '0' }, BAT0: { type: 'Battery' } }, true],
  ['a desktop', {}, null],
])('%s', async (_, supplies, expected) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'power-'));
  for (const [name, files] of Object.entries(supplies)) {
    mkdirSync(path.join(folder, name));
    for (const [file, content] of Object.entries(files)) writeFileSync(path.join(folder, name, file), `${content}\n`);
  }
  expect(await readBattery(folder)).toBe(expected);
  rmSync(folder, { recursive: true });
});

test('a machine that tells nothing is no error', async () => {
  expect(await readBattery('/no/such/folder')).toBeNull();
  expect(await readMachine([])).toHaveProperty('throttled');
});
