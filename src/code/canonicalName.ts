// One name for what can be imported from several places.
import { isLoaderName } from './kernelLoaders';

/** `torch.nn.GELU` for `torch.nn.modules.activation.GELU`, `kernels.get_kernel` for `kernels.utils.get_kernel`. */
export function canonicalName(name: string): string {
  const parts = name.split('.');
  const last = parts.at(-1) ?? '';
  if (parts.length < 3) return name;
  if (parts[0] === 'kernels' && (isLoaderName(last) || last === 'Benchmark' || last === 'kernelize')) {
    return `kernels.${last}`;
  }
  if (name.startsWith('torch.nn.modules.')) {
    const [, , , module = '', ...rest] = parts;
    // Modules are in small letters, classes are not.
    return module === module.toLowerCase() && rest.length > 0
      ? `torch.nn.${rest.join('.')}`
      : name.replace('.modules', '');
  }
  return name;
}
