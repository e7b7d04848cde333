// What lenses and hovers say of a kernel that was measured. No vscode in here.
import { shownDay } from '../kernels/shownDay';
import { plural, shortRatio } from '../profile/format';
import type { KernelSpeedup } from '../profile/kernelSpeedup';
import type { KernelResult, Measured } from './kernelResults';

export type MeasuredFacts = Pick<KernelResult, 'overall' | 'at' | 'device' | 'version'>;

/** `1.9× on this GPU (today)`, for what was measured on this machine. */
export function lensWords({ overall, at, device }: MeasuredFacts, now: Date): string {
  const day = shownDay(at, now);
  return `${briefly(overall)} ${placeWords(device)}${day === '' ? '' : ` (${day})`}`;
}

/** `1.9× here`. */
export function hereWords(speedup: KernelSpeedup): string {
  return `${briefly(speedup)} here`;
}

/**
 * `1.9× FASTER than PyTorch on NVIDIA H100 80GB HBM3, 2026-11-22, 6 cases`.
 * @param version of the call; another one that was measured is named
 */
function hoverWords({ overall, at, device, version: measured }: MeasuredFacts, version: number | null): string {
  const where = `on ${device.name}${device.software && device.backend !== 'cpu' ? ', in software' : ''}`;
  const which = measured === null || measured === version ? '' : `, v${measured}`;
  const day = at.slice(0, 10);
  if (overall.speedup === null) {
    return `WRONG in ${overall.wrong} of ${plural(overall.cases, 'case')} ${where}, ${day}${which}`;
  }
  return `${verdictWords(overall.speedup, overall.against)} ${where}, ${day}, ${plural(overall.cases, 'case')}${which}`;
}

/** The lines of a hover, what holds for this machine first. */
export function hoverLines({ here, elsewhere }: Measured, version: number | null): readonly string[] {
  return [
    ...(here === null ? [] : [`Measured here: ${hoverWords(here, version)}`]),
    ...(elsewhere === null ? [] : [`Measured elsewhere: ${hoverWords(elsewhere, version)}`]),
  ];
}

/** The sentence behind the lens. */
export function measuredTooltip(name: string, { overall, device }: MeasuredFacts): string {
  const { speedup, against, cases, wrong } = overall;
  const last = `The last profile of ${name} on this machine`;
  if (speedup === null) {
    return `${last} found wrong results in ${wrong} of ${plural(cases, 'case')}. A wrong kernel has no speed-up.`;
  }
  const { software } = device;
  const meaning = software && device.backend !== 'cpu' ? ' The adapter was software: it says nothing of a GPU.' : '';
  return `${last}: the time of ${against ?? 'its baseline'} divided by its own, over ${plural(cases, 'case')}. Above 1 it is faster.${meaning}`;
}

function verdictWords({ ratio, verdict }: NonNullable<KernelSpeedup['speedup']>, against: string | null): string {
  const other = against ?? 'its baseline';
  switch (verdict) {
    case 'FASTER':
      return `${shortRatio(ratio)} FASTER than ${other}`;
    case 'SLOWER':
      return `${shortRatio(1 / ratio)} SLOWER than ${other}`;
    case 'SAME':
      return `the SAME time as ${other}`;
    case 'UNCLEAR':
      return `UNCLEAR against ${other}`;
  }
}

function briefly({ speedup }: KernelSpeedup): string {
  if (speedup === null) return 'wrong';
  switch (speedup.verdict) {
    case 'FASTER':
    case 'SLOWER':
      return shortRatio(speedup.ratio);
    case 'SAME':
      return 'same time';
    case 'UNCLEAR':
      return 'no clear difference';
  }
}

function placeWords({ backend, software }: MeasuredFacts['device']): string {
  if (backend === 'cpu') return 'on this CPU';
  return software ? 'in software' : 'on this GPU';
}
