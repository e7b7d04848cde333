import { homedir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { harnessEnvironment } from '../../src/hub/harnessEnvironment';
import { hubSettings } from '../../src/hub/hubSettings';

type Env = Readonly<Record<string, string | undefined>>;

/** As an editor or a command line has it, with a token that only this program knows. */
function environment(env: Env, endpoint?: string, offline = false): Readonly<Record<string, string>> {
  const settings = hubSettings({ endpoint, token: 'hf_of_the_secret_store', env, home: homedir() });
  return harnessEnvironment(env, settings, offline);
}

describe('the environment of the Python child', () => {
  test('is the person’s own, a token of this program left out', () => {
    const own = {
      ...{ PATH: '/bin', HF_TOKEN: 'hf_own', CUDA_VISIBLE_DEVICES: '1', VIRTUAL_ENV: '/env' },
      ...{ PYTHONPATH: '/code', PYTHONHASHSEED: '7', PYTHONSTARTUP: '/start.py', PYTHONNOUSERSITE: '1' },
    };
    const env = environment(own);
    expect(env).toMatchObject(own);
    expect(Object.values(env)).not.toContain('hf_of_the_secret_store');
    expect(Object.hasOwn(environment({}), 'HF_TOKEN')).toBe(false);
  });

  test.each<[string, Env, string | undefined, Env]>([
    ['the usual Hub', {}, undefined, { HF_ENDPOINT: 'https://huggingface.co', HF_HUB_OFFLINE: undefined }],
    ['the Hub of the environment', { HF_ENDPOINT: 'https://a/' }, '', { HF_ENDPOINT: 'https://a' }],
    ['the Hub of the settings', { HF_ENDPOINT: 'https://a' }, 'https://b/hf/', { HF_ENDPOINT: 'https://b/hf' }],
    ['nobody, where the person says so', { HF_HUB_OFFLINE: 'on' }, undefined, { HF_HUB_OFFLINE: '1' }],
    [
      'nobody, where the address cannot be asked',
      { HF_ENDPOINT: 'https://a' },
      'https://user:secret@b',
      { HF_ENDPOINT: 'https://a', HF_HUB_OFFLINE: '1' },
    ],
  ])('it asks %s', (_name, env, endpoint, expected) => {
    expect(environment(env, endpoint)).toMatchObject(
      Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined)),
    );
    for (const [name, value] of Object.entries(expected)) expect(environment(env, endpoint)[name]).toBe(value);
    expect(JSON.stringify(environment(env, endpoint))).not.toContain('secret@');
  });

  test('a Hub that has just been silent is not asked', () => {
    expect(environment({}, undefined, true)['HF_HUB_OFFLINE']).toBe('1');
  });

  test.each<[Env, RegExp]>([
    [{ KERNELS_CACHE: '/kernels' }, /^\/kernels$/],
    [{ KERNELS_CACHE: 'kernels' }, /^\/.*\/kernels$/],
    [{ HF_HUB_CACHE: '/cache' }, /^\/cache$/],
    [{ HF_HOME: '/hf' }, /^\/hf\/hub$/],
  ])('kernels lie where this program looks for them: %j', (env, folder) => {
    expect(environment(env)['KERNELS_CACHE']).toMatch(folder);
  });

  test.each(['PYTHONINSPECT', 'LOCAL_KERNELS', 'local_kernels'])('%s is left out', (name) => {
    expect(environment({ [name]: '1', PATH: '/bin' })).not.toHaveProperty(name);
  });
});
