import { expect, test } from 'vitest';
import { parseWhole } from '../../src/code/parseSource';
import { readCode } from '../../src/editor/codeReading';

const VERIFY = '    def verify_small(self):\n        return F.silu(self.x)\n';
const HEAD = 'import torch.nn.functional as F\nfrom kernels.benchmark import Benchmark\n\n\n';

test.each([
  [`${HEAD}class Mine(Benchmark):\n${VERIFY}`, 1, 0],
  [`${HEAD}class Mine:\n${VERIFY}`, 0, 1],
])('what a benchmark compares with is no operation for a kernel: %j', async (text, benchmarks, operations) => {
  const source = parseWhole(text, 'python');
  const code = await readCode(source, text.split('\n').length, new AbortController().signal);
  expect(code.benchmarks).toHaveLength(benchmarks);
  expect(code.operations).toHaveLength(operations);
});
