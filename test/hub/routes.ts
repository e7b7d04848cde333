// Which answer a request gets. Pure: no sockets here.
import { failure, json, noRepository } from './answer';
import type { Answer, HubRequest } from './answer';
import { largeFileAnswer, resolveAnswer, smallFileAnswer } from './fileAnswers';
import { kernelAnswer, listAnswer, objectId } from './listAnswer';
import type { Repository } from './repository';
import { commitsAnswer, pathsAnswer, refsAnswer, treeAnswer } from './treeAnswer';

export interface HubState {
  readonly repositories: ReadonlyMap<string, Repository>;
  /** More organisations that are trusted. */
  readonly publishers: ReadonlySet<string>;
  /** Whether kernels are found as models, too. */
  readonly models: boolean;
  /** Of the servers, without a slash at the end; the endpoint with the prefix. */
  readonly origins: { readonly endpoint: string; readonly files: string };
  readonly treePageSize: number;
}

/** Organisations, and whether the Hub trusts what they publish. Other names are of users. */
const organisations: Readonly<Record<string, boolean>> = {
  'kernels-community': true,
  'webgpu-kernels': true,
  generated: true,
  stranger: false,
};

/** Kernels that were renamed: the Hub sends who asks for the old name to the new one. */
const renamed: Readonly<Record<string, string>> = { 'kernels-community/rectifier': 'kernels-community/relu' };

/** What is private, or granted one by one, is this user's. */
const insider = 'reader';

/** @param url the request's, below the endpoint */
export function hubAnswer(state: HubState, request: HubRequest, url: URL): Answer {
  const [first, second, ...rest] = request.segments;
  const moved = movedTo(request, url);
  if (moved !== null) return { status: 307, headers: { location: moved }, body: Buffer.alloc(0) };
  if (first === 'kernels') return fileAnswer(state, request, second ?? '', rest);
  if (state.models && rest[0] === 'resolve') return fileAnswer(state, request, first ?? '', [second ?? '', ...rest]);
  if (first !== 'api') return failure(404, 'Not found');
  switch (second) {
    case 'whoami-v2':
      return whoAmI(request);
    case 'organizations':
      return organisation(state, rest[0] ?? '');
    case 'resolve-cache':
      return cachedFile(state, request, rest);
    case 'kernels':
      return rest.length === 0
        ? listAnswer(request, visibleTo(state, request), url)
        : kernelRoute(state, request, rest, url);
    case 'models':
      return state.models && rest.length > 0 ? kernelRoute(state, request, rest, url) : failure(404, 'Not found');
    default:
      return failure(404, 'Not found');
  }
}

/** Of the second origin. */
export function secondOriginAnswer({ repositories }: HubState, request: HubRequest): Answer {
  return largeFileAnswer(request, repositories.values());
}

/** Where what was asked for lies now; null: where it was asked for. */
function movedTo({ segments }: HubRequest, url: URL): string | null {
  const [namespace, name] = segments.slice(segments.indexOf('kernels') + 1);
  const id = `${namespace ?? ''}/${name ?? ''}`;
  const to = renamed[id];
  return to === undefined ? null : url.href.replace(`/kernels/${id}`, `/kernels/${to}`);
}

function visibleTo({ repositories }: HubState, { user }: HubRequest): readonly Repository[] {
  return [...repositories.values()].filter(({ facts }) => !facts.private || user === insider);
}

function find({ repositories }: HubState, { user }: HubRequest, id: string): Repository | null {
  const repository = repositories.get(id);
  return repository && (!repository.facts.private || user === insider) ? repository : null;
}

function kernelRoute(state: HubState, request: HubRequest, rest: readonly string[], url: URL): Answer {
  const [namespace = '', name = '', what, revision = 'main', ...folder] = rest;
  const repository = find(state, request, `${namespace}/${name}`);
  if (!repository) return noRepository(request);
  if (what === 'refs') return refsAnswer(repository);
  const commit = repository.resolve(revision);
  if (!commit) return failure(404, `Invalid rev id: ${revision}`, 'RevisionNotFound');
  if (what === undefined || what === 'revision') {
    return kernelAnswer(repository, commit, isTrusted(state, namespace) ?? false);
  }
  if (what === 'tree') return treeAnswer(request, commit, folder.join('/'), state.treePageSize, url);
  if (what === 'paths-info') return pathsAnswer(request, commit);
  if (what === 'commits') return commitsAnswer(repository, revision);
  return failure(404, 'Not found');
}

function fileAnswer(state: HubState, request: HubRequest, namespace: string, rest: readonly string[]): Answer {
  const [name = '', resolve, revision = '', ...path] = rest;
  const repository = find(state, request, `${namespace}/${name}`);
  if (!repository) return noRepository(request);
  if (resolve !== 'resolve') return failure(404, 'Not found');
  const closed = gate(repository, request);
  if (closed) return closed;
  const commit = repository.resolve(revision);
  if (!commit) return failure(404, `Invalid rev id: ${revision}`, 'RevisionNotFound');
  return resolveAnswer(repository, commit, path.join('/'), state.origins);
}

function cachedFile(state: HubState, request: HubRequest, rest: readonly string[]): Answer {
  const [, namespace = '', name = '', revision = '', ...path] = rest;
  const repository = find(state, request, `${namespace}/${name}`);
  const commit = repository?.resolve(revision);
  if (!repository || !commit) return noRepository(request);
  return gate(repository, request) ?? smallFileAnswer(request, commit, path.join('/'));
}

/** A gated repository shows what there is to all, and its files to those who were let in. */
function gate({ facts }: Repository, { user }: HubRequest): Answer | null {
  if (facts.gated === false || user === insider) return null;
  const access = `Access to kernel ${facts.id} is restricted.`;
  return user === null
    ? failure(
        401,
        `${access} You must have access to it and be authenticated to access it. Please log in.`,
        'GatedRepo',
      )
    : failure(403, `${access} You are not in the authorized list.`, 'GatedRepo');
}

/** Undefined: there is no such organisation. */
function isTrusted({ publishers }: HubState, name: string): boolean | undefined {
  return organisations[name] ?? (publishers.has(name) ? true : undefined);
}

function organisation(state: HubState, name: string): Answer {
  const trusted = isTrusted(state, name);
  if (trusted === undefined) return failure(404, 'This organization does not exist');
  const counts = { numUsers: 3, numModels: 0, numSpaces: 0, numDatasets: 0, numFollowers: 9 };
  const trust = trusted ? { trustedKernelPublisher: true } : {};
  return json({ _id: objectId(name), avatarUrl: '', name, fullname: name, isVerified: trusted, ...counts, ...trust });
}

function whoAmI({ user }: HubRequest): Answer {
  if (user === null) return failure(401, 'Invalid username or password.');
  const created = '2026-01-01T00:00:00.000Z';
  const accessToken = { displayName: 'test', role: 'read', createdAt: created };
  const flags = { emailVerified: true, canPay: false, isPro: false, periodEnd: null };
  const names = { type: 'user', id: objectId(user), name: user, fullname: user, avatarUrl: '', orgs: [] };
  return json({ ...names, ...flags, email: `${user}@example.com`, auth: { type: 'access_token', accessToken } });
}
