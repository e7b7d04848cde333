import { describe, expect, test } from 'vitest';
import type { KernelSummary } from '../../src/kernels/kernelSummary';
import type { WorksHere } from '../../src/kernels/worksHere';
import { kernelRow } from '../../src/sidebar/kernelRows';
import { shownDay } from '../../src/kernels/shownDay';
import { summary } from './kernelSummaries';

const works: WorksHere = { state: 'works', variant: 'torch-cuda' };
const likely: WorksHere = { state: 'likely', because: 'The catalogue lists builds for CUDA' };
const unknown: WorksHere = { state: 'unknown', reason: 'No Python was found.' };
const fails: WorksHere = { state: 'fails', reason: 'needs compute 9.0, this GPU has 8.6' };
const cuda = { platform: 'cuda', hardware: [] } as const;
const cpu = { platform: 'cpu', hardware: [] } as const;
const webgpu = { platform: 'webgpu', hardware: [] } as const;
const flash = summary({
  id: 'kernels-community/flash-attn2',
  version: 3,
  backends: [cpu, cuda],
  downloads: 7199,
  likes: 6,
});
const gelu = summary({ id: 'webgpu-kernels/ai.onnx.Gelu', language: 'javascript', version: 1, backends: [webgpu] });

describe('a row', () => {
  test.each<readonly [string, KernelSummary, WorksHere, boolean, string, string, string]>([
    ['runs', flash, works, false, 'flash-attn2', 'v3 · CUDA CPU · 7.2k ↓', 'check'],
    ['should run', flash, likely, false, 'flash-attn2', 'v3 · CUDA CPU · 7.2k ↓', 'check'],
    ['does not: the reason alone', flash, fails, false, 'flash-attn2', 'needs compute 9.0, this GPU has 8.6', 'close'],
    ['nobody knows', flash, unknown, false, 'flash-attn2', 'v3 · CUDA CPU · 7.2k ↓', 'question'],
    ['WebGPU', gelu, likely, false, 'Gelu (WebGPU)', 'v1', 'check'],
    ['WebGPU, bundled', gelu, likely, true, 'Gelu (WebGPU)', 'v1 · bundled', 'check'],
    [
      'the same name in another domain',
      { ...gelu, id: 'webgpu-kernels/com.microsoft.Gelu' },
      likely,
      false,
      'Gelu (WebGPU)',
      'v1 · com.microsoft',
      'check',
    ],
    [
      'by somebody else',
      { ...flash, id: 'stranger/flash-attn2' },
      works,
      false,
      'flash-attn2',
      'stranger · v3 · CUDA CPU · 7.2k ↓',
      'check',
    ],
    ['nothing known', summary({ id: 'kernels-community/x' }), unknown, false, 'x', '', 'question'],
    [
      'private and gated',
      summary({ id: 'kernels-community/x', version: 0, private: true, gated: true, downloads: 0 }),
      likely,
      false,
      'x',
      'v0 · private · gated',
      'check',
    ],
  ])('%s', (_, kernel, verdict, bundled, label, description, icon) => {
    const row = kernelRow(kernel, verdict, bundled);
    expect({ label: row.label, description: row.description, icon: row.icon }).toEqual({ label, description, icon });
  });

  test('the colour is never all that tells a verdict: each is spoken', () => {
    expect(kernelRow(flash, works, false).spoken).toBe(
      'flash-attn2, runs here, by kernels-community, version 3, CUDA, CPU, 7199 downloads',
    );
    expect(kernelRow(flash, likely, false).spoken).toContain('should run here');
    expect(kernelRow(flash, fails, false).spoken).toContain('does not run here: needs compute 9.0');
    expect(kernelRow(flash, unknown, false).spoken).toContain('not known whether it runs here: No Python was found.');
    expect(kernelRow(gelu, likely, true).spoken).toContain('bundled');
  });

  test('a reason is short in the row, and in the words of the library where there is room', () => {
    const reason = 'backend (rocm) does not match system backend (cuda) and is not universal';
    const row = kernelRow(flash, { state: 'fails', reason }, false);
    expect(row.description).toBe('needs ROCm, not CUDA');
    expect(row.spoken).toContain(`does not run here: ${reason}`);
    expect(row.tooltip).toContain(`Does not run here: ${reason}`);
  });

  test('the tooltip says who does not vouch for it', () => {
    expect(kernelRow({ ...flash, trusted: false }, works, false).tooltip).toContain(
      'The Hub does not count its publisher as trusted.',
    );
    expect(kernelRow({ ...flash, trusted: null }, works, false).tooltip.join()).not.toContain('trusted');
  });
});

describe('a name that means harm', () => {
  const names = [
    'a'.repeat(10_000),
    'x\u202egpj.exe',
    '\u2066hidden\u2069',
    'two\nlines\ttab\u0000nul',
    'zero\u200bwidth\ufeff',
    '$(trash)$(touch owned)',
    '<img src=x onerror=alert(1)>',
    '[click](command:workbench.action.quit)',
    '\ud800',
  ];
  test.each(names.map((name) => [JSON.stringify(name.slice(0, 30)), name]))('%s', (_, name) => {
    const kernel = summary({ id: `${name}/${name}`, summary: name, license: name });
    const row = kernelRow(kernel, { state: 'fails', reason: name }, false);
    const texts = [row.label, row.description, row.spoken, ...row.tooltip];
    for (const text of texts) {
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(text.length).toBeLessThan(600);
    }
    expect(row.label.length).toBeLessThanOrEqual(60);
  });
});

test.each([
  ['2026-11-22T00:30:00', 'today'],
  ['2026-11-21T23:59:00', 'yesterday'],
  ['2026-11-20T12:00:00', '20 Nov'],
  ['2025-11-22T12:00:00', '22 Nov 2025'],
  ['2026-11-23T01:00:00', '23 Nov'],
  ['soon', ''],
])('%s is %s', (iso, text) => {
  expect(shownDay(iso, new Date('2026-11-22T13:00:00'))).toBe(text);
});
