// The Hub over HTTP.
import { kernelVersions } from '../kernels/kernelVersions';
import type { AnswerCache } from './diskCache';
import { readBranches, readEntries, readName, readRow, readRows, readTrust } from './hubAnswers';
import { HubError } from './hubError';
import { hubName, refusal } from './hubProblem';
import { HubRequests, type HubConnection, type HubReply } from './hubRequests';
import type { HubSettings } from './hubSettings';
import type { Hub, HubEntry, HubPage, HubQuery } from './hubTypes';
import { KeptAnswers } from './keptAnswers';
import { checkKernelId, isInsidePath, isKernelId, isRevision } from './repositoryNames';

export interface HubClientOptions extends HubConnection {
  /**
   * Where answers are kept that the Hub gave an ETag for, so that it need not send them again. What is in it must come
   * from the same `HubSettings.scope`.
   */
  readonly answers?: AnswerCache | undefined;
}

/** What a row is made from; without asking, the Hub leaves most of it out. */
const ROW_FIELDS = [
  'downloads',
  'likes',
  'trendingScore',
  'lastModified',
  'createdAt',
  'private',
  'gated',
  'tags',
  'supportedDriverFamilies',
  'buildMetadata',
];
const PAGE = 1000;
/** Pages after which a list counts as endless. */
const MOST_PAGES = 64;
const LONGEST_SEARCH = 256;
const LARGEST_PAGE = 32 * 1024 * 1024;
const LARGEST_ANSWER = 4 * 1024 * 1024;

interface Answer {
  readonly json: unknown;
  readonly link: string | null;
}

/** The Hub at `settings.endpoint`. */
export function createHub(settings: HubSettings, options: HubClientOptions): Hub {
  return new HubClient(settings, new HubRequests(settings, options), new KeptAnswers(options.answers ?? null));
}

class HubClient implements Hub {
  readonly endpoint: string;

  constructor(
    private readonly settings: HubSettings,
    private readonly requests: HubRequests,
    private readonly kept: KeptAnswers,
  ) {
    this.endpoint = settings.endpoint;
  }

  async *list(query: HubQuery, signal: AbortSignal): AsyncGenerator<HubPage> {
    const what = 'the list of kernels';
    const words = new URLSearchParams({ sort: query.sort, direction: '-1', limit: String(PAGE) });
    const search = query.search.trim().slice(0, LONGEST_SEARCH);
    if (search !== '') words.set('search', search);
    if (query.author !== null) words.set('author', query.author);
    const asked = new URLSearchParams(words);
    for (const field of ROW_FIELDS) asked.append('expand', field);
    // A mirror that lags behind the Hub may not know every field.
    const plain = new URLSearchParams([...words, ['full', 'true']]);
    const refused: unknown[] = [];
    for await (const json of this.pages('/api/kernels', asked, what, signal, (status) => status === 400)) {
      if (json === null) refused.push(json);
      else yield this.page(json, what);
    }
    if (refused.length === 0) return;
    for await (const json of this.pages('/api/kernels', plain, what, signal)) yield this.page(json, what);
  }

  async kernel(id: string, signal: AbortSignal): ReturnType<Hub['kernel']> {
    const { json } = await this.ask(`/api/kernels/${checkKernelId(id)}`, id, LARGEST_ANSWER, signal);
    return readRow(json) ?? this.fail(id);
  }

  async branches(id: string, signal: AbortSignal): ReturnType<Hub['branches']> {
    const { json } = await this.ask(`/api/kernels/${checkKernelId(id)}/refs`, id, LARGEST_ANSWER, signal);
    return readBranches(json) ?? this.fail(id);
  }

  async versions(id: string, signal: AbortSignal): ReturnType<Hub['versions']> {
    return kernelVersions(await this.branches(id, signal));
  }

  async tree(
    id: string,
    revision: string,
    folder: string,
    options: { readonly recursive: boolean },
    signal: AbortSignal,
  ): Promise<readonly HubEntry[]> {
    const place = `/api/kernels/${checkKernelId(id)}/tree/${this.place(id, revision, folder)}`;
    const words = new URLSearchParams(options.recursive ? { recursive: 'true' } : {});
    const entries: HubEntry[] = [];
    for await (const json of this.pages(place, words, id, signal, isMissingEntry)) {
      if (json === null) return [];
      entries.push(...(readEntries(json) ?? this.fail(id)));
    }
    return entries;
  }

  async file(
    id: string,
    revision: string,
    path: string,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<Uint8Array | null> {
    const url = `${this.endpoint}/kernels/${checkKernelId(id)}/resolve/${this.place(id, revision, path)}`;
    const read = async (reply: HubReply): Promise<Uint8Array | null> => {
      if (reply.status === 200) return wholeBody(reply, maxBytes);
      if (isMissingEntry(reply.status, reply.headers)) return null;
      throw refusal(reply.response, id, this.settings);
    };
    return this.requests.get(url, {}, read, signal);
  }

  async trusted(organisation: string, signal: AbortSignal): Promise<boolean> {
    if (!isKernelId(`${organisation}/x`)) return false;
    const place = `/api/organizations/${organisation}/overview`;
    // A publisher who is a person is no organisation.
    const answer = await this.ask(place, organisation, LARGEST_ANSWER, signal, (status) => status === 404);
    return answer.json === null ? false : (readTrust(answer.json) ?? this.fail(organisation));
  }

  async whoAmI(signal: AbortSignal): Promise<string | null> {
    if (this.settings.token === null) return null;
    const { json } = await this.ask('/api/whoami-v2', 'the account', LARGEST_ANSWER, signal);
    return readName(json) ?? this.fail('the account');
  }

  /** The pages of a list; null in place of the first where `absent` says that there is none. */
  private async *pages(
    place: string,
    words: URLSearchParams,
    what: string,
    signal: AbortSignal,
    absent: (status: number, headers: Headers) => boolean = () => false,
  ): AsyncGenerator {
    const seen = new Set<string>();
    for (let next: string | null = words.size === 0 ? '' : `?${words.toString()}`; next !== null;) {
      if (seen.has(next) || seen.size >= MOST_PAGES) {
        throw new HubError(
          'bad-answer',
          `${hubName(this.settings)} gives ${what} in pages without an end. Check its address.`,
        );
      }
      seen.add(next);
      const answer: Answer = await this.ask(`${place}${next}`, what, LARGEST_PAGE, signal, absent);
      yield answer.json;
      next = nextPage(answer.link, this.endpoint);
    }
  }

  /** JSON; null where `absent` says that a refusal is an answer too. Throws HubError. */
  private async ask(
    place: string,
    what: string,
    maxBytes: number,
    signal: AbortSignal,
    absent: (status: number, headers: Headers) => boolean = () => false,
  ): Promise<Answer> {
    const kept = this.kept.read(place);
    const headers = { accept: 'application/json', ...(kept === null ? {} : { 'if-none-match': kept.etag }) };
    const read = async (reply: HubReply): Promise<Answer> => {
      if (reply.status === 304 && kept !== null) return kept;
      if (reply.status === 200) {
        const text = new TextDecoder().decode(await wholeBody(reply, maxBytes));
        const answer = { json: this.parse(text, what), link: reply.headers.get('link') };
        this.kept.write(place, reply.headers.get('etag'), answer);
        return answer;
      }
      if (absent(reply.status, reply.headers)) return { json: null, link: null };
      throw refusal(reply.response, what, this.settings);
    };
    return this.requests.get(`${this.endpoint}${place}`, headers, read, signal);
  }

  private parse(text: string, what: string): unknown {
    try {
      // `null` is no answer to any question here.
      return JSON.parse(text) ?? this.fail(what);
    } catch {
      return this.fail(what);
    }
  }

  private page(json: unknown, what: string): HubPage {
    return readRows(json) ?? this.fail(what);
  }

  /** A revision and a path as part of an address. Throws HubError where they cannot be one. */
  private place(id: string, revision: string, path: string): string {
    if (!isRevision(revision) || (path !== '' && !isInsidePath(path))) {
      throw new HubError('not-found', `${id} cannot have such a revision or path. Check them.`);
    }
    const segments = path === '' ? [] : path.split('/');
    return [revision, ...segments].map(encodeURIComponent).join('/');
  }

  private fail(what: string): never {
    const hub = hubName(this.settings);
    throw new HubError(
      'bad-answer',
      `${hub} answered about ${what} with something else than was asked for. A sign-in page or a proxy may be in between.`,
    );
  }
}

async function wholeBody(reply: HubReply, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of reply.chunks(maxBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A file or folder that is not there, in a repository and revision that are. */
function isMissingEntry(status: number, headers: Headers): boolean {
  const code = headers.get('x-error-code');
  return status === 404 && code !== 'RepoNotFound' && code !== 'RevisionNotFound';
}

/**
 * The query of the next page; null: this was the last. Only its query is taken: the Hub behind a mirror names itself,
 * and a token must not follow such a link.
 */
function nextPage(link: string | null, endpoint: string): string | null {
  const next = /<([^<>]*)>\s*;[^,]*\brel="?next"?/.exec(link ?? '')?.[1];
  return next === undefined || !URL.canParse(next, endpoint) ? null : new URL(next, endpoint).search;
}
