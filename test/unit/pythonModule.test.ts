import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPythonModule } from '../../src/kernels/pythonModule';

const SOURCE = `
"""A module. def not_this(x): pass"""
import torch
# def nor_this(x): pass
from . import layers

def silu(out: torch.Tensor, x: "torch.Tensor, or so") -> None:
    def inner(y):
        pass
    return ops.silu(out, x)

async def later(a, /, b=(1, 2), *, c: dict[str, int] = {"k": 1}, **rest): ...

def split(
    x,  # the input, with a )
    window=( -1,
             -1),
    text="a, b) # c",
    *args,
):
    """Doc with def x()"""

def _hidden(x): ...

def unlisted(x): ...

class Silu(torch.nn.Module):
    def forward(self, x): ...
class _Own: ...

__all__ = [
    "silu", 'later',  # "unlisted"
    "split", "layers", "missing",
]
`;

describe('a module', () => {
  test('offers what __all__ names and it defines', () => {
    expect(readPythonModule(SOURCE)).toEqual({
      functions: [
        { name: 'silu', signature: '(out, x)' },
        { name: 'later', signature: '(a, /, b=(1, 2), *, c={"k": 1}, **rest)' },
        {
          name: 'split',
          signature: '(x, window=( -1, -1), text="a, b) # c", *args)',
          docstring: 'Doc with def x()',
        },
      ],
      classes: ['Silu'],
    });
  });

  test('offers without __all__ what has no underscore', () => {
    const functions = readPythonModule(SOURCE.replace('__all__', 'others')).functions.map(({ name }) => name);
    expect(functions).toEqual(['silu', 'later', 'split', 'unlisted']);
  });

  test.each(['', 'def', 'def (', 'def f(', 'def f(x', '__all__ = ["f"', '"""', "'''def f(x): ...", '\\'])(
    '%j offers nothing that cannot be read',
    (source) => {
      expect(readPythonModule(source)).toEqual({ functions: [], classes: [] });
    },
  );

  test('of any text, in no time at all', () => {
    const text = fc.array(
      fc.constantFrom('def f(', 'x', '=', ':', '"', "'''", '\\', '#', '\n', '[', ')', '__all__ = [', ','),
    );
    fc.assert(
      fc.property(text, (pieces) => {
        readPythonModule(pieces.join(''));
      }),
    );
    for (const piece of ['"""', 'def f(', 'def f(\n', "'\\", '(((', '#', '__all__=['])
      readPythonModule(piece.repeat(50_000));
    const nested = `${'def f(\n'.repeat(50_000)}${')'.repeat(50_000)}`;
    expect(readPythonModule(nested).functions).toHaveLength(1);
  }, 60_000);
});
