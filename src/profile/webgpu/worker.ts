// The GPU worker process: the only one that loads Dawn. It answers the supervisor's calls, one at a time.
import process from 'node:process';
import { KernelError } from './program';
import { AdapterBusyError } from './adapterLock';
import { NoAdapterError } from './adapters';
import { GpuError } from './device';
import { UsageError } from './openGpu';
import { WorkerSession } from './workerSession';
import type { WorkerCalls, WorkerErrorKind, WorkerMessage, WorkerMethod, WorkerRequest } from './workerProtocol';

function send(message: WorkerMessage): void {
  process.send?.(message);
}

const session = new WorkerSession({
  phase: (text, limitMs, contender) => {
    send({ type: 'phase', text, limitMs, contender: contender ?? null });
  },
  verifying: (target) => {
    send({ type: 'verifying', target });
  },
  verified: (verified) => {
    send({ type: 'verified', verified });
  },
});

function answer(request: WorkerRequest): Promise<WorkerCalls[WorkerMethod]['result']> {
  switch (request.method) {
    case 'adapters':
      return session.adapters();
    case 'open':
      return session.open(request.argument);
    case 'plan':
      return session.plan(request.argument);
    case 'case':
      return session.runCase(request.argument);
    case 'settings':
      return session.settings(request.argument);
    case 'tune':
      return session.tune(request.argument);
    case 'verify':
      return session.verify(request.argument);
  }
}

function errorKind(error: unknown): WorkerErrorKind {
  if (error instanceof NoAdapterError) return 'no-adapter';
  if (error instanceof AdapterBusyError) return 'busy';
  if (error instanceof UsageError) return 'usage';
  if (error instanceof KernelError) return 'kernel';
  if (error instanceof GpuError && error.kind === 'device-lost') return 'device-lost';
  return 'internal';
}

process.on('message', (request: WorkerRequest) => {
  answer(request).then(
    (result) => {
      send({ type: 'result', id: request.id, result });
    },
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      send({ type: 'error', id: request.id, kind: errorKind(error), message });
    },
  );
});

// Nobody is left to ask. An ordinary exit would wait for the GPU, which a kernel that never ends would make forever.
process.on('disconnect', () => {
  session.release();
  process.kill(process.pid, 'SIGKILL');
});
