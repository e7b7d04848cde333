import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { hubSettings, type HubSettingsInput } from '../../src/hub/hubSettings';
import { SECRET, settingsOf } from './answeringFetch';

function read(
  input: Partial<HubSettingsInput> & { readonly files?: Record<string, string> },
): ReturnType<typeof hubSettings> {
  return hubSettings({
    env: {},
    home: '/home/mina',
    readText: (file) => {
      const text = input.files?.[file];
      if (text === undefined) throw Object.assign(new Error(`no ${file}`), { code: 'ENOENT' });
      return text;
    },
    ...input,
  });
}

describe('the endpoint', () => {
  test.each([
    [undefined, undefined, 'https://huggingface.co'],
    [undefined, 'https://mirror.example/hf/', 'https://mirror.example/hf'],
    ['https://chosen.example', 'https://mirror.example', 'https://chosen.example'],
    ['', 'https://mirror.example', 'https://mirror.example'],
    ['  https://chosen.example//  ', '', 'https://chosen.example'],
  ])('setting %j, HF_ENDPOINT %j → %s', (endpoint, variable, expected) => {
    const settings = read({ endpoint, env: { HF_ENDPOINT: variable } });
    expect(settings).toMatchObject({ endpoint: expected, endpointProblem: null });
  });

  test.each([
    ['mirror.example', /not a URL/],
    ['ftp://mirror.example', /must begin with https/],
    ['file:///etc/passwd', /must begin with https/],
    ['https://mirror.example/?x=1', /query/],
    ['https://mina:hunter2@mirror.example/hf', /password/],
    ['https:/mina:hunter2@mirror.example/hf', /password/],
    ['mina:hunter2@mirror.example', /must begin with https/],
    ['https://mina:hunter2/3@mirror.example', /not a URL/],
  ])('%s is refused, not replaced by another', (endpoint, problem) => {
    const settings = read({ endpoint });
    expect(settings.endpointProblem).toMatch(problem);
    expect(settings.endpoint).not.toBe('https://huggingface.co');
    expect(inspect(settings)).not.toContain('hunter2');
  });
});

describe('the token', () => {
  const files = { '/home/mina/.cache/huggingface/token': 'hf_file\n', '/elsewhere/token': 'hf_elsewhere' };
  test.each<[string, Partial<HubSettingsInput>, string | null]>([
    ['none', { files: {} } as Partial<HubSettingsInput>, null],
    ['given', { token: ' hf_given\n', env: { HF_TOKEN: 'hf_env' } }, 'hf_given'],
    ['HF_TOKEN', { env: { HF_TOKEN: 'hf_env', HUGGING_FACE_HUB_TOKEN: 'hf_old' } }, 'hf_env'],
    ['the older variable', { env: { HF_TOKEN: '', HUGGING_FACE_HUB_TOKEN: 'hf_old' } }, 'hf_old'],
    ['the file', {}, 'hf_file'],
    ['a blank variable', { env: { HF_TOKEN: ' \n' } }, 'hf_file'],
    ['HF_TOKEN_PATH', { env: { HF_TOKEN_PATH: '/elsewhere/token' } }, 'hf_elsewhere'],
    ['HF_HOME', { env: { HF_HOME: '/elsewhere' } }, 'hf_elsewhere'],
    ['not without being told', { env: { HF_HUB_DISABLE_IMPLICIT_TOKEN: '1', HF_TOKEN: 'hf_env' } }, null],
    ['told', { token: 'hf_given', env: { HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' } }, 'hf_given'],
  ])('%s', (_, input, expected) => {
    const { token, tokenProblem } = read({ files, ...input });
    expect(token?.authorization ?? null).toBe(expected === null ? null : `Bearer ${expected}`);
    expect(tokenProblem).toBeNull();
  });

  test.each(['two words', 'hf_\u0000', 'hf_tökén', '\u202ehf_x'])('%j cannot be one', (value) => {
    const { token, tokenProblem } = read({ env: { HF_TOKEN: value } });
    expect(token).toBeNull();
    expect(tokenProblem).toContain('HF_TOKEN');
    expect(tokenProblem).not.toContain(value);
  });

  test('a token file that cannot be read is told, not thrown', () => {
    const readText = (): string => {
      throw Object.assign(new Error('no'), { code: 'EACCES' });
    };
    const { token, tokenProblem } = read({ readText });
    expect(token).toBeNull();
    expect(tokenProblem).toContain('/home/mina/.cache/huggingface/token');
  });

  test('is in nothing that is printed', () => {
    const settings = settingsOf({ token: SECRET });
    for (const printed of [
      JSON.stringify(settings),
      inspect(settings, { depth: 9, showHidden: true }),
      String(settings.token),
      Object.values(settings.token ?? {}).join(),
      settings.scope,
    ]) {
      expect(printed).not.toContain('TheSecret');
    }
  });
});

test('what one token saw has another name than what another saw, and than what nobody in particular saw', () => {
  const scopes = [
    settingsOf(),
    settingsOf({ token: 'hf_a' }),
    settingsOf({ token: 'hf_b' }),
    settingsOf({ endpoint: 'https://mirror.example', token: 'hf_a' }),
    settingsOf({ endpoint: 'https://mirror.example' }),
  ].map(({ scope }) => scope);
  expect(new Set(scopes).size).toBe(5);
  expect(scopes.every((scope) => /^[0-9a-f]{16}$/.test(scope))).toBe(true);
});

test.each<[Record<string, string>, boolean]>([
  [{}, false],
  [{ HF_HUB_OFFLINE: '1' }, true],
  [{ HF_HUB_OFFLINE: 'yes' }, true],
  [{ HF_HUB_OFFLINE: 'on' }, true],
  [{ HF_HUB_OFFLINE: '0' }, false],
  [{ HF_HUB_OFFLINE: 'please' }, false],
  [{ TRANSFORMERS_OFFLINE: 'TRUE' }, true],
])('offline by %j: %s', (env, expected) => {
  expect(read({ env }).offline).toBe(expected);
});
