// A process that heads its own group, so that all it started can be ended with it.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';

export type GroupHead = ChildProcessByStdio<Writable, Readable, Readable>;

export interface GroupStart {
  readonly program: string;
  readonly args: readonly string[];
  /** A folder that exists. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Starts it without a shell. What keeps it from starting comes as its `error` event. */
export function startGroup({ program, args, folder, env }: GroupStart): GroupHead {
  return spawn(program, [...args], {
    cwd: folder,
    env: { ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
}

/** Asks the group to end, or with SIGKILL makes it. Windows knows the second only. Never throws. */
export function signalGroup(head: GroupHead, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (head.pid === undefined) return;
  if (process.platform !== 'win32') {
    try {
      process.kill(-head.pid, signal);
    } catch {
      // Nobody is left in it.
    }
    return;
  }
  if (signal === 'SIGTERM' || head.exitCode !== null) return;
  const args = ['/pid', String(head.pid), '/T', '/F'];
  spawn('taskkill', args, { stdio: 'ignore', windowsHide: true }).on('error', () => head.kill());
}
