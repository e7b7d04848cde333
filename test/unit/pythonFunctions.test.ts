import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pythonFunctions, type PythonFunction } from '../../src/code/pythonFunctions';
import { parseWhole } from '../../src/code/parseSource';
import { dottedNameProblem, functionsOf } from '../../src/editor/comparedFunctions';
import { suggestedInputs } from '../../src/editor/functionInputs';
import { parseFunctionInputs } from '../../src/profile/python/inputsText';

function read(code: string): readonly PythonFunction[] {
  return pythonFunctions(parseWhole(code, 'python'));
}

function only(code: string): PythonFunction {
  const [found] = read(code);
  if (found === undefined) throw new Error('There is no function.');
  return found;
}

test.each([
  ['def f(x): pass', ['f']],
  ['def f(x): pass\ndef g(): pass', ['f', 'g']],
  ['@torch.compile\ndef f(x):\n    def inner(): pass\n    return x', ['f']],
  ['if FAST:\n    def f(x): pass\nelse:\n    def g(x): pass', ['f', 'g']],
  ['try:\n    def f(x): pass\nexcept ImportError:\n    def f(x): pass', ['f']],
  [
    'class A:\n    @staticmethod\n    def s(x): pass\n    def m(self, x): pass\n    @property\n    def p(self): pass',
    ['A.s'],
  ],
  ['async def f(x): pass', []],
  ['f = lambda x: x', []],
  ['def f(', []],
  ['', []],
])('%j has %j', (code, names) => {
  expect(read(code).map(({ name }) => name)).toEqual(names);
});

test('a function is read with its parameters and its docstring', () => {
  const code = `# first
@decorated
def f(x: Float[Tensor, "b d"], /, n: int = 3, *rest, eps=1e-6, **kw) -> "Tensor":
    """Does.

    Args:
        x: (b, d)
    """
`;
  const { parameters, docstring, head, span } = only(code);
  expect(parameters).toEqual([
    { name: 'x', annotation: 'Float[Tensor, "b d"]', default: null, kind: 'by place' },
    { name: 'n', annotation: 'int', default: '3', kind: 'by place' },
    { name: 'rest', annotation: null, default: null, kind: 'several' },
    { name: 'eps', annotation: null, default: '1e-6', kind: 'by name' },
    { name: 'kw', annotation: null, default: null, kind: 'several' },
  ]);
  expect(docstring).toBe('Does.\n\nArgs:\n    x: (b, d)');
  expect(code.slice(head.from, head.to)).toMatch(/^@decorated\ndef f\([^]*\) -> "Tensor"$/);
  expect(span.from).toBe(head.from);
});

test.each<[string, string]>([
  ['def gelu(x): pass', 'x=4096x4096'],
  ['def norm(x, weight, eps=1e-6): pass', 'x=4096x4096; weight=4096'],
  ['def attend(q, k, v, *, causal=False): pass', 'q=4x32x1024x128; k=4x32x1024x128; v=4x32x1024x128'],
  ['def embed(input_ids, weight): pass', 'input_ids=1024:int64[0..999]; weight=4096'],
  ['def f(x: Float[Tensor, "batch seq dim"], mask: Bool[Tensor, "seq"]): pass', 'x=4x1024x4096; mask=1024:bool'],
  ['def f(x: Float[torch.Tensor, "... 2*d"]): pass', 'x=8192'],
  ['def f(i: Int[Tensor, "n=16"]): pass', 'i=16:int64[0..999]'],
  ['def f(q):\n    """Attends.\n\n    q: (batch_size, seqlen, nheads, headdim)\n    """', 'q=4x1024x32x128'],
  ['def f(x: Tensor, n: int, scale: float, on: bool, how: str): pass', 'x=4096x4096; n:=1; scale:=1; on=false; how=""'],
  ['def f(x, *, dim): pass', 'x=4096x4096; dim:=1'],
  ['def f(x: Optional[int]): pass', ''],
  ['def f(*xs): pass', ''],
  ['def f(): pass', ''],
])('for %j the first inputs are %j', (code, expected) => {
  const text = suggestedInputs(only(code));
  expect(text).toBe(expected);
  if (text !== '') expect(parseFunctionInputs(text)).toHaveLength(1);
});

test('whatever stands in a file, what is suggested for its functions can be read', () => {
  const parameter = fc.oneof(
    fc.constantFrom(
      'x',
      'weight',
      'ids',
      'q: Tensor',
      'n: int',
      '*',
      '/',
      '*a',
      '**k',
      'x: Float[T, "a 0 b=2 ... *c"]',
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(parameter, { maxLength: 5 }), fc.string({ maxLength: 30 }), (parameters, docstring) => {
      const code = `def f(${parameters.join(', ')}):\n    """x: (${docstring}, 2 * d)\n    """\n    return 1\n`;
      for (const one of read(code)) {
        const text = suggestedInputs(one);
        if (text !== '') parseFunctionInputs(text);
      }
    }),
  );
});

test.each([
  [0, 'f'],
  [20, 'f'],
  [34, 'g'],
  [-1, null],
])('at %j the function is %j', (offset, name) => {
  const code = 'def f(x):\n    return x\n\n\ndef g(x):\n    return x\n';
  expect(functionsOf(code, offset).current?.name ?? null).toBe(name);
});

test.each([
  ['torch.nn.functional.gelu', true],
  [' numpy.sin ', true],
  ['', false],
  ['gelu', false],
  ['torch.', false],
  ['torch.nn; import os', false],
  ['torch.1a', false],
  ['__import__("os").system', false],
])('%j as the name of a function: %j', (text, isRight) => {
  expect(dottedNameProblem(text) === null).toBe(isRight);
});
