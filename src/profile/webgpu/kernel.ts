// A WebGPU kernel in the Hub's layout, read and checked whole: from here on nothing of it is read from disk again.
import { parseBenchFile, type BenchFile } from './benchFile';
import { VerifiedFiles, METADATA_FILE } from './digest';
import { JinjaEngine } from './expression';
import type { KernelFiles } from './kernelFolder';
import { parseKernelJson } from './kernelJson';
import { MANIFEST_FILE, manifestSpecOf, parseManifest, type Manifest, type ManifestSpec } from './manifest';
import { checkManifest } from './manifestCheck';
import { listPasses } from './manifestPasses';
import { numberFromWord } from './numberWords';
import { TemplateLoader } from './template';
import { parseTestFile, type TestFile } from './testFile';

/** A port, attribute or argument by its call name and its ONNX name. */
export interface OnnxPort {
  readonly port: string;
  readonly onnx: string;
  readonly optional: boolean;
}

/** What a one-node ONNX model of the operator needs. */
export interface OnnxOperator {
  /** `ai.onnx` for ONNX's own. */
  readonly domain: string;
  readonly name: string;
  readonly sinceVersion: number;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** Names and defaults; an attribute without a default is there with `undefined`. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** ONNX names of scalar arguments, by call name. */
  readonly args: Readonly<Record<string, string>>;
}

export interface WebGpuKernel {
  /** `domain.name`. */
  readonly id: string;
  readonly version: number | string | null;
  readonly license: string | null;
  readonly description: string;
  readonly spec: ManifestSpec;
  /** sha256, hex, over the names and contents of the files that are used. */
  readonly digest: string;
  /** Whether every file was compared with a digest of metadata.json; a kernel in the making has none. */
  readonly digestVerified: boolean;
  readonly origin: string;
  readonly onnx: OnnxOperator;
  readonly manifest: Manifest;
  /** Templates by path, includes put in. */
  readonly templates: ReadonlyMap<string, string>;
  /** Variants that lack a template, because it was not fetched from the Hub. */
  readonly unfetched: ReadonlySet<string>;
  readonly engine: JinjaEngine;
  readonly tests: TestFile | null;
  /** Why there are no `tests` though there is a test.json; null when there is nothing to say. */
  readonly testProblem: string | null;
  readonly benches: BenchFile | null;
  /** Why there are no `benches` though there is a bench.json; null when there is nothing to say. */
  readonly benchProblem: string | null;
}

function onnxOperator(manifest: Manifest): OnnxOperator {
  const ports = (map: Manifest['inputs']): OnnxPort[] =>
    Object.entries(map).map(([port, entry]) => ({
      port,
      onnx: entry.onnx ?? port,
      optional: entry.optional === true,
    }));
  return {
    domain: manifest.domain,
    name: manifest.name,
    sinceVersion: manifest.sinceVersion ?? 1,
    inputs: ports(manifest.inputs),
    outputs: ports(manifest.outputs),
    attributes: Object.fromEntries(
      Object.entries(manifest.attributes).map(([name, entry]) => [name, numberFromWord(entry.default ?? undefined)]),
    ),
    args: Object.fromEntries(Object.entries(manifest.args).map(([name, entry]) => [name, entry.onnx ?? name])),
  };
}

/**
 * Reads a kernel whole: manifest, every template with its includes, test.json and bench.json, each compared with its
 * digest first. Throws KernelError, naming the file, the path in it and the reason.
 */
export async function loadKernel(source: KernelFiles): Promise<WebGpuKernel> {
  const files = await VerifiedFiles.open(source);
  const { metadata } = files;
  const json = parseKernelJson(await files.need(MANIFEST_FILE), MANIFEST_FILE);
  const spec = manifestSpecOf(metadata?.webgpu?.manifestSpec, json, METADATA_FILE);
  const manifest = parseManifest(json, spec);
  const engine = new JinjaEngine();
  checkManifest(manifest, engine);
  const loader = new TemplateLoader(files);
  const templates = new Map<string, string>();
  const unfetched = new Set<string>();
  for (const { variant, path } of manifest.variants) {
    for (const { pass } of listPasses(variant.passes, path)) {
      if (pass.shader === undefined) continue;
      if (source.partial === true && (await source.read(pass.shader)) === null) unfetched.add(variant.id);
      else templates.set(pass.shader, await loader.load(pass.shader));
    }
  }
  const tests = await files.readIfListed('test.json');
  const benches = await files.readIfListed('bench.json');
  const bench = benches.bytes === null ? null : parseBenchFile(benches.bytes, manifest);
  return {
    id: metadata?.name ?? `${manifest.domain}.${manifest.name}`,
    version: metadata?.version ?? null,
    license: metadata?.license ?? null,
    description: manifest.description ?? '',
    spec,
    digest: files.digest(),
    digestVerified: files.verified,
    origin: source.origin,
    onnx: onnxOperator(manifest),
    manifest,
    templates,
    unfetched,
    engine,
    tests: tests.bytes === null ? null : parseTestFile(tests.bytes, manifest),
    testProblem: tests.problem,
    benches: bench !== null && 'cases' in bench ? bench : null,
    benchProblem: bench !== null && 'problem' in bench ? bench.problem : benches.problem,
  };
}
