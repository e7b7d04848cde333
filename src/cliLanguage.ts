// What the subjects of a profile are called from, which decides what measures them. One run measures one language.
import type { CliHub } from './cliHub';
import { subjectName, type ProfileSubject } from './cliKernels';
import type { ProfileCommand } from './cliProfileArguments';
import { quote, UsageError } from './cliValues';
import { folderLanguage, kernelLanguage, type KernelLanguage } from './hub/kernelLanguage';

const TITLES: Readonly<Record<KernelLanguage, string>> = { python: 'Python', javascript: 'JavaScript' };
/** Dtypes that only PyTorch has. */
const OF_TORCH: readonly string[] = ['float64', 'bfloat16', 'float8_e4m3fn', 'float8_e5m2'];

/** Throws UsageError where they differ or an option fits only the other; HubError and HubKernelError for what the Hub says. */
export async function commandLanguage(
  command: ProfileCommand,
  open: () => CliHub,
  signal: AbortSignal,
): Promise<KernelLanguage> {
  const [first, ...others] = [...command.subjects, ...command.python.againstKernels];
  if (first === undefined) throw new UsageError('there is nothing to profile: name a kernel');
  const language = await subjectLanguage(first, open, signal);
  for (const other of others) {
    const its = await subjectLanguage(other, open, signal);
    if (its !== language) {
      throw new UsageError(
        `${subjectName(first)} is called from ${TITLES[language]} and ${subjectName(other)} from ${TITLES[its]}: profile them one after the other`,
      );
    }
  }
  fitLanguage(command, language, subjectName(first));
  return language;
}

async function subjectLanguage(
  subject: ProfileSubject,
  open: () => CliHub,
  signal: AbortSignal,
): Promise<KernelLanguage> {
  switch (subject.kind) {
    case 'bundled':
      return 'javascript';
    case 'function':
      return 'python';
    case 'folder':
      return languageOfFolder(subject.path);
    case 'hub':
      return kernelLanguage(open(), subject, signal);
  }
}

async function languageOfFolder(folder: string): Promise<KernelLanguage> {
  const language = await folderLanguage(folder);
  if (language !== null) return language;
  throw new UsageError(`${quote(folder)} holds no kernel: there is neither a manifest.json nor a folder below build/`);
}

/** Throws UsageError for an option that fits only the other language. */
function fitLanguage({ given, dtypes, subjects }: ProfileCommand, language: KernelLanguage, name: string): void {
  const other = language === 'python' ? 'javascript' : 'python';
  const dtype = language === 'python' ? undefined : dtypes.find((one) => OF_TORCH.includes(one));
  const unfit = given[other][0] ?? (dtype === undefined ? undefined : `--dtype ${dtype}`);
  if (unfit !== undefined) {
    throw new UsageError(
      `${unfit} fits only what is called from ${TITLES[other]}, and ${name} is called from ${TITLES[language]}`,
    );
  }
  if (language === 'python' && subjects.length > 1) {
    throw new UsageError(`Python kernels are profiled one at a time: compare ${name} with others by --against`);
  }
}
