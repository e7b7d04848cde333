// Consents as a file in the person's configuration, for the command line.
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomically } from '../profile/writeFile';
import { giversOf, readConsents, withConsent, type Consent, type ConsentGiver, type ConsentStore } from './consents';

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder of this program's own files: `$XDG_CONFIG_HOME/kernel-lens`, on Windows `%APPDATA%\kernel-lens`. */
export function configFolder(env: Environment, platform: NodeJS.Platform, home: string): string {
  const set = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const xdg = set('XDG_CONFIG_HOME');
  // The XDG specification has relative paths ignored.
  if (xdg !== undefined && path.isAbsolute(xdg)) return path.join(xdg, 'kernel-lens');
  const roaming = platform === 'win32' ? set('APPDATA') : undefined;
  return path.join(roaming ?? path.join(home, '.config'), 'kernel-lens');
}

/** Larger is no list of consents. */
const MOST_BYTES = 4 << 20;

/** What the file holds: a list; `none` where there is no file; `garbage` where it is something else. */
type Stored = readonly unknown[] | 'none' | 'garbage';

/** Consents in `consents.json`: a JSON list of `{publisher, commit, by, at}`. A file that holds anything else is left alone. */
export class ConsentFile implements ConsentStore {
  private readonly file: string;

  constructor(folder: string) {
    this.file = path.join(folder, 'consents.json');
  }

  async given(publisher: string, commit: string): Promise<readonly ConsentGiver[]> {
    const stored = await this.read();
    return typeof stored === 'string' ? [] : giversOf(readConsents(stored) ?? [], publisher, commit);
  }

  async keep(consent: Consent): Promise<string | null> {
    const stored = await this.read();
    if (stored === 'garbage') {
      return `Your answer was not kept: ${this.file} holds no list of consents. Remove that file to have answers kept.`;
    }
    // Entries of a newer version of this program are kept as they are.
    const consents = withConsent(stored === 'none' ? [] : stored, consent);
    try {
      await mkdir(path.dirname(this.file), { recursive: true, mode: 0o700 });
      await writeFileAtomically(this.file, `${JSON.stringify(consents, null, 2)}\n`);
      return null;
    } catch (error) {
      const why = error instanceof Error && 'code' in error ? String(error.code) : 'an error of the file system';
      return `Your answer was not kept: ${this.file} could not be written (${why}). You will be asked again next time.`;
    }
  }

  private async read(): Promise<Stored> {
    let text: string;
    try {
      text = await readFile(this.file, 'utf8');
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'none' : 'garbage';
    }
    if (text.length > MOST_BYTES) return 'garbage';
    try {
      const parsed: unknown = JSON.parse(text);
      return Array.isArray(parsed) ? parsed : 'garbage';
    } catch {
      return 'garbage';
    }
  }
}
