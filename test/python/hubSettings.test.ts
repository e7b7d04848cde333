// Where the official client looks for its Hub, its token and its cache, this program looks too.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { afterAll, expect, inject, test } from 'vitest';
import { hubSettings } from '../../src/hub/hubSettings';
import { temporaryFolders } from '../hub/temporaryFolders';

const run = promisify(execFile);
const folders = temporaryFolders();
afterAll(async () => {
  await folders.remove();
});

const ANSWER = v.object({
  endpoint: v.string(),
  cache: v.string(),
  offline: v.boolean(),
  token: v.nullable(v.string()),
});
const SCRIPT = `
import json, pathlib
from huggingface_hub import constants, get_token
from kernels.hf_hub import CACHE_DIR
print(json.dumps({
    "endpoint": constants.ENDPOINT,
    "cache": str(pathlib.Path(CACHE_DIR or constants.HF_HUB_CACHE).expanduser().resolve()),
    "offline": constants.HF_HUB_OFFLINE,
    "token": get_token(),
}))
`;

const environments: Record<string, string>[] = [
  {},
  { HF_ENDPOINT: 'https://mirror.example/hf/', HF_TOKEN: ' hf_env\n' },
  { HF_ENDPOINT: 'http://localhost:8080', HUGGING_FACE_HUB_TOKEN: 'hf_old' },
  { HF_TOKEN: 'hf_env', HUGGING_FACE_HUB_TOKEN: 'hf_old', HF_HUB_OFFLINE: '1' },
  { HF_TOKEN: '', HUGGING_FACE_HUB_TOKEN: 'hf_old', HF_HUB_OFFLINE: 'false' },
  { HF_TOKEN: ' ', HUGGING_FACE_HUB_TOKEN: 'hf_old', TRANSFORMERS_OFFLINE: 'yes' },
  { HF_HUB_OFFLINE: 'On', TRANSFORMERS_OFFLINE: '0' },
  { HF_HUB_OFFLINE: '0', TRANSFORMERS_OFFLINE: '1' },
  { HF_HOME: '~/elsewhere' },
  { HF_HOME: '$HOME/else$UNSET' },
  { HF_HOME: '${HOME}/elsewhere', HF_HUB_CACHE: '~/$NAMED/hub', NAMED: 'named' },
  { XDG_CACHE_HOME: '/xdg' },
  { XDG_CACHE_HOME: '~/xdg' },
  { HF_HUB_CACHE: '/hub', HUGGINGFACE_HUB_CACHE: '/old' },
  { HUGGINGFACE_HUB_CACHE: '~/old' },
  { HF_HUB_CACHE: '/hub', KERNELS_CACHE: '/kernels/../cache' },
  { KERNELS_CACHE: '~/kernels' },
  { KERNELS_CACHE: '$HOME/kernels' },
  { HF_TOKEN_PATH: '~/elsewhere/token' },
  { HF_TOKEN_PATH: '$HOME/missing' },
];

test.skipIf(process.platform === 'win32').each(environments)('%j', async (named) => {
  const home = await folders.make();
  for (const [folder, token] of [
    ['.cache/huggingface', 'hf_usual\n'],
    ['elsewhere', 'hf_elsewhere'],
    ['xdg/huggingface', 'hf_xdg'],
  ] as const) {
    await mkdir(path.join(home, folder), { recursive: true });
    await writeFile(path.join(home, folder, 'token'), token);
  }
  const env = { HOME: home, PATH: process.env['PATH'], ...named };
  const { stdout } = await run(inject('python'), ['-I', '-c', SCRIPT], { env, cwd: home });
  const theirs = v.parse(ANSWER, JSON.parse(stdout));
  const here = process.cwd();
  const { endpoint, cacheFolder, offline, token } = hubSettings({ env, home });
  expect({
    endpoint,
    // A relative folder is one below where each of the two happens to run.
    cache: cacheFolder.replace(here, home),
    offline,
    token: token?.authorization.replace('Bearer ', '') ?? null,
  }).toEqual(theirs);
});
