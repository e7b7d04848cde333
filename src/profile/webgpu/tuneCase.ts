// Tuning one planned case: which settings it can be tried with, and a run of some of them against each other.
import { createHash } from 'node:crypto';
import type { ReportCase } from '../report';
import { settingName, type Candidates, type TuneSetting } from '../tuneSetting';
import type { RunnableCase } from './casePlan';
import { runCase, type CaseTools } from './caseRunner';
import type { Contender } from './contenders';
import { UsageError } from './openGpu';
import type { Answerer, OracleAnswer, OracleCall } from './oracleCall';
import { KernelError, type Program } from './program';
import { rankVariants } from './selection';
import { buildTuned } from './tunedKernel';
import { checkCandidates, judgeSettings, settingsOf, type SettingOutcome } from './tuneSettings';
import type { TrySetting } from './workerProtocol';

/** Rendering every setting of a kernel with many takes a while. */
const RENDER_LIMIT_MS = 120_000;

/**
 * The settings to try, what selection takes by itself first. Those that cannot take the case say why, and those that give
 * the same program as another one name it.
 * @param candidates values by tunable, before those of bench.json
 * @param variants ids to keep to; empty: every one that can take the case
 * Throws UsageError for a tunable or a variant that the kernel does not have.
 */
export function settingsToTry(
  tools: CaseTools,
  { kernel, call, seed }: RunnableCase,
  candidates: Candidates,
  variants: readonly string[],
): TrySetting[] {
  checkCandidates(kernel, candidates);
  tools.events.phase('rendering every setting', RENDER_LIMIT_MS);
  const values = { ...kernel.benches?.tune, ...candidates };
  const ids = kernel.manifest.variants.map(({ variant }) => variant.id);
  const unknown = variants.find((id) => !ids.includes(id));
  if (unknown !== undefined)
    throw new UsageError(`${kernel.id} has no variant ${unknown}. There are: ${ids.join(', ')}.`);
  const ranked = rankVariants(kernel, call, tools.gpu.facts);
  const [chosen] = ranked.filter(({ id }) => variants.length === 0 || variants.includes(id));
  const order = ranked.filter(({ id, status }) => {
    if (variants.length > 0) return variants.includes(id);
    // Another value of the manifest's own tunables may make it one that can.
    return status !== 'rejected' || Object.keys(kernel.manifest.tunables).length > 0;
  });
  const seen = new Map<string, string>();
  const outcomeOf = (setting: TuneSetting): SettingOutcome => {
    try {
      return { print: programPrint(buildTuned(kernel, setting, call, tools.gpu.facts)), refused: null };
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      return { print: null, refused: error.message };
    }
  };
  return order.flatMap(({ id }) =>
    judgeSettings(settingsOf(kernel.manifest, id, values, seed), outcomeOf, seen).map((setting): TrySetting => {
      return { ...setting, isDefault: id === chosen?.id && setting.changed.length === 0 };
    }),
  );
}

/** Runs a planned case with these settings; the first is what the others are held against. Each row is one of them. */
export async function runSettings(
  tools: CaseTools,
  runnable: RunnableCase,
  settings: readonly TuneSetting[],
): Promise<ReportCase> {
  const descriptions = new Map(
    runnable.kernel.manifest.variants.map(({ variant }) => [variant.id, variant.description]),
  );
  const contenders = settings.map((setting, index): Contender => {
    const { variant, tunables } = setting;
    const name = settingName(setting);
    const description = descriptions.get(variant) ?? '';
    return { id: name, label: name, variant, description, baseline: index === 0, tunables };
  });
  return runCase(tools, { ...runnable, contenders, rejected: [], aa: false }, null);
}

/** What the device is given: two settings with the same print are one program. */
function programPrint({ passes, buffers }: Program): string {
  const parts = passes.map(({ wgsl, bindings, workgroups, submitAfter }) => [wgsl, bindings, workgroups, submitAfter]);
  const data = buffers.map((one) => (one.kind === 'uniform' ? [...one.data] : [one.id, one.bytes, one.zeroInit]));
  return createHash('sha256')
    .update(JSON.stringify([parts, data]))
    .digest('hex');
}

/** Asks `oracle` each question once: every group of settings is asked the same. */
export class RememberingOracle implements Answerer {
  private readonly answers = new Map<string, Promise<OracleAnswer>>();

  constructor(private readonly oracle: Answerer) {}

  compute(call: OracleCall): Promise<OracleAnswer> {
    const hash = createHash('sha256');
    hash.update(JSON.stringify({ ...call, inputs: call.inputs.map((input) => input && { ...input, values: null }) }));
    for (const input of call.inputs) {
      if (input === null) continue;
      const { buffer, byteOffset, byteLength } = input.values;
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
    }
    const key = hash.digest('hex');
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    const answer = this.oracle.compute(call);
    this.answers.set(key, answer);
    return answer;
  }
}
