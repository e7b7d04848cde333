// An interpreter that answers the probe as one with torch for the CPU does, whatever it is asked.
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { probeFacts, TORCH } from './probeFacts';

/** @param folder where its files are put. @param kernels the release of the library in it. @returns its path */
export async function fakePython(folder: string, kernels = '0.17.2'): Promise<string> {
  const facts = probeFacts({
    torch: { ...TORCH, version: '2.10.0+cpu', cuda: null },
    kernels,
    gpus: { ...probeFacts({}).gpus, devices: [], driver: null, driverCuda: null, hardware: [] },
  });
  const [answer, python] = [path.join(folder, 'answer.json'), path.join(folder, 'python')];
  // What is printed must begin as the probe's own answer does.
  await writeFile(answer, `{"kernelLensProbe": 1,${JSON.stringify(facts).slice(1)}\n`);
  await writeFile(python, `#!/bin/sh\ncat ${JSON.stringify(answer)}\n`);
  await chmod(python, 0o755);
  return python;
}
