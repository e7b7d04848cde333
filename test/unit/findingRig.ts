// Knowledge of a few made-up kernels, and code judged by it.
import { kernelUses } from '../../src/code/kernelUses';
import type { CodeLanguage } from '../../src/code/parsedSource';
import { parseWhole } from '../../src/code/parseSource';
import type { TextEdit } from '../../src/code/span';
import type { Finding } from '../../src/findings/finding';
import { findingsOf } from '../../src/findings/findingsOf';
import type { KernelKnowledge, Knowledge } from '../../src/findings/knowledge';
import type { KernelDetails } from '../../src/kernels/kernelDetails';
import type { KernelSummary } from '../../src/kernels/kernelSummary';
import { summary } from './kernelSummaries';

export const COMMIT = 'c'.repeat(40);

interface MadeKernel {
  readonly row: KernelSummary;
  readonly versions: readonly number[];
  readonly change?: Partial<KernelDetails>;
  readonly knowledge?: Partial<KernelKnowledge>;
}

const ACTIVATION = [
  { name: 'gelu_tanh', signature: '(out, x)' },
  { name: 'silu', signature: '(out, x)' },
  { name: 'silu_and_mul', signature: '(out, x)' },
  { name: 'fatrelu_and_mul', signature: '(out, x, threshold=0.0)' },
];
const NAMES = ['layers', 'math', 'struct', ...ACTIVATION.map(({ name }) => name)];

const KERNELS: readonly MadeKernel[] = [
  {
    row: summary({ id: 'kernels-community/activation', version: 2, functions: ACTIVATION, layers: ['SiluAndMul'] }),
    versions: [1, 2],
    change: { functions: ACTIVATION, layers: ['SiluAndMul'], names: NAMES, layerNames: ['SiluAndMul', 'forward'] },
  },
  {
    row: summary({ id: 'kernels-community/relu', version: 1 }),
    versions: [1],
    change: {
      functions: [{ name: 'relu', signature: '(x, out=None)' }],
      layers: ['ReLU'],
    },
  },
  { row: summary({ id: 'stranger/relu', version: 1 }), versions: [1], knowledge: { trusted: false } },
  {
    row: summary({ id: 'kernels-community/old-relu', version: 1 }),
    versions: [1],
    change: { variants: [], redirect: { destination: 'kernels-community/relu', revision: 'v1' } },
  },
  {
    row: summary({ id: 'kernels-community/flash-attn3', version: 2 }),
    versions: [1, 2],
    knowledge: {
      works: { state: 'fails', reason: 'CUDA version (13.0) is not compatible with system CUDA version (12.8)' },
      workingVersion: 2,
    },
  },
  { row: summary({ id: 'kernels-community/unversioned' }), versions: [] },
  {
    row: summary({ id: 'webgpu-kernels/ai.onnx.Add', language: 'javascript', version: 2 }),
    versions: [1, 2],
    change: { variants: ['webgpu'], webgpu: [] },
  },
];

function details({ row, versions, change }: MadeKernel, version: number | null): KernelDetails {
  const all = versions.map((number) => ({ version: number, branch: `v${number}`, commit: COMMIT }));
  return {
    id: row.id,
    versions: all,
    version: version === null ? (all.at(-1) ?? null) : (all.find((one) => one.version === version) ?? null),
    commit: COMMIT,
    variants: ['torch-universal'],
    metadata: {},
    webgpu: null,
    card: null,
    functions: [],
    layers: [],
    benchmarks: [],
    license: null,
    trusted: true,
    gated: false,
    private: false,
    redirect: null,
    ...change,
  };
}

export const UNKNOWN: KernelKnowledge = {
  summary: null,
  versions: null,
  details: null,
  missing: false,
  works: { state: 'unknown', reason: 'not asked' },
  workingVersion: null,
  trusted: null,
  lockedCommit: null,
  pinned: false,
};

export function knowledge(change: Partial<Knowledge> = {}): Knowledge {
  return {
    kernelsVersion: '0.17.2',
    hasLockFile: true,
    kernels: KERNELS.map(({ row }) => row),
    kernel: (id, version) => {
      const made = KERNELS.find(({ row }) => row.id === id);
      if (made === undefined) return { ...UNKNOWN, missing: id.startsWith('kernels-community/') };
      const there = version === null || made.versions.includes(version);
      const known = made.knowledge ?? {};
      return {
        ...UNKNOWN,
        summary: made.row,
        versions: made.versions,
        details: there ? details(made, version) : null,
        works: { state: 'works', variant: 'torch-universal' },
        trusted: true,
        lockedCommit: id === 'kernels-community/relu' ? COMMIT : null,
        ...known,
        // What does not run runs in the version that does.
        ...(known.workingVersion === version && version !== null ? { works: { state: 'works', variant: 'x' } } : {}),
      };
    },
    ...change,
  };
}

export function judge(
  code: string,
  language: CodeLanguage = 'python',
  known: Knowledge = knowledge(),
): readonly Finding[] {
  const source = parseWhole(code, language);
  return findingsOf(source, kernelUses(source), known);
}

export function applied(code: string, edits: readonly TextEdit[]): string {
  let text = code;
  for (const { span, text: put } of edits.toReversed()) text = text.slice(0, span.from) + put + text.slice(span.to);
  return text;
}
