// What is wrong with the outcome of a property run, in words that are enough to repeat it.
import { missingAbility, type Abilities } from '../../src/profile/webgpu/requirements';
import type { VerifiedCase } from '../../src/profile/webgpu/workerProtocol';
import type { Generator, PropertyRun } from './propertyRun';

/** A generator whose calls are not run tests nothing. */
const MOST_NOT_RUN = 0.25;
/** With fewer calls it is no wonder that a variant is never met. */
const CALLS_THAT_MEET_ALL = 200;
/** Others are counted. */
const MOST_LISTED = 8;

/** Every finding, longest last; empty where all is well. */
export function propertyFindings(run: PropertyRun, generator: Generator, abilities: Abilities): string[] {
  if (run.problem !== null) return [run.problem];
  const findings = [neverMet(run, generator, abilities), notRun(run), unanswered(run), failures(run)];
  return findings.filter((text) => text !== null);
}

function neverMet(
  { calls, verdicts, variants }: PropertyRun,
  generator: Generator,
  abilities: Abilities,
): string | null {
  if (calls.length < CALLS_THAT_MEET_ALL) return null;
  const met = new Set(verdicts.map(({ variant }) => variant));
  const missed = variants.filter(({ id, requires }) => {
    const able = requires !== null && missingAbility(requires, abilities) === undefined;
    return able && !met.has(id) && generator.onlyOnHardware?.includes(id) !== true;
  });
  if (missed.length === 0) return null;
  return `No call was one for ${missed.map(({ id }) => id).join(', ')}.`;
}

function notRun({ calls, verdicts }: PropertyRun): string | null {
  const left = verdicts.filter(({ status }) => status === 'not run' || status === 'skipped');
  if (left.length <= MOST_NOT_RUN * calls.length) return null;
  const reasons = new Map<string, number>();
  for (const { detail } of left) reasons.set(detail, (reasons.get(detail) ?? 0) + 1);
  const lines = [...reasons].toSorted((a, b) => b[1] - a[1]).map(([reason, count]) => `  ${count}: ${reason}`);
  return [`${left.length} of ${calls.length} calls were not run:`, ...lines.slice(0, MOST_LISTED)].join('\n');
}

function unanswered({ verdicts }: PropertyRun): string | null {
  const first = verdicts.find(({ status }) => status === 'ran, no oracle');
  return first === undefined ? null : `Nobody knows what is right for "${first.name}": ${first.detail}.`;
}

/** The failed ones, with the smallest of their calls as test.json takes it and the command that repeats them. */
function failures({ id, settings, calls, verdicts }: PropertyRun): string | null {
  const failed = verdicts.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return null;
  const textOf = ({ index }: VerifiedCase): string => JSON.stringify(calls[index]);
  const smallest = failed.reduce((a, b) => (textOf(b).length < textOf(a).length ? b : a));
  const lines = failed.slice(0, MOST_LISTED).map(({ name, variant, detail }) => `  ${name} [${variant}]: ${detail}`);
  const { seed, cases } = settings;
  const repeat = `KERNEL_LENS_PROPERTY_SEED=${seed} KERNEL_LENS_PROPERTY_CASES=${cases}`;
  return [
    `${failed.length} of ${verdicts.length} verdicts on ${id} failed:`,
    ...lines,
    ...(failed.length > MOST_LISTED ? [`  and ${failed.length - MOST_LISTED} more`] : []),
    `Again: ${repeat} npx vitest run --project gpu test/gpu/properties.test.ts -t '${id}'`,
    `The smallest, [${smallest.variant}] of ${smallest.name}, for test.json:`,
    textOf(smallest),
  ].join('\n');
}
