import { describe, expect, test } from 'vitest';
import { parseWhole } from '../../src/code/parseSource';
import { readPythonNames } from '../../src/code/pythonNames';
import { torchOperations } from '../../src/code/torchOperations';
import type { Offer } from '../../src/insert/insertTypes';
import { writeAttention } from '../../src/insert/writeAttention';
import { applied } from './appliedEdits';

const FLASH: Offer = {
  id: 'kernels-community/flash-attn2',
  version: 3,
  member: { kind: 'function', name: 'flash_attn_func' },
  signature: '(q, k, v)',
  note: null,
};
const HEAD = 'import torch\nfrom transformers import AutoModelForCausalLM as A\n';
const VALUE = '"kernels-community/flash-attn2@v3"';

function write(call: string, offer: Offer = FLASH, trustRemoteCode = false): string {
  const text = `${HEAD}model = ${call}\n`;
  const source = parseWhole(text, 'python');
  const [site] = torchOperations(source, readPythonNames(source));
  if (site === undefined) throw new Error(`No model in ${text}`);
  const library = { kernelsVersion: '0.17.2', trustRemoteCode };
  const written = writeAttention({ source, site, offer, form: 'attention implementation', library });
  if ('refused' in written) return `refused: ${written.refused}`;
  return applied(text, written.edits).slice(HEAD.length + 'model = '.length, -1);
}

describe('attn_implementation', () => {
  test.each([
    ['A.from_pretrained("m")', `A.from_pretrained("m", attn_implementation=${VALUE})`],
    ['A.from_pretrained("m",)', `A.from_pretrained("m", attn_implementation=${VALUE},)`],
    [
      "A.from_pretrained('m', attn_implementation='sdpa')",
      "A.from_pretrained('m', attn_implementation='kernels-community/flash-attn2@v3')",
    ],
    ['A.from_pretrained("m", attn_implementation=None)', `A.from_pretrained("m", attn_implementation=${VALUE})`],
    [
      'A.from_pretrained(\n    "m",\n    dtype=torch.bfloat16,  # half\n)',
      `A.from_pretrained(\n    "m",\n    dtype=torch.bfloat16,\n    attn_implementation=${VALUE},  # half\n)`,
    ],
    [
      'A.from_pretrained(\n    "m",\n    dtype=torch.bfloat16  # half\n)',
      `A.from_pretrained(\n    "m",\n    dtype=torch.bfloat16,\n    attn_implementation=${VALUE}  # half\n)`,
    ],
    ['A.from_pretrained("m").eval()', `A.from_pretrained("m", attn_implementation=${VALUE}).eval()`],
  ])('%j', (before, after) => {
    expect(write(before)).toBe(after);
  });

  test.each([
    ['A.from_pretrained("m", attn_implementation=args.attention)', 'decided elsewhere'],
    ['A.from_pretrained("m", dtype=torch.float32)', 'float16 and bfloat16 only'],
    ["A.from_pretrained('m', dtype='float32')", 'float16 and bfloat16 only'],
  ])('is not written into %j', (before, reason) => {
    expect(write(before)).toMatch(new RegExp(`^refused: .*${reason}`, 'u'));
  });

  test('is for kernels with the functions of flash-attn', () => {
    const sage: Offer = {
      ...FLASH,
      id: 'kernels-community/sage-attention',
      member: { kind: 'function', name: 'sageattn' },
    };
    expect(write('A.from_pretrained("m")', sage)).toMatch(/^refused: transformers cannot compute/u);
  });

  test('names the branch of a kernel without versions, and trusts a publisher only when told to', () => {
    const mine: Offer = { ...FLASH, id: 'me/flash', version: null };
    expect(write('A.from_pretrained("m")', mine)).toContain('="me/flash@main")');
    expect(write('A.from_pretrained("m")', mine, true)).toContain('="me/flash@main", allow_all_kernels=True)');
    expect(write('A.from_pretrained("m")', FLASH, true)).not.toContain('allow_all_kernels');
  });

  test('says what the dtype has to be where the code does not', () => {
    const text = `${HEAD}A.from_pretrained("m")\n`;
    const source = parseWhole(text, 'python');
    const [site] = torchOperations(source, readPythonNames(source));
    const library = { kernelsVersion: null, trustRemoteCode: false };
    expect(
      site && writeAttention({ source, site, offer: FLASH, form: 'attention implementation', library }),
    ).toMatchObject({
      notes: [expect.stringContaining('dtype=torch.bfloat16'), expect.stringContaining('releases of `kernels`')],
    });
  });
});
