import { describe, expect, test } from 'vitest';
import { ChoiceError, fittingChoice, profileOptions, type RunnableKernel } from '../../src/panel/runOptions';

function kernel(id: string, kind: 'bundled' | 'folder', problem: string | null = null): RunnableKernel {
  return {
    ref: kind === 'bundled' ? { kind, id } : { kind, path: `/kernels/${id}` },
    id,
    choice: { key: `${kind}:${id}`, label: id, detail: kind, cases: [], problem },
  };
}

const KERNELS = [
  kernel('ai.onnx.Gelu', 'bundled'),
  kernel('ai.onnx.Softmax', 'bundled'),
  kernel('me/own.Kernel', 'folder'),
  kernel('me/other', 'folder', 'not trusted'),
];

describe('the choice of a run', () => {
  test('is every bundled kernel until somebody chooses', () => {
    expect(fittingChoice(null, KERNELS, true)).toEqual({
      kernels: ['bundled:ai.onnx.Gelu', 'bundled:ai.onnx.Softmax'],
      cases: null,
      quick: true,
    });
  });

  test.each([
    [['folder:me/own.Kernel'], ['folder:me/own.Kernel']],
    [['bundled:gone', 'bundled:ai.onnx.Gelu'], ['bundled:ai.onnx.Gelu']],
    [['folder:me/other'], ['bundled:ai.onnx.Gelu', 'bundled:ai.onnx.Softmax']],
    [['bundled:gone'], ['bundled:ai.onnx.Gelu', 'bundled:ai.onnx.Softmax']],
  ])('of %j becomes %j', (chosen, fitting) => {
    expect(fittingChoice({ kernels: chosen, cases: null, quick: false }, KERNELS, true).kernels).toEqual(fitting);
  });
});

describe('the options of a choice', () => {
  test('name kernels by their place', () => {
    const choice = { kernels: ['bundled:ai.onnx.Gelu', 'folder:me/own.Kernel'], cases: null, quick: true };
    expect(profileOptions(choice, KERNELS, 'software')).toMatchObject({
      kernels: [
        { kind: 'bundled', id: 'ai.onnx.Gelu' },
        { kind: 'folder', path: '/kernels/me/own.Kernel' },
      ],
      adapter: 'software',
      cases: null,
      quick: true,
    });
  });

  test('match the chosen cases of each kernel and no other', () => {
    const choice = {
      kernels: ['bundled:ai.onnx.Gelu', 'folder:me/own.Kernel'],
      cases: { 'bundled:ai.onnx.Gelu': ['512x1024', 'a+b (1)'], 'folder:me/own.Kernel': ['large'] },
      quick: false,
    };
    const { cases } = profileOptions(choice, KERNELS, 'auto');
    const pattern = new RegExp(cases ?? '', 'u');
    const ids = [
      'ai.onnx.Gelu/512x1024/float32',
      'ai.onnx.Gelu/512x1024/float16',
      'ai.onnx.Gelu/a+b (1)/float32',
      'me/own.Kernel/large/float32',
      'ai.onnx.Gelu/large/float32',
      'ai.onnx.Gelu/1512x1024/float32',
      'aiXonnxXGelu/512x1024/float32',
      'me/own.Kernel/512x1024/float32',
      'x/ai.onnx.Gelu/512x1024/float32',
    ];
    expect(ids.map((id) => pattern.test(id))).toEqual([true, true, true, true, false, false, false, false, false]);
  });

  test.each([
    [[], null, /No kernel is chosen/],
    [['bundled:ai.onnx.Gelu'], { 'bundled:ai.onnx.Gelu': [] }, /No case is chosen/],
    [['bundled:gone'], null, /no longer there/],
    [['folder:me/other'], null, /not trusted/],
  ])('of %j with cases %j are refused', (kernels, cases, words) => {
    const run = () => profileOptions({ kernels, cases, quick: false }, KERNELS, 'auto');
    expect(run).toThrow(ChoiceError);
    expect(run).toThrow(words);
  });
});
