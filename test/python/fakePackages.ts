// Packages that look like torch and its company: their files are laid out as in the wheels, and importing them gives what
// importing the real ones gives, as far as the `kernels` library asks.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface FakeTorch {
  readonly version: string;
  readonly cuda?: string;
  readonly hip?: string;
  readonly xpu?: string;
  /** From which release on: `cmake` before torch 2.8, `constant` since. */
  readonly abi: { readonly from: 'cmake' | 'constant'; readonly value: boolean };
  /** Before torch 2.5 nothing was loaded along. */
  readonly autoload?: boolean;
  /** Before torch 2.7 version.py did not say. */
  readonly saysXpu?: boolean;
}

/** Writes files below `folder`, by their path. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

const AUTOLOAD = `
def _import_device_backends():
    from importlib.metadata import entry_points

    for extension in entry_points(group="torch.backends"):
        extension.load()()


if os.getenv("TORCH_DEVICE_BACKEND_AUTOLOAD", "1") == "1":
    _import_device_backends()
`;

export function fakeTorch(torch: FakeTorch): Record<string, string> {
  const { version, abi } = torch;
  const name = (value: string | undefined): string => (value === undefined ? 'None' : JSON.stringify(value));
  const flag = `-D_GLIBCXX_USE_CXX11_ABI=${abi.value ? 1 : 0}`;
  return {
    'torch/version.py': [
      'from typing import Optional',
      '',
      "__all__ = ['__version__', 'debug', 'cuda', 'git_version', 'hip', 'xpu']",
      `__version__ = ${JSON.stringify(version)}`,
      'debug = False',
      `cuda: Optional[str] = ${name(torch.cuda)}`,
      "git_version = '449b1768410104d3ed79d3bcfe4ba1d65c7f22c0'",
      `hip: Optional[str] = ${name(torch.hip)}`,
      ...(torch.saysXpu === false ? [] : [`xpu: Optional[str] = ${name(torch.xpu)}`]),
      '',
    ].join('\n'),
    'torch/_C.cpython-311-x86_64-linux-gnu.so': 'not a library: nobody may load this',
    'torch/share/cmake/Torch/TorchConfig.cmake':
      abi.from === 'cmake' ? `  set(TORCH_CXX_FLAGS "${flag}")\n` : '# none\n',
    'torch/__init__.py': `
import builtins
import os
import sys
from types import SimpleNamespace

from . import version
from .version import __version__

sys.modules["torch._C"] = _C = SimpleNamespace(
    _GLIBCXX_USE_CXX11_ABI=${abi.value ? 'True' : 'False'}, _get_privateuse1_backend_name=lambda: "privateuseone"
)
backends = SimpleNamespace(mps=SimpleNamespace(is_available=lambda: False))


def compiled_with_cxx11_abi() -> builtins.bool:
    r"""Returns whether PyTorch was built with _GLIBCXX_USE_CXX11_ABI=1"""
    return ${abi.from === 'cmake' ? '_C._GLIBCXX_USE_CXX11_ABI' : abi.value ? 'True' : 'False'}

${torch.autoload === false ? '' : AUTOLOAD}`,
  };
}

/** A device extension that torch loads along, as `torch_npu` is. */
export function fakeExtension(module: string, autoload: readonly string[]): Record<string, string> {
  return {
    [`${module}/__init__.py`]: [
      'import torch',
      '',
      '',
      'def _autoload():',
      ...autoload.map((line) => `    ${line}`),
      '',
    ].join('\n'),
    [`${module}-2.9.0.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: ${module}\nVersion: 2.9.0\n`,
    [`${module}-2.9.0.dist-info/entry_points.txt`]: `[torch.backends]\n${module} = ${module}:_autoload\n`,
  };
}

/** Of `torch_npu`, which reads the toolkit's version from the files of its installation. */
export const FAKE_NPU: Readonly<Record<string, string>> = {
  ...fakeExtension('torch_npu', ['torch._C._get_privateuse1_backend_name = lambda: "npu"']),
  'torch_npu/utils/__init__.py': '',
  'torch_npu/utils/collect_env.py': `
import os
import re


def get_cann_version():
    version = "not known"
    for folder, _, names in os.walk(os.path.realpath(os.environ.get("ASCEND_HOME_PATH", ""))):
        found = [name for name in names if re.match(r"ascend_.*_install\\.info", name)]
        if found:
            with open(os.path.join(folder, found[0])) as file:
                for line in file:
                    if line.find("version") != -1:
                        version = line.strip().split("=")[-1]
                        break
    return version
`,
};

export const FAKE_TVM_FFI: Readonly<Record<string, string>> = {
  'tvm_ffi/__init__.py': '__version__ = "0.1.9"\n',
  'apache_tvm_ffi-0.1.9.dist-info/METADATA': 'Metadata-Version: 2.1\nName: apache-tvm-ffi\nVersion: 0.1.9\n',
};
