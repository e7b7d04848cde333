import { describe, expect, test } from 'vitest';
import { parseWhole } from '../../src/code/parseSource';
import { readPythonNames } from '../../src/code/pythonNames';
import { torchOperations } from '../../src/code/torchOperations';
import type { Offer, Written } from '../../src/insert/insertTypes';
import { writeKernelize } from '../../src/insert/writeKernelize';
import { applied, errorNodes } from './appliedEdits';

const NORM: Offer = {
  id: 'kernels-community/rmsnorm',
  version: 1,
  member: { kind: 'layer', name: 'RMSNorm' },
  signature: null,
  note: null,
  platforms: ['cpu', 'metal', 'webgpu'],
};
const layer = (name: string): Offer => ({ ...NORM, member: { kind: 'layer', name } });

function write(text: string, offer: Offer = NORM, kernelsVersion = '0.17.2'): Written {
  const source = parseWhole(text, 'python');
  const [site] = torchOperations(source, readPythonNames(source));
  if (site === undefined) throw new Error(`No site in ${text}`);
  return writeKernelize({ source, site, offer, form: 'kernelize', library: { kernelsVersion, trustRemoteCode: true } });
}

function after(text: string, offer?: Offer, kernelsVersion?: string): string {
  const written = write(text, offer, kernelsVersion);
  if ('refused' in written) return `refused: ${written.refused}`;
  const result = applied(text, written.edits);
  expect(errorNodes(result)).toBe(0);
  return result;
}

const NET = (made: string, more = ''): string =>
  `from torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.part = ${made}\n${more}`;

describe('kernelize', () => {
  test('writes the mapping, a class that can be taken over, and the call', () => {
    const text = after(NET('nn.RMSNorm(64, eps=1e-6)', '\n\nmodel = Net()\n'));
    const call =
      'LayerRepository("kernels-community/rmsnorm", layer_name="RMSNorm", version=1, trust_remote_code=True)';
    for (const part of [
      `register_kernel_mapping(\n    {\n        "KernelRMSNorm": {\n            "cpu": {Mode.INFERENCE: ${call}},\n`,
      '\n\n\n@use_kernel_forward_from_hub("KernelRMSNorm")\nclass KernelRMSNorm(nn.RMSNorm):\n    """',
      '    @property\n    def variance_epsilon(self):\n        return torch.finfo(self.weight.dtype).eps if self.eps is None else self.eps\n\n\nclass Net',
      '        self.part = KernelRMSNorm(64, eps=1e-6)\n',
      'model = Net()\nmodel = kernelize(model, mode=Mode.INFERENCE)\n',
    ])
      expect(text).toContain(part);
  });

  test.each([
    ['model = Net()\n', 'model = Net()\nmodel = kernelize(model, mode=Mode.INFERENCE)\n'],
    [
      'model = Net().to("mps")\nmodel.eval()\nrun(model)\n',
      'model.eval()\nmodel = kernelize(model, mode=Mode.INFERENCE)\nrun(model)\n',
    ],
    ['def f():\n    net = Net()', 'def f():\n    net = Net()\n    net = kernelize(net, mode=Mode.INFERENCE)'],
    [
      'class T:\n    def __init__(self):\n        self.model = Net()\n',
      '        self.model = kernelize(self.model, mode=Mode.INFERENCE)\n',
    ],
    [
      'class Big(nn.Module):\n    def __init__(self):\n        self.a = Net()\n\nbig = Big()\n',
      'big = Big()\nbig = kernelize(big, mode=Mode.INFERENCE)\n',
    ],
  ])('behind %j', (more, end) => {
    expect(after(NET('nn.SiLU()', `\n\n${more}`), layer('Silu'))).toContain(end);
  });

  test.each(['', 'a = Net()\nb = Net()\n', 'if a: model = Net()\n', 'model = make(Net)\n', 'a, b = Net(), 1\n'])(
    'says where the call belongs where no model is made for sure: %j',
    (more) => {
      const written = write(NET('nn.SiLU()', `\n\n${more}`), layer('Silu'));
      expect(written).toMatchObject({
        notes: expect.arrayContaining([expect.stringContaining('model = kernelize(model')]) as unknown,
      });
      expect(after(NET('nn.SiLU()', `\n\n${more}`), layer('Silu'))).not.toContain('= kernelize(');
    },
  );

  test('maps each device that there are builds for, as the library takes it', () => {
    const text = after(NET('nn.SiLU()'), layer('Silu'));
    expect(text).toContain(
      '"cpu": {Mode.INFERENCE: LayerRepository("kernels-community/rmsnorm", layer_name="Silu", version=1, trust_remote_code=True)}',
    );
    expect(text).toContain('"mps": {');
    expect(text).not.toContain('webgpu');
    expect(after(NET('nn.SiLU()'), layer('Silu'), '0.11.0')).toContain('layer_name="Silu", revision="v1")');
  });

  test.each([
    ['nn.LayerNorm(64)', 'LayerNorm', 'adds no bias'],
    ['nn.RMSNorm(64, elementwise_affine=False)', 'RMSNorm', 'needs a weight'],
    ['nn.RMSNorm(64)', 'Unheard', 'is not known'],
    ['nn.RMSNorm(64)', 'RMSNorm', 'Without `eps`'],
  ])('is not written for %s and %s', (made, name, reason) => {
    expect(after(NET(made), layer(name))).toMatch(new RegExp(`^refused: .*${reason}`, 'u'));
  });

  test('takes layers, and modules', () => {
    expect(after(NET('nn.SiLU()'), { ...NORM, member: { kind: 'function', name: 'silu' } })).toContain('refused');
    expect(after('import torch\ny = torch.nn.functional.silu(x)\n', layer('Silu'))).toContain(
      'this expression is none',
    );
  });

  test('wraps a model of transformers that is given no name', () => {
    const text = 'from transformers import AutoModel\nrun(AutoModel.from_pretrained("m"))\n';
    expect(after(text)).toContain('run(kernelize(AutoModel.from_pretrained("m"), mode=Mode.INFERENCE))\n');
    expect(after(text)).toContain('"RMSNorm": {');
  });
});
