import { describe, expect, test } from 'vitest';
import { changePins, type PinChange, type PinTools } from '../../src/hub/changePins';
import { HubError } from '../../src/hub/hubError';
import { LockError, UntrustedPublisher } from '../../src/hub/lockKernels';
import { PinProblem } from '../../src/kernels/pinProblem';
import { readPins } from '../../src/kernels/pins';
import type { PinTexts } from '../../src/kernels/pinTexts';
import { build, commit, kernelHub, type KernelHub } from './kernelHub';

const signal = new AbortController().signal;

function sampleHub(): KernelHub {
  return kernelHub({
    'org/plain': {
      branches: { main: commit('0'), v1: commit('a'), v2: commit('b') },
      commits: { [commit('a')]: build('torch-universal'), [commit('b')]: build('torch-universal') },
    },
    'org/upper': {
      branches: { v1: commit('c') },
      commits: {
        [commit('c')]: { ...build('torch-cpu'), ...build('torch-cuda', [{ id: 'org/lower', version: 1 }]) },
      },
    },
    'org/lower': { branches: { v1: commit('d') }, commits: { [commit('d')]: build('torch-cpu') } },
    'stranger/odd': { branches: { v1: commit('e') }, commits: { [commit('e')]: build('torch-cpu') } },
    'org/shader': { branches: { v1: commit('f') }, commits: { [commit('f')]: { 'build/webgpu/manifest.json': '{}' } } },
  });
}

function tools(hub: KernelHub, more: Partial<PinTools> = {}): PinTools {
  return { hub, library: '0.17.2', allow: () => Promise.resolve(false), ...more };
}

function pin(id: string, version = 1, language: 'python' | 'javascript' = 'python'): PinChange {
  return { kind: 'pin', id, version, language };
}

const project: PinTexts = { pyproject: '[project]\nname = "x"\n', lock: null, pins: null };

async function after(hub: KernelHub, start: PinTexts, ...changes: readonly PinChange[]): Promise<PinTexts> {
  let texts = start;
  for (const change of changes) texts = (await changePins(texts, change, tools(hub), signal)).texts;
  return texts;
}

const commits = (texts: PinTexts): Record<string, string | null> => {
  return Object.fromEntries(readPins(texts).pins.map(({ id, place, commit }) => [`${place} ${id}`, commit]));
};

describe('where a pin goes', () => {
  test.each<[string, PinTexts, PinChange, keyof PinTexts]>([
    ['a Python kernel into pyproject.toml', project, pin('org/plain'), 'pyproject'],
    [
      'a Python kernel without pyproject.toml into our own file',
      { ...project, pyproject: null },
      pin('org/plain'),
      'pins',
    ],
    ['a WebGPU kernel into our own file', project, pin('org/shader', 1, 'javascript'), 'pins'],
  ])('%s', async (_, texts, change, key) => {
    const result = await after(sampleHub(), texts, change);
    const changed = (['pyproject', 'pins'] as const).filter((one) => result[one] !== texts[one]);
    expect(changed).toEqual([key]);
    expect(result.lock === null).toBe(key === 'pins');
  });

  test('where it is already', async () => {
    const hub = sampleHub();
    const own = await after(hub, { ...project, pyproject: null }, pin('org/plain'));
    const updated = await after(hub, { ...own, pyproject: project.pyproject }, pin('org/plain', 2));
    expect(updated.pyproject).toBe(project.pyproject);
    expect(commits(updated)).toEqual({ 'pins org/plain': commit('b') });
  });
});

test('a kernel is pinned with what its builds for any machine stand on', async () => {
  const texts = await after(sampleHub(), project, pin('org/upper'));
  expect(texts.lock).toContain(commit('c'));
  expect(texts.lock).toContain(commit('d'));
});

test('another pin costs no look into those that are there', async () => {
  const hub = sampleHub();
  const first = await after(hub, project, pin('org/upper'));
  hub.asked.length = 0;
  await after(hub, first, pin('org/plain'));
  expect(hub.asked.filter((question) => !question.includes('org/plain') && !question.startsWith('trusted'))).toEqual(
    [],
  );
});

test('what only the unpinned kernel stood on goes with it, and what another needs stays', async () => {
  const hub = sampleHub();
  const both = await after(hub, project, pin('org/lower'), pin('org/upper'));
  expect((await after(hub, both, { kind: 'unpin', id: 'org/lower' })).lock).toContain(commit('d'));
  const alone = await after(hub, project, pin('org/plain'), pin('org/upper'), { kind: 'unpin', id: 'org/upper' });
  expect(alone.lock).not.toContain(commit('d'));
  expect(await after(hub, alone, { kind: 'unpin', id: 'org/plain' })).toEqual({
    pyproject: '[project]\nname = "x"\n\n[tool.kernels.dependencies]\n',
    lock: '[]',
    pins: null,
  });
});

test('unpinning works without the Hub, and says what stays', async () => {
  const hub = sampleHub();
  const texts = await after(hub, project, pin('org/plain'), pin('org/lower'));
  hub.failure = new HubError('offline', 'The Hub is not asked.');
  const changed = await changePins(texts, { kind: 'unpin', id: 'org/plain' }, tools(hub), signal);
  expect(changed.note).toBe('kernels.lock keeps what it had until the kernels are locked again: The Hub is not asked.');
  expect(changed.texts.lock).toBe(texts.lock);
  expect(changed.texts.pyproject).not.toContain('org/plain');
});

test('a lock file that says the same in other bytes stays', async () => {
  const hub = sampleHub();
  const texts = await after(hub, project, pin('org/plain'));
  const other = { ...texts, lock: `${(texts.lock ?? '').replaceAll('\n', '\r\n')}\r\n` };
  expect(await after(hub, other, { kind: 'lock' }, pin('org/plain'))).toEqual(other);
});

test('a pin by hand is locked with the next change', async () => {
  const texts = { ...project, pyproject: '[tool.kernels.dependencies]\n"org/lower" = 1\n' };
  expect(commits(await after(sampleHub(), texts, pin('org/plain')))).toEqual({
    'pyproject org/lower': commit('d'),
    'pyproject org/plain': commit('a'),
  });
});

describe('an untrusted publisher', () => {
  test.each([project, { ...project, pyproject: null }])('is asked about before anything is written', async (texts) => {
    const refused = changePins(texts, pin('stranger/odd'), tools(sampleHub()), signal);
    await expect(refused).rejects.toThrow(UntrustedPublisher);
    const asked: string[] = [];
    const allow = ({ id, message }: UntrustedPublisher): Promise<boolean> => {
      asked.push(`${id}: ${message}`);
      return Promise.resolve(true);
    };
    const { texts: pinned } = await changePins(texts, pin('stranger/odd'), tools(sampleHub(), { allow }), signal);
    expect(Object.values(commits(pinned))).toEqual([commit('e')]);
    expect(asked).toEqual([expect.stringContaining("'stranger/odd' is not from a trusted publisher")]);
  });

  test('is not asked about again while its commit stays', async () => {
    const hub = sampleHub();
    const allow = (): Promise<boolean> => Promise.resolve(true);
    const first = await changePins(project, pin('stranger/odd'), tools(hub, { allow }), signal);
    const second = await changePins(first.texts, pin('org/plain'), tools(hub), signal);
    const third = await changePins(second.texts, { kind: 'unpin', id: 'org/plain' }, tools(hub), signal);
    expect(commits(third.texts)).toEqual({ 'pyproject stranger/odd': commit('e') });
  });
});

describe('the library decides the form of the lock file', () => {
  const older = tools(sampleHub(), { library: '0.16.0' });

  test('an older one gets its own', async () => {
    const { texts } = await changePins(project, pin('org/upper'), older, signal);
    expect(JSON.parse(texts.lock ?? '')).toEqual([
      {
        repo_id: 'org/upper',
        sha: commit('c'),
        variants: {
          'torch-cpu': { hash: expect.stringMatching(/^sha256-[0-9a-f]{64}$/) as string, hash_type: 'git_lfs_concat' },
          'torch-cuda': { hash: expect.stringMatching(/^sha256-[0-9a-f]{64}$/) as string, hash_type: 'git_lfs_concat' },
        },
      },
    ]);
  });

  test('after an upgrade and a downgrade the commits are the same', async () => {
    const hub = sampleHub();
    const first = await changePins(project, pin('org/upper'), tools(hub, { library: '0.16.0' }), signal);
    // The branch moves on, and the pin stays.
    const moved = kernelHub({
      'org/upper': {
        branches: { v1: commit('9') },
        commits: {
          [commit('9')]: build('torch-cpu'),
          [commit('c')]: { ...build('torch-cpu'), ...build('torch-cuda', [{ id: 'org/lower', version: 1 }]) },
        },
      },
      'org/lower': { branches: { v1: commit('d') }, commits: { [commit('d')]: build('torch-cpu') } },
      'org/plain': { branches: { v1: commit('a') }, commits: { [commit('a')]: build('torch-universal') } },
    });
    const second = await changePins(first.texts, pin('org/plain'), tools(moved), signal);
    expect(second.texts.lock).toContain('"repo-id": "org/lower"');
    expect(commits(second.texts)).toEqual({ 'pyproject org/upper': commit('c'), 'pyproject org/plain': commit('a') });
    const third = await changePins(
      second.texts,
      { kind: 'unpin', id: 'org/plain' },
      tools(moved, { library: '0.16.0' }),
      signal,
    );
    expect(third.texts.lock).toBe(first.texts.lock);
  });
});

describe('nothing is written over what cannot be read', () => {
  const pinned = '[tool.kernels.dependencies]\n"org/lower" = 1\n';
  test.each<[string, PinTexts]>([
    ['pyproject.toml', { ...project, pyproject: '[tool' }],
    ['kernels.lock', { ...project, pyproject: pinned, lock: '[{"format": 9}]' }],
    ['kernel-lens.pins.json', { ...project, pins: '{"schema": "kernel-lens/pins", "version": 2}' }],
  ])('%s', async (file, texts) => {
    const changes: readonly PinChange[] = [pin('org/plain'), { kind: 'unpin', id: 'org/lower' }, { kind: 'lock' }];
    for (const change of changes) {
      const hub = sampleHub();
      const problem: unknown = await changePins(texts, change, tools(hub), signal).catch((error: unknown) => error);
      expect(problem).toBeInstanceOf(PinProblem);
      expect(problem).toMatchObject({ file });
    }
  });

  test('a specifier of an older library stops locking, and not unpinning', async () => {
    const texts = {
      ...project,
      pyproject: '[tool.kernels.dependencies]\n"org/lower" = ">=0.1"\n"org/plain" = 1\n',
      lock: '[]',
    };
    await expect(changePins(texts, { kind: 'lock' }, tools(sampleHub()), signal)).rejects.toThrow(
      new LockError(
        'pyproject.toml pins org/lower to ">=0.1", and only a version such as 1 can be locked. Change it, then try again.',
      ),
    );
    const { note } = await changePins(texts, { kind: 'unpin', id: 'org/plain' }, tools(sampleHub()), signal);
    expect(note).toMatch(/^kernels\.lock keeps what it had .* org\/lower to ">=0\.1"/);
  });

  test('a change that is called off', async () => {
    const control = new AbortController();
    control.abort();
    await expect(changePins(project, pin('org/plain'), tools(sampleHub()), control.signal)).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });
});
