// Looks for Python kernels as the panel and the command line do, with a person who answers what a test says.
import { createHub } from '../../src/hub/hubClient';
import { ConsentFile } from '../../src/hub/consentFile';
import { hubSettings, type HubSettings } from '../../src/hub/hubSettings';
import type { Hub } from '../../src/hub/hubTypes';
import type { ConsentQuestion } from '../../src/hub/publisherConsent';
import {
  findPythonKernel,
  PythonKernelUnfit,
  type FoundPythonKernel,
  type PythonKernelParts,
} from '../../src/hub/pythonKernel';
import { parseKernelReference } from '../../src/kernels/kernelId';
import type { KernelSummary } from '../../src/kernels/kernelSummary';
import { pythonHere } from '../unit/probeFacts';

const NEVER = new AbortController().signal;

export interface FinderSetting {
  readonly endpoint: string;
  /** A folder of the test's own: the cache and the consents lie below it. */
  readonly home: string;
  readonly here?: Pick<PythonKernelParts, 'system' | 'python'>;
  readonly kernels?: readonly KernelSummary[];
  /** What the person answers; left out: there is nobody to ask. */
  readonly agrees?: boolean;
  readonly offline?: boolean;
}

export class KernelFinder {
  readonly asked: ConsentQuestion[] = [];
  readonly notes: string[] = [];
  readonly hub: Hub;
  readonly settings: HubSettings;

  constructor(private readonly setting: FinderSetting) {
    const { endpoint, home, offline = false } = setting;
    const env = { HF_HOME: home, ...(offline ? { HF_HUB_OFFLINE: '1' } : {}) };
    this.settings = hubSettings({ endpoint, env, home });
    this.hub = createHub(this.settings, { fetch });
  }

  /** @param reference `org/name`, `org/name@v1`, … */
  find(reference: string): Promise<FoundPythonKernel> {
    const { hub, settings } = this;
    const { id, version, revision } = parseKernelReference(reference);
    const { here = pythonHere(), kernels, agrees = false, home } = this.setting;
    const ask = (question: ConsentQuestion): Promise<boolean> => {
      this.asked.push(question);
      return Promise.resolve(agrees);
    };
    const consent = { store: new ConsentFile(home), ask, onNote: (note: string) => void this.notes.push(note) };
    const parts = { hub, settings, consent, ...here, kernels, onPhase: () => undefined };
    return findPythonKernel(parts, { id, version, revision }, NEVER);
  }

  /** Why it does not run here, and what would help: `version 2`, `kernel a/b@v1`, or a command. */
  async unfit(reference: string): Promise<readonly [message: string, ...remedies: string[]]> {
    try {
      await this.find(reference);
    } catch (error) {
      if (!(error instanceof PythonKernelUnfit)) throw error;
      const remedies = error.remedies.map((remedy) => {
        if (remedy.kind === 'command') return remedy.command;
        return remedy.kind === 'version' ? `version ${remedy.version}` : `kernel ${remedy.id}@v${remedy.version ?? ''}`;
      });
      return [error.message, ...remedies];
    }
    return ['It runs here.'];
  }
}

/** metadata.json of a build, but for `change`. */
export function buildMetadata(change: object = {}): string {
  const backend = { type: 'cpu' };
  return JSON.stringify({
    id: '_test_kernel',
    name: 'test-kernel',
    version: 1,
    license: 'MIT',
    'python-depends': [],
    backend,
    ...change,
  });
}

/** A build that computes nothing, to be published. */
export function buildFiles(variant: string, change: object = {}): Record<string, string> {
  return { [`build/${variant}/metadata.json`]: buildMetadata(change), [`build/${variant}/__init__.py`]: '' };
}
