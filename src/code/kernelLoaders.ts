// What the loaders of the `kernels` library take, in Python.
import type { Loader, PythonLoader } from './kernelUse';

/** Of kernels 0.17: the names of the parameters that may be given by place, in order. */
const BY_PLACE: Readonly<Record<PythonLoader, readonly string[]>> = {
  get_kernel: ['repo_id'],
  has_kernel: ['repo_id'],
  get_kernel_variants: ['repo_id'],
  install_kernel: ['repo_id'],
  load_kernel: ['repo_id'],
  get_locked_kernel: ['repo_id'],
  LayerRepository: ['repo_id'],
  LockedLayerRepository: ['repo_id'],
  FuncRepository: ['repo_id'],
  LockedFuncRepository: ['repo_id'],
  use_kernel_forward_from_hub: ['layer_name'],
  use_kernel_func_from_hub: ['func_name'],
  replace_kernel_forward_from_hub: ['cls', 'layer_name'],
};

export const LOADER_NAMES: readonly string[] = Object.keys(BY_PLACE);

export function isLoaderName(name: string): name is PythonLoader {
  return Object.hasOwn(BY_PLACE, name);
}

export function parametersByPlace(loader: PythonLoader): readonly string[] {
  return BY_PLACE[loader];
}

/** Whether what it returns is the kernel's module, in Python. */
export function loadsModule(loader: Loader): boolean {
  return loader === 'get_kernel' || loader === 'load_kernel' || loader === 'get_locked_kernel';
}
