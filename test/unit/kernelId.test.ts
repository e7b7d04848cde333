import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KernelReferenceError, parseKernelReference } from '../../src/kernels/kernelId';
import { kernelVersions } from '../../src/kernels/kernelVersions';

describe('parseKernelReference', () => {
  it.each([
    ['kernels-community/activation', null, null],
    ['webgpu-kernels/ai.onnx.Add@v1', 1, null],
    ['org/name@v03', 3, null],
    ['org/name@main', null, 'main'],
    ['org/name@refs/pr/4', null, 'refs/pr/4'],
    [`org/name@${'a1'.repeat(20)}`, null, 'a1'.repeat(20)],
    ['org/name@v1.0', null, 'v1.0'],
  ])('reads %s', (text, version, revision) => {
    const [organisation, name] = (text.split('@')[0] ?? '').split('/');
    expect(parseKernelReference(text)).toEqual({
      id: `${organisation}/${name}`,
      organisation,
      name,
      version,
      revision,
    });
  });

  it.each([
    '',
    'activation',
    'a/b/c',
    '../name',
    'org/..',
    'org/../../etc',
    'org/na me',
    'org/name\n',
    'org/name\u202egnp',
    'org/-name',
    'org/a--b',
    'org/a..b',
    'org/name.git',
    `org/${'x'.repeat(97)}`,
    `org/${'x'.repeat(10_000)}`,
    '$(rm -rf ~)/x',
    'org/name@',
    'org/name@../main',
    'org/name@-rf',
    'org/name@a b',
    'org/name@a\u0000',
    'org/name@/x',
    'org/name@x.lock',
    'org/name@a..b',
    `org/name@${'x'.repeat(300)}`,
  ])('refuses %j, in a line that can be shown', (text) => {
    const read = (): unknown => parseKernelReference(text);
    expect(read).toThrow(KernelReferenceError);
    expect(read).toThrow(/^"[^\p{Cc}\p{Cf}]{0,125}" is not a (kernel|version)/u);
  });

  it('never lets anything through that could leave a folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a./\\@-:~ v1\0'.split('')), maxLength: 20 }), (text) => {
        try {
          const { id, revision } = parseKernelReference(text);
          const parts = [...id.split('/'), ...(revision ?? 'main').split('/')];
          expect(parts.filter((part) => part === '' || part.startsWith('.') || /[\\:~\s\0]/.test(part))).toEqual([]);
        } catch (error) {
          expect(error).toBeInstanceOf(KernelReferenceError);
        }
      }),
      { seed: 7, numRuns: 3000 },
    );
  });
});

describe('kernelVersions', () => {
  it('finds the branches vN, oldest first, and the later of two with one number', () => {
    const branches = ['v10', 'main', 'v2', 'v1', 'v1.5', 'version3', 'v01', 'v٣', 'v'];
    const commit = 'c'.repeat(40);
    const versions = kernelVersions(branches.map((name) => ({ name, commit })));
    expect(versions.map(({ version, branch }) => [version, branch])).toEqual([
      [1, 'v01'],
      [2, 'v2'],
      [3, 'v٣'],
      [10, 'v10'],
    ]);
  });
});
