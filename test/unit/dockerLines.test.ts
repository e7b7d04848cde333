import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dockerLines } from '../../src/insert/dockerLines';

const copy = (projectFolder: string): string | undefined =>
  dockerLines({ projectFolder, kernelsVersion: null })
    .split('\n')
    .find((line) => line.startsWith('COPY'));

describe('lines for a Dockerfile', () => {
  test.each([
    ['.', 'COPY kernels.lock /opt/kernels/'],
    ['', 'COPY kernels.lock /opt/kernels/'],
    ['./', 'COPY kernels.lock /opt/kernels/'],
    ['services/api/', 'COPY services/api/kernels.lock /opt/kernels/'],
    ['services\\api', 'COPY services/api/kernels.lock /opt/kernels/'],
    // What lies outside of the folder that is built from cannot be copied.
    ['../other', 'COPY kernels.lock /opt/kernels/'],
    ['/home/me', 'COPY kernels.lock /opt/kernels/'],
    ['C:\\me', 'COPY kernels.lock /opt/kernels/'],
    ['my models', 'COPY ["my models/kernels.lock", "/opt/kernels/"]'],
    ['a$HOME', 'COPY ["a\\\\$HOME/kernels.lock", "/opt/kernels/"]'],
    ['--chown=x', 'COPY ["--chown=x/kernels.lock", "/opt/kernels/"]'],
  ])('copies the lock file of %j', (folder, line) => {
    expect(copy(folder)).toBe(line);
  });

  test('no folder makes a line of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (projectFolder) => {
        const lines = dockerLines({ projectFolder, kernelsVersion: null }).split('\n');
        expect(lines.filter((line) => /^(?:RUN|FROM|USER|ENTRYPOINT|CMD|ADD) ?/u.test(line)).length).toBe(1);
        expect(lines.length).toBe(dockerLines({ projectFolder: '.', kernelsVersion: null }).split('\n').length);
      }),
      { numRuns: 50 },
    );
  });

  test('a whole Dockerfile begins with its image', () => {
    const text = dockerLines({ projectFolder: '.', kernelsVersion: '0.16.1', base: 'python:3.12-slim\nRUN x' });
    expect(text.split('\n').slice(0, 3)).toEqual([
      '# syntax=docker/dockerfile:1',
      'FROM python:3.12-slimRUNx',
      'RUN pip install kernels==0.16.1',
    ]);
  });

  test('says what breaks 0.17.2', () => {
    expect(dockerLines({ projectFolder: '.', kernelsVersion: '0.17.2' })).toContain('HF_HUB_DISABLE_TELEMETRY');
    expect(dockerLines({ projectFolder: '.', kernelsVersion: '0.18.0' })).not.toContain('HF_HUB_DISABLE_TELEMETRY');
  });
});
