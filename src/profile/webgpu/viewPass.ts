// A pass that only makes a view: carried out as a copy, since each port here has a buffer of its own.
import { foldWorkgroups } from './dispatch';
import type { ProgramPass, Tensor } from './program';

const WORKGROUP_SIZE = 256;

type Sized = Pick<Tensor, 'port' | 'bytes'>;

/** Copies `input` into `output` word by word; both have the same size in bytes. */
export function viewPass(input: Sized, output: Sized, id: string, name: string, submitAfter: boolean): ProgramPass {
  const workgroups = foldWorkgroups(Math.ceil(output.bytes / 4 / WORKGROUP_SIZE));
  return {
    id,
    name,
    template: '',
    wgsl: `@group(0) @binding(0) var<storage, read> source: array<u32>;
@group(0) @binding(1) var<storage, read_write> target_words: array<u32>;

@compute @workgroup_size(${WORKGROUP_SIZE})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let word = id.y * ${workgroups[0] * WORKGROUP_SIZE}u + id.x;
  if (word < arrayLength(&target_words)) {
    target_words[word] = source[word];
  }
}
`,
    bindings: [
      { index: 0, resource: input.port, access: 'read' },
      { index: 1, resource: output.port, access: 'read_write' },
    ],
    workgroups,
    submitAfter,
  };
}
