// Why a kernel does not run here, short enough for a row or a lens. The library's own words stay where there is room for them.
import { PLATFORMS, type Platform } from './kernelSummary';
import { platformTitle } from './platformTitle';
import { shownText } from './shownText';

/** What the library's sentences say, in the order in which they name it. */
const SENTENCES: readonly (readonly [sentence: RegExp, short: (needed: string, here: string) => string])[] = [
  [/^backend \((.+)\) does not match system backend \((.+)\) and is not universal$/, forBackend],
  [/^backend \((.+)\) does not match selected backend \((.+)\)$/, forBackend],
  [/^CUDA version \((.+)\) is not compatible with system CUDA version \((.+)\)$/, needs('CUDA ')],
  [/^Torch version \((.+)\) does not match environment Torch version \((.+)\)$/, needs('torch ')],
  [/^tvm-ffi version \((.+)\) does not match environment tvm-ffi version \((.+)\)$/, needs('tvm-ffi ')],
  [/^Torch CXX11 ABI \((.+)\) does not match environment Torch CXX11 ABI \((.+)\)$/, needs('CXX11 ABI ')],
  [/^CPU \((.+)\) does not match system CPU \((.+)\)$/, needs('')],
  [/^OS \((.+)\) does not match system OS \((.+)\)$/, needs('')],
  [/^Metal kernels require macOS (.+) or later, system macOS version is (.+)$/, needs('macOS ')],
  [/ requires Python dependency `([^`]+)`\. /, (needed) => `needs ${needed}`],
  [/^CUDA capability (\S+) of the current device .+ architectures of the build: (.+)$/, built('compute ')],
  [/^ROCm arch (\S+) of the current device .+ architectures of the build: (.+)$/, built('')],
];

/** `needs torch 2.11, not 2.10` for a sentence of the library that is known; any other one as it is. */
export function shortReason(reason: string): string {
  for (const [sentence, short] of SENTENCES) {
    const [, first = '', second = ''] = sentence.exec(reason) ?? [];
    if (first !== '') return shownText(short(first, second));
  }
  return shownText(reason);
}

function needs(what: string): (needed: string, here: string) => string {
  return (needed, here) => `needs ${what}${needed}, not ${here}`;
}

/** The library names what is here first where it speaks of a GPU. */
function built(what: string): (here: string, builds: string) => string {
  return (here, builds) => `needs ${what}${builds}, not ${here}`;
}

function forBackend(needed: string, here: string): string {
  return `needs ${needed.split(', ').map(title).join(' or ')}, not ${title(here)}`;
}

/** `CUDA` for `cuda`; a name with a version, as `cu128`, as it is. */
function title(name: string): string {
  const platform: Platform | undefined = PLATFORMS.find((known) => known === name);
  return platform === undefined ? name : platformTitle(platform);
}
