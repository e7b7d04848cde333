// The Python that kernels are measured with, known as fast as it can be.
import type { Machine, PythonFacts } from '../machine/machineTypes';

/**
 * What is known of the interpreter: at once where somebody has looked, else as soon as it has been looked at. Null: there
 * is none; `machine.state` says why.
 * @param again something may have been installed since
 */
export async function currentPython(
  machine: Machine,
  { again }: { readonly again: boolean },
  signal: AbortSignal,
): Promise<PythonFacts | null> {
  const known = machine.state.python;
  if (known !== null && !again) return known;
  await new Promise<void>((resolve) => {
    const stop = machine.onChange(() => {
      // Adapters of WebGPU are looked at too, and nobody waits for those here.
      if (machine.state.python !== known) done();
    });
    const done = (): void => {
      stop();
      resolve();
    };
    void machine.refresh({ force: false }, signal).finally(done);
  });
  return machine.state.python;
}
