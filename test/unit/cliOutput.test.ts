import { expect, test } from 'vitest';
import { formatAdapter, formatVerified, ProgressLine, progressText } from '../../src/cliOutput';
import type { ProfileProgress } from '../../src/profile/profileOptions';

const STATE: ProfileProgress = { done: 2, total: 18, label: 'Gelu 16384×4096 f16', phase: 'timing', secondsLeft: 12.4 };

test.each<[Partial<ProfileProgress>, string]>([
  [{}, '3 of 18 · Gelu 16384×4096 f16 · timing · about 12 s left'],
  [{ secondsLeft: null }, '3 of 18 · Gelu 16384×4096 f16 · timing'],
  [{ secondsLeft: 0.1 }, '3 of 18 · Gelu 16384×4096 f16 · timing · about 1 s left'],
  [{ done: 18, label: '', phase: '', secondsLeft: null }, '18 of 18'],
  [{ done: 0, total: 0, label: '', phase: 'opening the adapter', secondsLeft: null }, 'opening the adapter'],
])('%j reads "%s"', (change, expected) => {
  expect(progressText({ ...STATE, ...change })).toBe(expected);
});

test('a log gets one line a case, a terminal one line in all', () => {
  for (const [isTTY, expected] of [
    [false, '3 of 18 · Gelu 16384×4096 f16\n'],
    [
      true,
      '\r\u001b[2K3 of 18 · Gelu 16384×4096 f16 · checking\r\u001b[2K3 of 18 · Gelu 16384×4096 f16 · timing\r\u001b[2K',
    ],
  ] as const) {
    let written = '';
    const line = new ProgressLine({ isTTY, columns: 200, write: (text) => (written += text) });
    line.show({ ...STATE, phase: 'checking', secondsLeft: null });
    line.show({ ...STATE, secondsLeft: null });
    line.clear();
    expect(written).toBe(expected);
  }
});

test('a progress line never wraps', () => {
  let written = '';
  new ProgressLine({ isTTY: true, columns: 30, write: (text) => (written += text) }).show(STATE);
  expect(written.replace('\r\u001b[2K', '').length).toBeLessThan(30);
});

test('a software adapter says that it runs on the CPU', () => {
  const text = formatAdapter({
    name: 'SwiftShader',
    software: true,
    backend: 'vulkan',
    features: ['subgroups', 'other'],
    driver: null,
    limits: {},
  });
  expect(text).toBe('SwiftShader (vulkan; software, runs on the CPU) subgroups');
});

test('a verified case carries a sign and a word', () => {
  const base = { kernel: 'ai.onnx.Gelu', name: 'odd', variant: 'fused', index: 0 };
  expect(formatVerified({ ...base, status: 'passed', detail: '' })).toBe('✓ passed ai.onnx.Gelu odd [fused]');
  expect(formatVerified({ ...base, status: 'failed', detail: 'max error 1' })).toBe(
    '✗ failed ai.onnx.Gelu odd [fused]: max error 1',
  );
});
