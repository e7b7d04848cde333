// What a click asks to be measured in Python: the argument of the command kernelLens.profilePython.
import * as v from 'valibot';
import { PythonWorkSchema } from './pythonOptions';

const KernelRequestSchema = v.union([
  /** `version` null: the newest. */
  v.object({ id: v.string(), version: v.nullable(v.number()) }),
  /** A repository of the user's on this machine, with `build/` and perhaps `benchmarks/`: its URI. */
  v.object({ folder: v.string() }),
]);

export const PythonRequestSchema = v.object({
  kernels: v.array(KernelRequestSchema),
  work: v.optional(PythonWorkSchema, { kind: 'kernels', workloads: [], shapes: [] }),
});

export type PythonRequest = v.InferInput<typeof PythonRequestSchema>;
