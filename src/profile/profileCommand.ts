import type { KernelRef, ProfileOptions } from './profileOptions';

/** The command line, as arguments after the program's name included, that asks for the same profile. */
export function commandLine(options: ProfileOptions): string[] {
  const argv = ['kernel-lens', 'profile'];
  argv.push(...options.kernels.map(kernelArgument));
  if (options.adapter !== 'auto') argv.push('--adapter', options.adapter);
  if (options.variants.length > 0) argv.push('--variants', options.variants.join(','));
  if (options.cases !== null) argv.push('--cases', options.cases);
  if (options.dtypes.length > 0) argv.push('--dtype', options.dtypes.join(','));
  if (options.quick) argv.push('--quick');
  if (options.aa) argv.push('--aa');
  if (options.peer !== undefined) argv.push('--peer', options.peer);
  argv.push('--seed', String(options.seed));
  return argv;
}

/** A kernel of the Hub by its commit: the branch `vN` may have moved on when the command is run again. */
function kernelArgument(kernel: KernelRef): string {
  switch (kernel.kind) {
    case 'bundled':
      return kernel.id;
    case 'folder':
      return kernel.path;
    case 'hub':
      return `${kernel.id}@${kernel.commit}`;
  }
}
