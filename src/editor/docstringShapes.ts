// The shapes of a function's parameters, where its docstring says them. No vscode in here.

const MOST = 8;
/** `(batch_size, seqlen, nheads, headdim)`, `[batch, dim]`, `[..., 2 * d]`. */
const SHAPE = /\([\w.*+/ -]+(?:,[\w.*+/ -]*)+\)|\[[\w.*+/ -]+(?:,[\w.*+/ -]+)*\]/;

/** `q: (batch, heads, d)` for each parameter with a line that gives its shape. */
export function shapesOf(docstring: string, signature: string): readonly string[] {
  const parameters = new Set(signature.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []);
  const found = new Map<string, string>();
  for (const line of docstring.split('\n')) {
    const [, name = '', rest = ''] =
      /^\s*(?::param\s+)?\*{0,2}([\p{L}_][\p{L}\p{N}_]*)\s*(?:\([^)]*\))?\s*:(.*)$/u.exec(line) ?? [];
    const shape = SHAPE.exec(rest)?.[0];
    if (shape !== undefined && parameters.has(name) && !found.has(name)) found.set(name, `${name}: ${shape}`);
  }
  return [...found.values()].slice(0, MOST);
}
