// What the worker keeps between calls: the opened adapter, the clock, what was measured of it, and the planned cases.
import { tmpdir } from 'node:os';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { AdapterLock } from './adapterLock';
import {
  NoAdapterError,
  adapterListing,
  chooseAdapter,
  findAdapters,
  missingAdapterText,
  type FoundAdapter,
} from './adapters';
import { planCases, type CasePlan, type RunnableCase } from './casePlan';
import { BufferScan } from './bufferScan';
import { runCase, type CaseTools } from './caseRunner';
import { ClockProbe } from './clockProbe';
import { OpenDevice } from './device';
import { deviceFacts, reportAdapter } from './deviceFacts';
import type { ReportCase } from '../report';
import { UsageError, type OpenGpu, type WorkerEvents } from './openGpu';
import { measureReference, referenceSettings } from './reference';
import { Oracle } from './oracle';
import { findPeerFolder, OnnxRuntimePeer, PEER_MISSING } from './peerRuntime';
import { Poison } from './poison';
import { measureProducts, productDtype, type ProductDtype, type ProductRates } from './productRate';
import { openTimer } from './timer';
import { RememberingOracle, runSettings, settingsToTry } from './tuneCase';
import { verifyKernelFolder } from './verify';
import type { AdapterListing, OpenedAdapter, Plan, TrySetting, WorkerCalls } from './workerProtocol';

const OPEN_LIMIT_MS = 60_000;
const PackageVersion = v.object({ version: v.string() });

export class WorkerSession {
  private tools: CaseTools | null = null;
  private lock: AdapterLock | null = null;
  private casePlan: CasePlan | null = null;
  /** The case that is tuned, and who remembers its answers. */
  private tuned: { readonly id: string; readonly oracle: RememberingOracle } | null = null;

  constructor(private readonly events: WorkerEvents) {}

  async adapters(): Promise<readonly AdapterListing[]> {
    return (await this.find()).map(adapterListing);
  }

  async open({
    adapter,
    quick,
    softwareAllowed,
    reference: earlier,
  }: WorkerCalls['open']['argument']): Promise<OpenedAdapter> {
    this.events.phase('opening the adapter', OPEN_LIMIT_MS);
    const found = await this.find();
    const chosen = chooseAdapter(found, adapter, softwareAllowed ?? true);
    if (chosen === null) {
      const names = found.map(({ name }) => name);
      throw new NoAdapterError(missingAdapterText(adapter, process.platform, names));
    }
    this.lock = AdapterLock.take(tmpdir(), chosen.name);
    const open = await OpenDevice.open(chosen);
    const timer = await openTimer(open);
    this.events.phase('raising the clock', OPEN_LIMIT_MS);
    const telling = !chosen.software && timer.kind === 'timestamp-query';
    const clock = telling ? await ClockProbe.create(open, timer) : null;
    this.events.phase('measuring the copy rate', OPEN_LIMIT_MS);
    const reference = earlier ?? (await measureReference(open, timer, referenceSettings(chosen.software, quick)));
    const facts = deviceFacts(chosen, open.device);
    const gpu: OpenGpu = { open, facts, timer, clock, reference, software: chosen.software };
    const oracle = new Oracle(join(dirname(fileURLToPath(import.meta.url)), 'ort'));
    const scan = await BufferScan.create(open);
    this.tools = { gpu, open, scan, poison: new Poison(open), oracle, events: this.events, peer: null };
    return {
      adapter: reportAdapter(chosen, open.device),
      timer: { kind: timer.kind, resolutionNs: timer.resolutionNs },
      reference,
      dawn: dawnVersion(),
    };
  }

  async plan({ options, kernelsRoot, only }: WorkerCalls['plan']['argument']): Promise<Plan> {
    if (options.peer !== undefined) this.opened().peer ??= this.findPeer();
    const tools = this.opened();
    this.casePlan = await planCases(tools.gpu, options, kernelsRoot, only ?? null);
    const { plan } = this.casePlan;
    const products = await this.products(this.casePlan, kernelsRoot);
    this.tools = { ...tools, gpu: { ...tools.gpu, reference: { ...tools.gpu.reference, products } } };
    return { ...plan, products };
  }

  async runCase({ id, withoutPeer }: WorkerCalls['case']['argument']): Promise<ReportCase> {
    return runCase(this.opened(), this.planned(id), withoutPeer ?? null);
  }

  settings({ id, candidates, variants }: WorkerCalls['settings']['argument']): Promise<readonly TrySetting[]> {
    return new Promise((resolve) => {
      resolve(settingsToTry(this.opened(), this.planned(id), candidates, variants));
    });
  }

  async tune({ id, settings }: WorkerCalls['tune']['argument']): Promise<ReportCase> {
    const tools = this.opened();
    if (this.tuned?.id !== id) this.tuned = { id, oracle: new RememberingOracle(tools.oracle) };
    return runSettings({ ...tools, oracle: this.tuned.oracle }, this.planned(id), settings);
  }

  async verify(argument: WorkerCalls['verify']['argument']): Promise<WorkerCalls['verify']['result']> {
    return verifyKernelFolder(this.opened(), argument);
  }

  /** Gives the adapter back to other runs. */
  release(): void {
    this.lock?.release();
  }

  private findPeer(): OnnxRuntimePeer {
    const folder = findPeerFolder();
    if (folder === null) throw new UsageError(PEER_MISSING);
    return new OnnxRuntimePeer(this.opened().open, folder);
  }

  /** The rates that planned cases are held against, measured where they are not known yet. */
  private async products({ runnable }: CasePlan, kernelsRoot: string): Promise<ProductRates> {
    const { gpu } = this.opened();
    const known = gpu.reference.products;
    const dtypes = new Set<ProductDtype>();
    for (const { flops, planned } of runnable.values()) {
      const dtype = flops === null ? null : productDtype(planned.dtype);
      if (dtype !== null && !Object.hasOwn(known, dtype)) dtypes.add(dtype);
    }
    if (dtypes.size === 0) return known;
    this.events.phase('measuring matrix products', OPEN_LIMIT_MS);
    return { ...known, ...(await measureProducts(gpu, kernelsRoot, dtypes)) };
  }

  private planned(id: string): RunnableCase {
    const planned = this.casePlan?.runnable.get(id);
    if (planned === undefined) throw new UsageError(`There is no planned case ${id}.`);
    return planned;
  }

  private opened(): CaseTools {
    if (this.tools === null) throw new UsageError('No adapter is open.');
    return this.tools;
  }

  private async find(): Promise<FoundAdapter[]> {
    const dawn = await import('webgpu').catch((error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      throw new NoAdapterError(
        `Dawn, the WebGPU of this program, could not be loaded on ${process.platform} ${process.arch}: ${text}`,
      );
    });
    return findAdapters(dawn.create);
  }
}

function dawnVersion(): string {
  const parsed = v.safeParse(PackageVersion, createRequire(import.meta.url)('webgpu/package.json'));
  return parsed.success ? `webgpu ${parsed.output.version}` : 'webgpu';
}
