// The Kernel Hub on loopback, for tests: two origins, a log of what was asked, and faults on order.
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { failure } from './answer';
import type { Answer, HubRequest } from './answer';
import { damaged, FaultList } from './faultList';
import type { Sending } from './faultList';
import { generatedRepository } from './generatedKernels';
import { hostileRepositories } from './hostileKernels';
import type { HubOptions, LoggedRequest, TestHub } from './hubTypes';
import { readRepositories, repositoriesBelow } from './repositories';
import type { Repository } from './repository';
import { hubAnswer, secondOriginAnswer } from './routes';
import type { HubState } from './routes';
import { torchRepositories } from './torchKernels';

/** What the log holds while the answer is on its way. */
type Entry = { -readonly [Name in keyof LoggedRequest]: LoggedRequest[Name] };

export async function startHub(options: HubOptions = {}): Promise<TestHub> {
  const { prefix = '', tokens = { hf_reader: 'reader', hf_visitor: 'visitor' }, treePageSize = 1_000 } = options;
  const repositories = new Map<string, Repository>();
  const generated = Array.from({ length: options.generated ?? 0 }, (_, at) => generatedRepository(at));
  const hostile = options.hostile === true ? hostileRepositories() : [];
  const computing = options.torchKernels === true ? torchRepositories() : [];
  const more = options.repositories === undefined ? [] : repositoriesBelow(options.repositories);
  for (const one of [...readRepositories(), ...computing, ...generated, ...hostile, ...more])
    repositories.set(one.facts.id, one);

  const requests: Entry[] = [];
  const faults = new FaultList();
  const closing = new AbortController();

  const serve = async (origin: Entry['origin'], incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(incoming);
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    const path = incoming.url ?? '/';
    const method = incoming.method ?? 'GET';
    const authorization = headers['authorization'] ?? null;
    const entry: Entry = { method, path, origin, authorization, headers, status: 0, bytes: 0, aborted: false };
    requests.push(entry);
    response.on('close', () => {
      entry.aborted = !response.writableFinished;
    });
    const fault = faults.take(entry);
    if (fault?.kind === 'delay') await wait(fault.ms ?? 1_000, undefined, { signal: closing.signal });
    const answer = answerTo(origin, { method, path, headers, body, authorization });
    const sending = damaged(notModified(answer, headers), fault);
    entry.status = fault?.kind === 'reset' ? 0 : sending.answer.status;
    entry.bytes = send(response, method, sending);
  };

  const answerTo = (
    origin: Entry['origin'],
    {
      method,
      path,
      headers,
      body,
      authorization,
    }: Omit<Entry, 'origin' | 'status' | 'bytes' | 'aborted'> & { body: string },
  ): Answer => {
    const url = new URL(path, files.origin);
    const below = origin === 'hub' ? prefix : '';
    if (!url.pathname.startsWith(`${below}/`)) return failure(404, 'There is nothing outside the prefix.');
    const segments = decoded(url.pathname.slice(below.length + 1));
    if (segments === null) return failure(400, 'The address has a % that stands for nothing.');
    const user = authorization === null ? null : tokens[authorization.replace(/^Bearer /, '')];
    const request: HubRequest = { method, segments, query: url.searchParams, headers, body, user: user ?? null };
    if (origin === 'files') return secondOriginAnswer(state, request);
    if (user === undefined) return failure(401, 'Invalid credentials in Authorization header');
    return hubAnswer(state, request, new URL(`${new URL(endpoint).origin}${path}`));
  };

  const handler = (origin: Entry['origin']) => (incoming: IncomingMessage, response: ServerResponse) => {
    serve(origin, incoming, response).catch((error: unknown) => {
      if (!closing.signal.aborted) console.error(error);
      response.destroy();
    });
  };
  const files = await listen(createServer(handler('files')), 0);
  const hub = await listen(createServer(handler('hub')), options.port ?? 0);
  const endpoint = `${hub.origin}${prefix}`;
  const publishers = new Set(more.map(({ facts }) => facts.id.split('/')[0] ?? ''));
  const origins = { endpoint, files: files.origin };
  const state: HubState = { repositories, publishers, models: options.models === true, origins, treePageSize };

  const repository = (id: string): Repository => {
    const found = repositories.get(id);
    if (!found) throw new Error(`The Hub of the tests has no ${id}.`);
    return found;
  };
  return {
    endpoint,
    secondOrigin: files.origin,
    requests,
    clearRequests: () => {
      requests.length = 0;
    },
    faults,
    commitOf: (id, revision) => {
      const commit = repository(id).resolve(revision);
      if (!commit) throw new Error(`${id} of the Hub of the tests has no ${revision}.`);
      return commit.id;
    },
    publish: (id, branch, changes) => repository(id).publish(branch, changes).id,
    close: async () => {
      closing.abort();
      await Promise.all([stop(hub.server), stop(files.server)]);
    },
  };
}

async function listen(server: Server, port: number): Promise<{ server: Server; origin: string }> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

/** Null: it cannot be decoded. A segment may hold slashes: the Python clients send a whole path or revision as one. */
function decoded(pathname: string): string[] | null {
  try {
    return pathname.split('/').map((segment) => decodeURIComponent(segment));
  } catch {
    return null;
  }
}

async function text(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function notModified(answer: Answer, { 'if-none-match': known }: Readonly<Record<string, string>>): Answer {
  const { etag } = answer.headers;
  return answer.status === 200 && etag !== undefined && known === etag
    ? { status: 304, headers: { etag }, body: Buffer.alloc(0) }
    : answer;
}

/** @returns how many bytes of the body */
function send(response: ServerResponse, method: string, { answer, length, breakAfter }: Sending): number {
  if (breakAfter === 0) {
    response.destroy();
    return 0;
  }
  // A connection whose lengths lie must not be used again.
  const close = breakAfter !== null || length !== answer.body.length ? { connection: 'close' } : {};
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(length), ...close });
  const bodiless = method === 'HEAD' || answer.status === 304;
  if (bodiless) response.end();
  else if (breakAfter === null) response.end(answer.body);
  else response.write(answer.body.subarray(0, breakAfter), () => response.destroy());
  return bodiless ? 0 : (breakAfter ?? answer.body.length);
}
