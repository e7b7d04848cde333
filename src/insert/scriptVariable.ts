// Names of variables for kernels in a script.

const RESERVED: ReadonlySet<string> = new Set(
  (
    'arguments async await break case catch class const continue debugger default delete do else enum eval export ' +
    'extends false finally for from function if implements import in instanceof interface let new null of package ' +
    'private protected public return static super switch this throw true try typeof undefined var void while with ' +
    // Functions and objects that everybody counts on.
    'isFinite isNaN navigator window self document top fetch require module exports getKernel'
  ).split(' '),
);

/** `gelu` of `webgpu-kernels/ai.onnx.Gelu`, `rmsNormalization` of `…RMSNormalization`; a number behind it where it is taken. */
export function scriptVariable(id: string, taken: ReadonlySet<string>): string {
  const name = lowered(id.slice(id.lastIndexOf('/') + 1).replace(/^.*\.(?=.)/, ''));
  const plain = name === '' || RESERVED.has(name) ? `${name}Kernel`.replace(/^K/, 'k') : name;
  let free = plain;
  for (let number = 2; taken.has(free) || RESERVED.has(free); number += 1) free = `${plain}${number}`;
  return free;
}

/** `RMSNorm` as `rmsNorm`, `flash-attn2` as `flashAttn2`, `LSTM` as `lstm`; of what no name may hold, nothing is left. */
function lowered(text: string): string {
  const words = text.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const joined = words.map((word, i) => (i === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join('');
  const head = /^[A-Z]+(?![a-z])|^[A-Z]/.exec(joined)?.[0] ?? '';
  const name = head.toLowerCase() + joined.slice(head.length);
  return /^[0-9]/.test(name) ? `kernel${name}` : name;
}
