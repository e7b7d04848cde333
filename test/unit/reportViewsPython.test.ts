import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/profile/report';
import { casesByKernel, kernelOfRow, machineLine, rowCells, shortKernel } from '../../src/profile/reportCells';
import { reportCsv } from '../../src/profile/reportCsv';
import { limitShare } from '../../src/profile/reportLimits';
import { reportMarkdown } from '../../src/profile/reportMarkdown';
import { reportTable } from '../../src/profile/reportTable';
import { only, sampleCase, sampleReport, sampleRow } from './sampleReports';

const gpu = sampleReport('python-h100');
const cpu = sampleReport('python-cpu');
const KERNEL = 'example-org/activation';
const LARGE = `${KERNEL}/activation.silu_and_mul/4096×14336/bfloat16`;
const FAST = `${KERNEL}/activation.gelu_fast/4096×14336/bfloat16`;
const MLP = `${KERNEL}/mlp.swiglu/4096×4096×14336/bfloat16`;
const V1 = 'example-org/activation@v1';
const V2 = 'example-org/activation@v2';

describe('cells', () => {
  const cells = (id: string, contender: string) => {
    const item = sampleCase(gpu, id);
    return rowCells(item, sampleRow(item, contender));
  };

  test('name the limit that a row came nearer to, and say both rates, launches and memory', () => {
    expect(cells(LARGE, V1)).toEqual({
      contender: 'activation v1',
      time: '124 µs',
      spread: '0.1%',
      speedup: '1.82× [1.82, 1.82]',
      verdict: 'FASTER',
      limit: '98% copy',
      bandwidth: '2,834 GB/s',
      compute: '2.36 TFLOP/s',
      launches: '1',
      memory: '117 MB',
      error: '✓ 2e-3',
      note: '',
    });
    expect(cells(MLP, 'eager')).toMatchObject({
      contender: 'PyTorch (baseline)',
      limit: '85% product',
      compute: '546 TFLOP/s',
    });
  });

  test('of a time that cannot be trusted say why, and show none', () => {
    const { note, ...shown } = cells(FAST, V2);
    expect(shown).toMatchObject({ time: '–', speedup: '–', verdict: 'WRONG', limit: '–', error: '✓ 4e-3' });
    expect(note).toMatch(/^Its time cannot be trusted: 1 of 1 launches ran on another stream/);
  });

  test.each<[number | null, number | null, ReturnType<typeof limitShare>]>([
    [null, null, null],
    [0.5, null, { share: 0.5, of: 'copy' }],
    [null, 0.2, { share: 0.2, of: 'product' }],
    [0.5, 0.6, { share: 0.6, of: 'product' }],
    [0.5, 0.4, { share: 0.5, of: 'copy' }],
  ])('of the copy rate %s and of the product rate %s', (shareOfLimit, shareOfProduct, want) => {
    expect(limitShare({ ...sampleRow(sampleCase(gpu, LARGE), V1), shareOfLimit, shareOfProduct })).toEqual(want);
  });
});

test('the machine in a line: what computes, and what the shares refer to', () => {
  expect(machineLine(gpu)).toBe(
    'NVIDIA H100 80GB HBM3 (PyTorch 2.11.0, CUDA 13.0) · copy rate here 2,895 GB/s · bfloat16 product 640 TFLOP/s',
  );
  expect(machineLine(cpu)).toBe(
    'Example CPU (PyTorch 2.11.0, CPU) · copy rate here 32.0 GB/s · float32 product 91.0 GFLOP/s',
  );
  const { machine } = cpu;
  const apple = { ...machine, adapter: { ...machine.adapter, name: 'Apple M4', backend: 'mps', software: false } };
  expect(machineLine({ ...cpu, machine: { ...apple, reference: { ...machine.reference, products: {} } } })).toBe(
    'Apple M4 (PyTorch 2.11.0, MPS) · copy rate here 32.0 GB/s',
  );
});

test.each([
  ['ai.onnx.Gelu', 'Gelu'],
  ['webgpu-kernels/ai.onnx.Gelu', 'Gelu'],
  ['example-org/activation', 'activation'],
  ['example-org/activation@v2', 'activation@v2'],
  ['example-org/llama-3.1-mlp', 'llama-3.1-mlp'],
  ['model.py:mine', 'model.py:mine'],
  ['model.py:Layer.forward', 'model.py:Layer.forward'],
  ['my-kernel', 'my-kernel'],
])('%s is called %s', (id, name) => {
  expect(shortKernel(id)).toBe(name);
});

test('a rival has no part of its own; a kernel that could not be used does', () => {
  expect(casesByKernel(gpu).map(({ kernel, cases }) => [kernel.id, cases.length])).toEqual([
    [KERNEL, gpu.cases.length],
    ['someone/fast-activation', 0],
  ]);
});

test('a row knows its kernel, and what PyTorch computes has none', () => {
  const item = sampleCase(gpu, LARGE);
  const ids = item.rows.map((row) => kernelOfRow(gpu, item, row)?.id ?? null);
  expect(ids).toEqual([null, KERNEL, `${KERNEL}@v2`, null]);
});

describe('the table for a terminal', () => {
  test('as a whole', () => {
    expect(reportTable(only(gpu, LARGE, FAST), { width: undefined, colour: false })).toMatchInlineSnapshot(`
      "activation v1 is 1.3× faster than PyTorch here (geometric mean of 2 cases; SAME in 1), and 1.02× faster than torch.compile; its largest error is 4e-3, like that of PyTorch; the fastest is activation v2, 1.01× faster than activation v1; activation v2 is wrong in 1 of 2 cases
      NVIDIA H100 80GB HBM3 (PyTorch 2.11.0, CUDA 13.0) · copy rate here 2,895 GB/s · bfloat16 product 640 TFLOP/s

      example-org/activation
      case                          contender              time      ±  speed-up [95%]      verdict     limit   bandwidth       compute  launches  memory  error
      silu_and_mul 4096×14336 bf16  PyTorch (baseline)   226 µs   0.1%  1.00×                        54% copy  1,556 GB/s  1.30 TFLOP/s         2  235 MB  ✓ 4e-3
                                    activation v1        124 µs   0.1%  1.82× [1.82, 1.82]  FASTER   98% copy  2,834 GB/s  2.36 TFLOP/s         1  117 MB  ✓ 2e-3
                                    activation v2        123 µs  <0.1%  1.85× [1.84, 1.85]  FASTER   99% copy  2,874 GB/s  2.39 TFLOP/s         1  117 MB  ✓ 2e-3
                                    torch.compile        129 µs  <0.1%  1.76× [1.75, 1.76]  FASTER   94% copy  2,732 GB/s  2.28 TFLOP/s         1  117 MB  ✓ 2e-3
          why: launches 2 → 1 · peak memory 235 MB → 117 MB
          activation v1, activation v2: less exact than the oracle (2e-3), but more exact than PyTorch (4e-3)
      gelu_fast 4096×14336 bf16     PyTorch (baseline)  84.2 µs  <0.1%  1.00×                        96% copy  2,790 GB/s  5.58 TFLOP/s         1  117 MB  ✓ 4e-3
                                    activation v1       84.7 µs   0.1%  0.99× [0.99, 1.00]  SAME     96% copy  2,774 GB/s  5.55 TFLOP/s         1  117 MB  ✓ 4e-3
                                    activation v2             –      –  –                   WRONG           –           –             –         1  117 MB  ✓ 4e-3
                                    torch.compile       84.1 µs  <0.1%  1.00× [1.00, 1.00]  SAME     96% copy  2,793 GB/s  5.59 TFLOP/s         1  117 MB  ✓ 4e-3
          activation v2: Its time cannot be trusted: 1 of 1 launches ran on another stream that the current one does not wait for, first act_vec8. Do not use this kernel for this workload as it is; report it to its authors.
          why: launches 1 → 1 · peak memory 117 MB → 117 MB

      ±: half the 95% interval of the median; limit: share of the copy rate of this run, or of its product rate where the operations of the case take longer; launches, memory: measured, of one call; error: largest, relative
      "
    `);
  });

  test('of a CPU, in 80 columns', () => {
    expect(reportTable(cpu, { width: 80, colour: false })).toMatchInlineSnapshot(`
      "activation v1 is 1.2× faster than PyTorch on the CPU, which says nothing about a GPU (geometric mean of 2 cases), and 1.7× slower than torch.compile; its largest error is 2e-7, like that of PyTorch
      Example CPU (PyTorch 2.11.0, CPU) · copy rate here 32.0 GB/s · float32 product 91.0 GFLOP/s
      warning: Measured on the CPU: the times say nothing about a GPU.

      example-org/activation
        contender              time  speed-up [95%]      verdict     limit  error
      silu_and_mul 256×14336 f32
        PyTorch (baseline)  6.12 ms  1.00×                        22% copy  ✓ 2e-7
        activation v1       5.07 ms  1.21× [1.20, 1.21]  FASTER   27% copy  ✓ 2e-7
        torch.compile       2.92 ms  2.10× [2.08, 2.11]  FASTER   47% copy  ✓ 3e-7
      silu_and_mul 1024×14336 f32
        PyTorch (baseline)  25.1 ms  1.00×                        22% copy  ✓ 2e-7
        activation v1       21.3 ms  1.18× [1.18, 1.18]  FASTER   26% copy  ✓ 2e-7
        torch.compile       12.2 ms  2.05× [2.05, 2.06]  FASTER   45% copy  ✓ 3e-7

      ±: half the 95% interval of the median; limit: share of the copy rate of this run, or of its product rate where the operations of the case take longer; error: largest, relative
      "
    `);
  });

  test.each([80, 100, 120, 180])('in %i columns, what is least needed goes first', (width) => {
    const lines = reportTable(gpu, { width, colour: false }).split('\n');
    const heading = lines.find((line) => /^ *(case|contender) /.test(line)) ?? '';
    expect(heading.length).toBeLessThanOrEqual(width);
    for (const title of ['time', 'speed-up', 'verdict', 'limit', 'error']) expect(heading).toContain(title);
    expect(heading.includes('launches')).toBe(width >= 100);
    expect(heading.includes('bandwidth')).toBe(width >= 180);
    for (const item of gpu.cases) expect(lines.some((line) => line.startsWith(item.label))).toBe(true);
  });
});

describe('Markdown', () => {
  const text = reportMarkdown(gpu);

  test('says which contender a case is not for, as the table does; of WebGPU it says nothing', () => {
    const words = 'activation v2 does not take part: the kernel has no function for SwiGLU MLP';
    expect(text).toContain(words);
    expect(reportTable(gpu, { width: 100, colour: false })).toContain(words);
    const h100 = sampleReport('h100');
    expect(h100.cases.some(({ rejected }) => rejected.length > 0)).toBe(true);
    expect(reportMarkdown(h100)).not.toContain('does not take part');
  });

  test('names what ran: PyTorch, library, builds, commits, limits; no WebGPU', () => {
    for (const part of [
      'Python 3.12.3, PyTorch 2.11.0+cu130, CUDA 13.0, kernels 0.17.2, Triton 3.6.0, compute capability 9.0',
      'Product of two bfloat16 matrices, 8192×8192: 640 TFLOP/s',
      'example-org/activation: version 1, hub, commit 2385e44aaaaa, torch211-cxx11-cu130-x86\\_64-linux\n',
      'Timer: cuda-events',
    ])
      expect(text).toContain(part);
    expect(text).not.toMatch(/Dawn|sha256/);
  });

  test('every line of a table has as many cells as its heading', () => {
    const lines = text.split('\n').filter((line) => line.startsWith('|'));
    for (const line of lines) expect(line.match(/(?<!\\)\|/g)).toHaveLength(13);
    expect(lines).toHaveLength(2 + gpu.cases.reduce((sum, item) => sum + Math.max(1, item.rows.length), 0));
  });
});

describe('CSV', () => {
  const table = (report: Report): Readonly<Record<string, string>>[] => {
    // No cell of the sample has a quote, a comma or a line break in the columns that are looked at.
    const [heading = '', ...lines] = reportCsv(report).trim().split('\r\n');
    const names = heading.split(',');
    const split = (line: string): string[] => line.match(/("([^"]|"")*"|[^,]*)(,|$)/g) ?? [];
    return lines.map((line) => {
      const cells = split(line).map((cell) => cell.replace(/,$/, ''));
      return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
    });
  };

  test('says of each row what ran and what it reached', () => {
    const item = sampleCase(gpu, MLP);
    const [eager, v1] = table(only(gpu, MLP));
    const row = sampleRow(item, V1);
    expect(v1).toMatchObject({
      contender: V1,
      contender_kind: 'kernel',
      contender_label: 'activation v1',
      kernel_commit: `2385e44${'a'.repeat(33)}`,
      variant: 'torch211-cxx11-cu130-x86_64-linux',
      python: '3.12.3',
      torch: '2.11.0+cu130',
      torch_platform: 'CUDA 13.0',
      kernels_library: '0.17.2',
      product_flops_per_s: '640000000000000',
      flops: String(item.flops),
      flops_per_s: String(row.flopsPerSecond),
      share_of_product_ratio: String(row.shareOfProduct),
      launches: '3',
      launches_device_ns: String(row.launches?.deviceNs),
      peak_bytes: String(row.peakBytes),
      host_ns: '24800',
      guards: 'other-stream passed; device-clock passed; patched-timer passed',
      moved_bytes: '',
    });
    expect(eager).toMatchObject({ contender_kind: 'eager', kernel_commit: '', variant: '', kernel: KERNEL });
    expect(table(only(gpu, FAST))[2]).toMatchObject({
      kernel_commit: `9f0c1d2${'a'.repeat(33)}`,
      status: 'wrong',
      median_ns: '',
      flops_per_s: '',
      guards: 'other-stream failed; device-clock passed',
    });
  });

  test('of WebGPU counts launches, and leaves empty what it has not', () => {
    const report = only(sampleReport('h100'), 'ai.onnx.RMSNormalization/large/float32');
    expect(table(report)[0]).toMatchObject({
      launches: '5',
      contender_kind: 'variant',
      variant: 'unfused',
      torch: '',
      guards: '',
    });
  });
});
