// Consent on a terminal: asked where somebody can answer, refused where nobody can.
import { homedir } from 'node:os';
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { note } from './cliEnvironment';
import { ConsentFile, configFolder } from './hub/consentFile';
import { consentText, type ConsentParts, type ConsentQuestion } from './hub/publisherConsent';

/**
 * @param trust `--trust`: everything is agreed to, and nothing is noted for the next time
 * @param where what runs there: of kernels in Python it is a program like any other
 * @param clear takes the progress line from the terminal before the question
 */
export function cliConsent(
  trust: boolean,
  endpoint: string,
  where: 'on this GPU' | 'on this machine',
  clear: () => void,
): ConsentParts {
  const file = new ConsentFile(configFolder(process.env, process.platform, homedir()));
  if (trust) {
    const store = { given: () => Promise.resolve([]), keep: () => Promise.resolve(null) };
    return { store, ask: () => Promise.resolve(true), onNote: note };
  }
  return {
    store: file,
    ask: async (question, signal) => {
      clear();
      const program = where === 'on this machine' ? ' It is a program, which can do what you can.' : '';
      note(`${consentText(question)} Its page is ${endpoint}/kernels/${question.id}.${program}`);
      return process.stdin.isTTY && process.stderr.isTTY ? askOnTerminal(question, where, signal) : false;
    },
    onNote: note,
  };
}

async function askOnTerminal({ id, commit }: ConsentQuestion, where: string, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // While it listens, the terminal sends an interrupt to it and not to the process.
  terminal.on('SIGINT', () => process.emit('SIGINT'));
  try {
    const answer = await terminal.question(`Run ${id} at commit ${commit.slice(0, 12)} ${where}? [y/N] `, {
      signal,
    });
    return /^\s*y(es)?\s*$/i.test(answer);
  } catch {
    return false;
  } finally {
    terminal.close();
  }
}
