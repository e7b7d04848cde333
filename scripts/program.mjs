// A script that is also a program. Node's own modules only: some run before anything is installed.
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Runs `main` if the module is what Node was started with. An error ends the process with its message and code 1.
 * @param {string} moduleUrl the module's `import.meta.url`
 * @param {() => Promise<number>} main returns the exit code
 */
export async function program(moduleUrl, main) {
  const started = process.argv[1];
  if (!started || !existsSync(started) || realpathSync(started) !== fileURLToPath(moduleUrl)) return;
  try {
    process.exit(await main());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
