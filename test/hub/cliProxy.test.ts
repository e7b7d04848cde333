// The command line through a proxy of the tests, to a Hub that has no other way in.
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { runCli, type CliOutcome } from './cliRun';
import { startHub } from './hub';
import type { TestHub } from './hubTypes';
import { temporaryFolders } from './temporaryFolders';

/** A host that exists nowhere but behind the proxy. */
const BEHIND = 'http://hub.invalid';

const folders = temporaryFolders();
const tunnels: string[] = [];
let hub: TestHub;
let proxy: Server;
let proxyAddress: string;

beforeAll(async () => {
  hub = await startHub();
  const { hostname, port } = new URL(hub.endpoint);
  proxy = createServer();
  proxy.on('connect', (request, client) => {
    tunnels.push(request.url ?? '');
    const behind = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      behind.pipe(client).pipe(behind);
    });
    behind.on('error', () => client.destroy());
    client.on('error', () => behind.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  proxyAddress = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
afterAll(async () => {
  proxy.close();
  await hub.close();
  await folders.remove();
});
beforeEach(() => {
  tunnels.length = 0;
});

async function check(endpoint: string, env: Readonly<Record<string, string>>): Promise<CliOutcome> {
  const home = await folders.make();
  return runCli({ endpoint, home, env }, ['check', 'webgpu-kernels/ai.onnx.Add', '--json']);
}

test.each(['HTTP_PROXY', 'http_proxy'])('%s is the way to the Hub', async (name) => {
  const { stdout, stderr } = await check(BEHIND, { [name]: proxyAddress });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({ kernel: { id: 'webgpu-kernels/ai.onnx.Add' } });
  expect(new Set(tunnels)).toEqual(new Set(['hub.invalid:80']));
});

test('a host of NO_PROXY is asked straight', async () => {
  const { stderr } = await check(hub.endpoint, { HTTP_PROXY: proxyAddress, NO_PROXY: '127.0.0.1' });
  expect(stderr).toBe('');
  expect(tunnels).toEqual([]);
});

test('a proxy that is no address is bad use, and its password stays unsaid', async () => {
  const { code, stderr } = await check(BEHIND, { HTTP_PROXY: 'user:secret@nonsense:port' });
  expect(code).toBe(2);
  expect(stderr).toMatch(/HTTP_PROXY or HTTPS_PROXY is no address/);
  expect(stderr).not.toContain('secret');
});
