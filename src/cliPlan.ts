// `kernel-lens profile --plan`: the cases, a line each.
import process from 'node:process';
import type { PreparedProfile } from './cliProfilePython';
import { EXIT } from './cliEnvironment';
import { shownText } from './kernels/shownText';
import type { ProfileHooks } from './profile/profile';
import { planPython } from './profile/python/planPython';

/** Characters of a case's id. */
const LONGEST = 300;

/** The exit code. Throws what `planPython` throws. */
export async function printPlan(
  { options, environment }: PreparedProfile,
  hooks: Pick<ProfileHooks, 'signal' | 'onProgress'>,
): Promise<number> {
  const planned = await planPython(options, environment, hooks);
  for (const id of planned) process.stdout.write(`${shownText(id, LONGEST)}\n`);
  process.stdout.write(`${planned.length} ${planned.length === 1 ? 'case' : 'cases'}\n`);
  return EXIT.right;
}
