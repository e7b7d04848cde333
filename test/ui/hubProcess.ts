import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { root } from './workbench';

export interface HubProcess {
  readonly endpoint: string;
  readonly close: () => void;
}

/** The Hub of the tests in a process of its own. */
export async function startHub(): Promise<HubProcess> {
  const child = spawn(process.execPath, [path.join(root, 'scripts', 'test-hub.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    endpoint: line.toString().trim(),
    close: () => {
      child.kill();
    },
  };
}
