// The list of kernels, and what the Hub says of one.
import { createHash } from 'node:crypto';
import { json, nextPage, pageOf } from './answer';
import type { Answer, HubRequest } from './answer';
import type { Commit, Repository } from './repository';

const sortKeys: Record<string, (repository: Repository) => number | string> = {
  downloads: ({ facts }) => facts.downloads,
  likes: ({ facts }) => facts.likes,
  likes30d: ({ facts }) => facts.likes,
  lastModified: (repository) => lastModified(repository),
  trendingScore: ({ facts }) => facts.trendingScore,
  id: ({ facts }) => facts.id,
  _id: ({ facts }) => facts.id,
};

/** `GET /api/kernels`. @param url the request's, for the link to the next page */
export function listAnswer({ query }: HubRequest, visible: readonly Repository[], url: URL): Answer {
  const search = query.get('search')?.toLowerCase() ?? '';
  const authors = query.getAll('author');
  const ids = query.getAll('id');
  const tags = query.getAll('filter').flatMap((tag) => tag.split(','));
  const key = sortKeys[query.get('sort') ?? 'trendingScore'] ?? sortKeys['trendingScore'];
  const sign = query.get('direction') === '1' ? 1 : -1;
  const found = visible
    .filter(({ facts }) => facts.id.toLowerCase().includes(search))
    .filter(({ facts }) => authors.length === 0 || authors.includes(facts.id.split('/')[0] ?? ''))
    .filter(({ facts }) => ids.length === 0 || ids.includes(facts.id))
    .filter(({ facts }) => tags.every((tag) => facts.tags.includes(tag)))
    .map((repository) => ({ repository, value: key?.(repository) ?? 0 }))
    .sort((a, b) => sign * (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
  const limit = Math.min(1_000, Math.max(1, Number(query.get('limit')) || 1_000));
  const { items, next } = pageOf(found, query.get('cursor'), limit);
  const expand = [...query.getAll('expand'), ...query.getAll('expand[]')];
  const rows = items.map(({ repository }) => row(repository, expand, query.get('full') === 'true'));
  if (next !== null) url.searchParams.set('cursor', next);
  return json(rows, nextPage(next === null ? null : url));
}

function row(repository: Repository, expand: readonly string[], full: boolean): Record<string, unknown> {
  const { facts } = repository;
  const fields: Record<string, unknown> = {
    likes: facts.likes,
    trendingScore: facts.trendingScore,
    private: facts.private,
    downloads: facts.downloads,
    tags: facts.tags,
    createdAt: facts.createdAt,
    supportedDriverFamilies: facts.families,
    author: facts.id.split('/')[0],
    downloadsAllTime: facts.downloads * 7,
    gated: facts.gated,
    lastModified: lastModified(repository),
    sha: repository.resolve('main')?.id,
    files: [...(repository.resolve('main')?.files.keys() ?? [])],
    cardData: {},
    ...(facts.buildMetadata ? { buildMetadata: facts.buildMetadata } : {}),
  };
  const usual = ['likes', 'trendingScore', 'private', 'downloads', 'tags', 'createdAt', 'supportedDriverFamilies'];
  const more = full ? ['author', 'sha', 'lastModified', 'gated', 'files'] : [];
  const names = expand.length > 0 ? expand : [...usual, ...more];
  const chosen = Object.entries(fields).filter(([name]) => names.includes(name));
  return { _id: objectId(facts.id), id: facts.id, ...Object.fromEntries(chosen) };
}

/** `GET /api/kernels/{id}`, with or without a revision. */
export function kernelAnswer(repository: Repository, commit: Commit, trusted: boolean): Answer {
  const { facts } = repository;
  const author = facts.id.split('/')[0] ?? '';
  return json({
    _id: objectId(facts.id),
    author,
    authorData: { _id: objectId(author), name: author, fullname: author, type: 'org' },
    trustedPublisher: trusted,
    downloads: facts.downloads,
    gated: facts.gated,
    id: facts.id,
    isLikedByUser: false,
    lastModified: commit.date,
    likes: facts.likes,
    private: facts.private,
    repoType: 'kernel',
    sha: commit.id,
    supportedDriverFamilies: facts.families,
  });
}

function lastModified({ branches }: Repository): string {
  return [...branches.values()].map(([newest]) => newest?.date ?? '').reduce((a, b) => (a > b ? a : b), '');
}

/** 24 hexadecimal digits, as the Hub's own database has them. */
export function objectId(name: string): string {
  return createHash('sha1').update(name).digest('hex').slice(0, 24);
}
