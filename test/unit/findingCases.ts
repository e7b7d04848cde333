// Code with what is found in it: how a kernel is asked for.
import type { FindingCode, FindingSeverity } from '../../src/findings/finding';

export interface Case {
  readonly code: string;
  readonly is: readonly (readonly [FindingCode, FindingSeverity, text: string])[];
  /** What the preferred fix of the first finding makes of the code; null: it has none. */
  readonly fixed?: string | null;
}

export const A = '"kernels-community/activation"';

// The code without its imports; the codes with their severity and the text they are about.
export const ASKING: readonly Case[] = [
  { code: `k = get_kernel(${A}, version=2)`, is: [] },
  { code: `k = get_kernel(${A}, revision="${'a'.repeat(40)}")`, is: [] },
  // No version
  {
    code: `k = get_kernel(${A})`,
    is: [['missing-version', 'error', 'kernels-community/activation']],
    fixed: `k = get_kernel(${A}, version=2)`,
  },
  {
    code: `k = kernels.get_kernel(\n    'kernels-community/activation',  # the newest\n)`,
    is: [['missing-version', 'error', 'kernels-community/activation']],
    fixed: `k = kernels.get_kernel(\n    'kernels-community/activation', version=2,  # the newest\n)`,
  },
  {
    code: `k = get_kernel(repo_id=${A}, version=None)`,
    is: [['missing-version', 'error', 'kernels-community/activation']],
    fixed: `k = get_kernel(repo_id=${A}, version=2)`,
  },
  {
    code: `r = LayerRepository(${A}, layer_name="SiluAndMul")`,
    is: [['missing-version', 'error', 'kernels-community/activation']],
    fixed: `r = LayerRepository(${A}, layer_name="SiluAndMul", version=2)`,
  },
  {
    code: 'k = get_kernel("kernels-community/unversioned")',
    is: [['missing-version', 'error', 'kernels-community/unversioned']],
    fixed: 'k = get_kernel("kernels-community/unversioned", revision="main")',
  },
  { code: `k = get_kernel(${A}, **options)`, is: [] },
  { code: `k = get_kernel(*where)`, is: [] },
  { code: `k = get_kernel(${A}, version=wanted)`, is: [] },
  { code: `k = get_kernel(name, version=1)`, is: [] },
  { code: `k = get_kernel(name)`, is: [['missing-version', 'error', 'name']], fixed: null },
  { code: `k = get_kernel(${A}`, is: [] },
  // Version and revision
  {
    code: `k = get_kernel(${A}, version=2, revision="main")`,
    is: [['version-and-revision', 'error', 'revision="main"']],
    fixed: `k = get_kernel(${A}, version=2)`,
  },
  {
    code: `k = get_kernel(\n  ${A},\n  revision="main",  # for now\n  version=2,  # or this\n)`,
    is: [['version-and-revision', 'error', 'revision="main"']],
    fixed: `k = get_kernel(\n  ${A},\n  # for now\n  version=2,  # or this\n)`,
  },
  {
    code: `k = get_kernel(\n  ${A},\n  version=2,\n  revision="main",\n)`,
    is: [['version-and-revision', 'error', 'revision="main"']],
    fixed: `k = get_kernel(\n  ${A},\n  version=2,\n)`,
  },
  {
    code: `k = get_kernel(\n  ${A},\n  version=2,  # this\n  revision="main"  # not this\n)`,
    is: [['version-and-revision', 'error', 'revision="main"']],
    fixed: `k = get_kernel(\n  ${A},\n  version=2,  # this\n    # not this\n)`,
  },
  { code: `def f(v, r): return get_kernel(${A}, version=v, revision=r)`, is: [] },
  { code: `k = get_kernel(${A}, version=2, revision=None)`, is: [] },
  // Versions that are none
  {
    code: `k = get_kernel(${A}, version=7)`,
    is: [['unknown-version', 'error', '7']],
    fixed: `k = get_kernel(${A}, version=2)`,
  },
  {
    code: `k = get_kernel(${A}, revision="v7")`,
    is: [['unknown-version', 'error', 'v7']],
    fixed: `k = get_kernel(${A}, version=2)`,
  },
  {
    code: `V = 7\nk = get_kernel(${A}, version=V)`,
    is: [['unknown-version', 'error', 'V']],
    fixed: `V = 7\nk = get_kernel(${A}, version=2)`,
  },
  {
    code: `k = get_kernel("kernels-community/unversioned", version=1)`,
    is: [['unknown-version', 'error', '1']],
    fixed: `k = get_kernel("kernels-community/unversioned", revision="main")`,
  },
  { code: `k = get_kernel("somebody/else", version=7)`, is: [] },
  {
    code: `k = get_kernel(${A}, version="2")`,
    is: [['invalid-version', 'error', '2']],
    fixed: `k = get_kernel(${A}, version=2)`,
  },
  {
    code: `k = get_kernel(${A}, version='v9')`,
    is: [['invalid-version', 'error', 'v9']],
    fixed: `k = get_kernel(${A}, version=2)`,
  },
  {
    code: `k = get_kernel(${A}, version=2.0)`,
    is: [['invalid-version', 'error', '2.0']],
    fixed: `k = get_kernel(${A}, version=2)`,
  },
  { code: `k = get_kernel(${A}, version=-1)`, is: [['invalid-version', 'error', '-1']] },
  { code: `k = get_kernel(${A}, version=0x2)`, is: [] },
  { code: `k = get_kernel(${A}, version=True)`, is: [] },
  { code: `r = LayerRepository(${A}, layer_name="SiluAndMul", version=2.0)`, is: [] },
  {
    code: `k = get_kernel(${A}, revision=2)`,
    is: [['invalid-version', 'error', 'revision=2']],
    fixed: `k = get_kernel(${A}, version=2)`,
  },
  // By place
  {
    code: `k = get_kernel(${A}, 2)`,
    is: [['invalid-version', 'error', '2']],
    fixed: `k = get_kernel(${A}, version=2)`,
  },
  {
    code: `k = get_kernel(${A}, "v1")`,
    is: [['invalid-version', 'error', '"v1"']],
    fixed: `k = get_kernel(${A}, revision="v1")`,
  },
  {
    code: `r = LayerRepository(${A}, "SiluAndMul", version=2)`,
    is: [['unknown-argument', 'error', '"SiluAndMul"']],
    fixed: `r = LayerRepository(${A}, layer_name="SiluAndMul", version=2)`,
  },
  // Arguments of the library
  {
    code: `k = get_kernel(${A}, vesrion=2)`,
    is: [
      ['missing-version', 'error', 'kernels-community/activation'],
      ['unknown-argument', 'error', 'vesrion'],
    ],
  },
  {
    code: `k = get_kernel_variants(${A}, version=2, trust_remote_code=True)`,
    is: [['unknown-argument', 'error', 'trust_remote_code']],
    fixed: `k = get_kernel_variants(${A}, version=2)`,
  },
  {
    code: 'k = get_locked_kernel("kernels-community/relu")',
    is: [['missing-argument', 'error', 'get_locked_kernel']],
    fixed: 'k = get_locked_kernel("kernels-community/relu", lockfile=None)',
  },
  { code: `r = LayerRepository(${A}, version=2)`, is: [['missing-argument', 'error', 'LayerRepository']], fixed: null },
  { code: `k = get_kernel(version=1)`, is: [['missing-argument', 'error', 'get_kernel']] },
];
