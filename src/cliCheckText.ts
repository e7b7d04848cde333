// The answer of `kernel-lens check` as text.
import type { HubError } from './hub/hubError';
import type { KernelDetails, KernelMetadata } from './kernels/kernelDetails';
import { shownText } from './kernels/shownText';
import { backendTitle } from './kernels/platformTitle';
import type { VariantVerdict } from './kernels/variantVerdicts';
import type { WorksHere } from './kernels/worksHere';
import type { MachineState } from './machine/machineTypes';

/** A kernel that a build loads itself. */
export interface CheckedDependency {
  readonly id: string;
  readonly version: number | null;
  readonly revision: string | null;
  readonly here: WorksHere;
}

export interface CheckResult {
  readonly details: KernelDetails;
  readonly here: WorksHere;
  /** Builds for Python, in the library's order. */
  readonly python: readonly VariantVerdict[];
  /** Builds for Python that cannot be judged, because there is no Python to judge them by. */
  readonly unjudged: readonly string[];
  /** By variant of the manifest; empty: there is no WebGPU build, or it cannot be read. */
  readonly webgpu: readonly { readonly variant: string; readonly reason: string | null }[];
  /** Of the build that would be taken; null: none would be, or it was not read. */
  readonly metadata: KernelMetadata | null;
  readonly dependencies: readonly CheckedDependency[];
  readonly machine: MachineState;
  /** ISO 8601: when the Hub gave this. */
  readonly at: string;
  /** Why it is not fresh; null: it is. */
  readonly problem: HubError | null;
}

/** In the words of the library's own listing. */
const STATES: Readonly<Record<VariantVerdict['state'], { readonly mark: string; readonly word: string }>> = {
  taken: { mark: '✓', word: 'compatible, preferred' },
  fits: { mark: '✓', word: 'compatible' },
  rejected: { mark: '✗', word: 'rejected' },
  skipped: { mark: '-', word: 'skipped' },
};

/** Lines for a terminal, ending with a line break. The first one is the answer. */
export function checkText(result: CheckResult): string {
  const { details, here, python, unjudged, webgpu } = result;
  const version = details.version === null ? 'main' : `v${details.version.version}`;
  const lines = [`${shownText(details.id)}@${version} ${hereSentence(here)}`];
  const fact = (name: string, value: string): void => {
    if (value !== '') lines.push(`  ${name.padEnd(19)} ${value}`);
  };
  if (details.redirect !== null)
    fact('moved to', `${shownText(details.redirect.destination)}@${shownText(details.redirect.revision)}`);
  fact('versions', versionsText(details));
  fact('commit', details.commit);
  fact('publisher', publisherText(details));
  fact('licence', shownText(details.license ?? 'not stated'));
  fact(
    'access',
    [details.private ? 'private' : '', details.gated ? 'gated: ask for access on its page' : '']
      .filter(Boolean)
      .join(', '),
  );
  fact('this machine', machineText(result));
  const { metadata, dependencies } = result;
  if (metadata !== null) {
    fact('needs kernels', metadata.kernelsMinver === null ? '' : `${shownText(metadata.kernelsMinver)} or newer`);
    fact('Python packages', metadata.pythonDepends.map((name) => shownText(name)).join(', '));
    fact('architectures', metadata.archs === null ? '' : shownText(metadata.archs.join(', '), 300));
  }
  for (const { id, version: of, revision, here: there } of dependencies) {
    const wanted = of === null ? shownText(revision ?? '') : `v${of}`;
    fact('needs kernel', `${shownText(id)}@${wanted}: ${hereSentence(there)}`);
  }
  if (python.some(({ state }) => state !== 'skipped')) {
    lines.push('', 'builds for Python, in the order in which the kernels library prefers them');
    lines.push(
      ...table(python.map(({ variant, state, reason }) => [STATES[state].mark, variant, reason ?? STATES[state].word])),
    );
  }
  if (unjudged.length > 0) {
    lines.push('', 'builds for Python');
    lines.push(...table(unjudged.map((variant) => ['?', variant, ''])));
  }
  if (webgpu.length > 0) {
    const { system } = result.machine;
    const adapter = 'system' in system.webgpu ? ` on ${shownText(system.webgpu.system.name)}` : '';
    lines.push('', `variants for WebGPU${adapter}`);
    lines.push(
      ...table(webgpu.map(({ variant, reason }) => [reason === null ? '✓' : '✗', variant, reason ?? 'compatible'])),
    );
  }
  if (details.variants.length === 0) lines.push('', 'This version has no builds.');
  return `${lines.join('\n')}\n`;
}

export function hereSentence(here: WorksHere): string {
  switch (here.state) {
    case 'works':
      return `works here: ${shownText(here.variant)}`;
    case 'likely':
      return `may work here. ${shownText(here.because, 500)}`;
    case 'fails':
      return `does not work here: ${shownText(here.reason, 500)}`;
    case 'unknown':
      return `cannot be judged here: ${shownText(here.reason, 500)}`;
  }
}

function versionsText({ versions }: KernelDetails): string {
  if (versions.length === 0) return 'none: there is no branch vN, and get_kernel needs one';
  const newest = versions.at(-1)?.version;
  return versions.map(({ version }) => (version === newest ? `v${version} (newest)` : `v${version}`)).join(', ');
}

function publisherText({ id, trusted }: KernelDetails): string {
  const publisher = shownText(id.split('/', 1)[0] ?? id);
  if (trusted === true) return `${publisher}, trusted by the Hub`;
  const how = trusted === false ? 'not a trusted publisher' : 'the Hub could not be asked whether it trusts it';
  return `${publisher}, ${how}: the kernels library wants trust_remote_code=True`;
}

function machineText({ machine, python, unjudged, webgpu }: CheckResult): string {
  const parts: string[] = [];
  const { system, python: facts } = machine;
  if (facts !== null && 'system' in system.python && python.some(({ state }) => state !== 'skipped')) {
    const here = system.python.system;
    const torch = facts.torchVersion === null ? 'no torch' : `torch ${shownText(facts.torchVersion)}`;
    const library = facts.kernelsVersion === null ? 'no kernels library' : `kernels ${shownText(facts.kernelsVersion)}`;
    const gpus = facts.gpus.slice(0, 1).map(({ name, architecture }) => {
      return architecture === null ? shownText(name) : `${shownText(name)} (${shownText(architecture)})`;
    });
    const where = `${shownText(here.cpu)} ${shownText(here.os)}`;
    parts.push(
      `Python ${shownText(facts.version)}, ${[torch, library, backendTitle(here.backend), ...gpus, where].join(', ')}`,
    );
  } else if ('missing' in system.python && unjudged.length > 0) parts.push(shownText(system.python.missing, 500));
  if (webgpu.length > 0) {
    parts.push(
      'system' in system.webgpu ? shownText(system.webgpu.system.name) : shownText(system.webgpu.missing, 500),
    );
  }
  return parts.join('; ');
}

function table(rows: readonly (readonly [mark: string, name: string, text: string])[]): string[] {
  const names = rows.map(([, name]) => shownText(name, 80));
  const width = Math.max(0, ...names.map((name) => Array.from(name).length));
  return rows.map(([mark, , text], index) => {
    const name = names[index] ?? '';
    const space = ' '.repeat(width - Array.from(name).length);
    return `  ${mark} ${name}${space}  ${shownText(text, 700)}`.trimEnd();
  });
}
