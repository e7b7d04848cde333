// Files of a kernel's repository that say what it is.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCard } from '../../src/hub/kernelCard';
import { readKernelStatus } from '../../src/hub/kernelStatus';
import { readMetadata } from '../../src/hub/metadataFile';
import { readWebGpuNeeds } from '../../src/hub/webGpuManifest';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('whatever a file holds, nothing throws', () => {
  const files = fc.oneof(fc.uint8Array(), fc.string().map(bytes), fc.json().map(bytes));
  fc.assert(
    fc.property(files, (file) => {
      for (const read of [readMetadata, readCard, readKernelStatus, readWebGpuNeeds]) read(file);
    }),
  );
});

test('metadata.json is read as far as it is right', () => {
  const written = {
    id: '_relu_1',
    name: 'relu',
    version: 1,
    license: 7,
    'kernels-minver': '0.15.0',
    'python-depends': ['einops', 3],
    'kernel-depends': [
      { 'repo-id': 'a/b', version: 2 },
      { 'repo-id': '../x' },
      { 'repo-id': 'a/c', revision: 'main' },
      1,
    ],
    backend: { type: 'cuda', archs: ['9.0a', null] },
    digest: {},
  };
  expect(readMetadata(bytes(JSON.stringify(written)))).toEqual({
    id: '_relu_1',
    name: 'relu',
    version: 1,
    license: null,
    upstream: null,
    source: null,
    kernelsMinver: '0.15.0',
    pythonDepends: ['einops'],
    kernelDepends: [
      { id: 'a/b', version: 2, revision: null },
      { id: 'a/c', version: null, revision: 'main' },
    ],
    backendType: 'cuda',
    archs: ['9.0a'],
  });
  expect(readMetadata(bytes('{}'))).toMatchObject({ name: null, archs: null, pythonDepends: [] });
  for (const text of ['', '[', 'null', '7']) expect(readMetadata(bytes(text))).toBeNull();
});

test.each([
  ['# Hello', null, '# Hello'],
  ['---\nlicense: mit\ntags:\n- x\n---\n# Hello\n', 'mit', '# Hello'],
  ['---\r\ntags: x\r\nlicense: "apache-2.0"\r\n---\r\nHello', 'apache-2.0', 'Hello'],
  ['\ufeff---\nlicense: mit\n---\nHello', 'mit', 'Hello'],
  ['---\n---\nHello', null, 'Hello'],
  ['---\nlicense: mit\nHello', null, '---\nlicense: mit\nHello'],
  ['Hello\n---\nlicense: mit\n---\n', null, 'Hello\n---\nlicense: mit\n---'],
  ['---\nlicense: <script>\n---\nHello', null, 'Hello'],
])('the card %j has the license %j', (text, license, body) => {
  expect(readCard(bytes(text))).toEqual({ license, body });
});

test.each([
  ['kind = "redirect"\ndestination = "a/b"\nrevision = "v2"', { destination: 'a/b', revision: 'v2' }],
  ['kind = "redirect"\ndestination = "a/b"', { destination: 'a/b', revision: 'main' }],
  ['kind = "redirect"\ndestination = "../b"', null],
  ['kind = "redirect"\ndestination = "a/b"\nrevision = "../x"', null],
  ['kind = "retired"', null],
  ['= broken', null],
  ['', null],
])('kernel-status.toml %j → %j', (text, redirect) => {
  expect(readKernelStatus(bytes(text))).toEqual(redirect);
});

test('a WebGPU build needs what its manifest and each variant ask for together', () => {
  const pass = { id: 'p', shader: 'a.wgsl.jinja', bindings: [], dispatch: { x: 1 } };
  const manifest = {
    name: 'Add',
    inputs: {},
    outputs: {},
    requires: { features: ['subgroups'], limits: { maxBindGroups: 4, minUniformBufferOffsetAlignment: 256 } },
    variants: [
      { id: 'plain', passes: [pass] },
      {
        id: 'half',
        requires: {
          features: ['shader-f16', 'subgroups'],
          limits: { maxBindGroups: 2, minUniformBufferOffsetAlignment: 64, maxBufferSize: 9 },
        },
        passes: [pass],
      },
    ],
  };
  const shared = { maxBindGroups: 4, minUniformBufferOffsetAlignment: 256 };
  expect(readWebGpuNeeds(bytes(JSON.stringify(manifest)))).toEqual([
    { variant: 'plain', features: ['subgroups'], limits: shared },
    {
      variant: 'half',
      features: ['subgroups', 'shader-f16'],
      limits: { maxBindGroups: 4, minUniformBufferOffsetAlignment: 64, maxBufferSize: 9 },
    },
  ]);
  expect(readWebGpuNeeds(bytes(JSON.stringify({ ...manifest, variants: 3 })))).toBeNull();
});
