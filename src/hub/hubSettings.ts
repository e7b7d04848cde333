// Which Hub, as whom, and where its files are kept: as the official clients read the same environment.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { HubToken } from './hubToken';

const DEFAULT_ENDPOINT = 'https://huggingface.co';

type Environment = Readonly<Record<string, string | undefined>>;

export interface HubSettings {
  /** Without a slash at its end; may have a path: `https://mirror.example/hf`. */
  readonly endpoint: string;
  /** Why the endpoint cannot be asked; null: it can. Nothing falls back to another Hub: a token might go along. */
  readonly endpointProblem: string | null;
  /** Null: anonymous. */
  readonly token: HubToken | null;
  /** Why a token that was given is not used; null: nothing to say. */
  readonly tokenProblem: string | null;
  /** HF_HUB_OFFLINE is set: nobody is asked. */
  readonly offline: boolean;
  /** Where the official clients keep downloaded kernels. */
  readonly cacheFolder: string;
  /** Names what this endpoint showed to this token, so that the answers of another are never shown: 16 hexadecimal digits. */
  readonly scope: string;
}

export interface HubSettingsInput {
  /** The person's setting; empty or left out: HF_ENDPOINT decides. */
  readonly endpoint?: string | undefined;
  /** From the person's secret store or command line; empty or left out: the environment or the token file decides. */
  readonly token?: string | undefined;
  readonly env: Environment;
  /** The person's home folder. */
  readonly home: string;
  /** For tests: reads a text file, throws where there is none. */
  readonly readText?: (file: string) => string;
}

/** Never throws: what is wrong is in `endpointProblem` and `tokenProblem`. */
export function hubSettings(input: HubSettingsInput): HubSettings {
  const { env } = input;
  const endpoint = trimSlashes(first(input.endpoint?.trim(), env['HF_ENDPOINT']?.trim()) ?? DEFAULT_ENDPOINT);
  const endpointProblem = problemOf(endpoint);
  const { token, tokenProblem } = findToken(input);
  return {
    endpoint: endpointProblem === null ? endpoint : withoutPassword(endpoint),
    endpointProblem,
    token,
    tokenProblem,
    offline: isTrue(first(env['HF_HUB_OFFLINE'], env['TRANSFORMERS_OFFLINE'])),
    cacheFolder: cacheFolder(input),
    scope: token?.fingerprint(endpoint) ?? createHash('sha256').update(endpoint).digest('hex').slice(0, 16),
  };
}

function first(...values: readonly (string | undefined)[]): string | undefined {
  return values.find((value) => value !== undefined && value !== '');
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && ['1', 'ON', 'YES', 'TRUE'].includes(value.toUpperCase());
}

function trimSlashes(endpoint: string): string {
  return endpoint.replace(/\/+$/, '');
}

function problemOf(endpoint: string): string | null {
  const advice = 'Set kernelLens.hub.endpoint or HF_ENDPOINT to an address such as https://huggingface.co.';
  if (!URL.canParse(endpoint)) return `The Hub's address is not a URL. ${advice}`;
  const url = new URL(endpoint);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return `The Hub's address must begin with https://. ${advice}`;
  if (url.username !== '' || url.password !== '') {
    return `The Hub's address holds a user name or a password, which would be shown with it. Leave them out and set a token.`;
  }
  if (url.search !== '' || url.hash !== '') return `The Hub's address must not have a query or a fragment. ${advice}`;
  return null;
}

/** Of an address that is not asked, and may be written in any way. */
function withoutPassword(endpoint: string): string {
  return endpoint.replace(/^([a-z]+:\/\/)?.*@/i, '$1');
}

function findToken(input: HubSettingsInput): Pick<HubSettings, 'token' | 'tokenProblem'> {
  const { env } = input;
  const given = clean(input.token);
  if (given !== null) return checked(given, 'your settings');
  if (isTrue(env['HF_HUB_DISABLE_IMPLICIT_TOKEN'])) return { token: null, tokenProblem: null };
  for (const name of ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN']) {
    const value = env[name];
    if (value === undefined || value === '') continue;
    const token = clean(value);
    if (token !== null) return checked(token, name);
    break;
  }
  const named = first(env['HF_TOKEN_PATH']);
  const file = named === undefined ? path.join(hfHome(input), 'token') : expand(named, input);
  try {
    const token = clean((input.readText ?? readText)(file));
    return token === null ? { token: null, tokenProblem: null } : checked(token, file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // Most people have none.
    if (code === 'ENOENT' || code === 'ENOTDIR') return { token: null, tokenProblem: null };
    return { token: null, tokenProblem: `The token file ${file} cannot be read, so the Hub is asked without a token.` };
  }
}

function readText(file: string): string {
  return readFileSync(file, 'utf8');
}

function clean(token: string | undefined): string | null {
  const cleaned = token?.replace(/[\r\n]/g, '').trim() ?? '';
  return cleaned === '' ? null : cleaned;
}

function checked(token: string, source: string): Pick<HubSettings, 'token' | 'tokenProblem'> {
  // Anything else cannot stand in a header, and the complaint about the header would print it.
  if (/^[\x21-\x7e]+$/.test(token)) return { token: new HubToken(token, source), tokenProblem: null };
  const tokenProblem = `The token from ${source} holds characters that no token has, so the Hub is asked without it.`;
  return { token: null, tokenProblem };
}

function hfHome(input: HubSettingsInput): string {
  const { env, home } = input;
  const cache = first(env['XDG_CACHE_HOME']) ?? path.join(home, '.cache');
  return expand(first(env['HF_HOME']) ?? path.join(cache, 'huggingface'), input);
}

function cacheFolder(input: HubSettingsInput): string {
  const { env } = input;
  const named = first(env['KERNELS_CACHE']);
  if (named !== undefined) return path.resolve(expandHome(named, input.home));
  const folder = first(env['HF_HUB_CACHE'], env['HUGGINGFACE_HUB_CACHE']) ?? path.join(hfHome(input), 'hub');
  return path.resolve(expand(folder, input));
}

function expandHome(folder: string, home: string): string {
  return folder === '~' || folder.startsWith('~/') || folder.startsWith('~\\')
    ? path.join(home, folder.slice(1))
    : folder;
}

/** `~` and `$NAME`, as Python's expanduser and expandvars put them in; a name that is not set stays as it is. */
function expand(folder: string, { env, home }: HubSettingsInput): string {
  return expandHome(folder, home).replace(
    /\$(?:(\w+)|\{([^}]*)\})/g,
    (written, plain: string | undefined, braced: string | undefined) => env[plain ?? braced ?? ''] ?? written,
  );
}
