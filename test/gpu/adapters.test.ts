import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WorkerRig } from './workerRig';

describe('adapters', () => {
  let rig: WorkerRig;
  beforeAll(async () => {
    rig = await WorkerRig.create();
  });
  afterAll(async () => {
    await rig.dispose();
  });

  test('the software adapter is listed, after any hardware, with its features', async () => {
    const listed = await rig.worker().call('adapters', {});
    const software = listed.filter((one) => one.software);
    expect(software.map(({ name }) => name)).toContain('SwiftShader (software)');
    expect(software[0]?.features).toContain('timestamp-query');
    expect(listed.map((one) => one.software)).toEqual(listed.map((one) => one.software).toSorted());
  });

  test('opening it measures the copy rate, the dispatch cost and the timer', async () => {
    const opened = await rig.worker().call('open', { adapter: 'software', quick: true });
    expect(opened.adapter).toMatchObject({ name: 'SwiftShader (software)', backend: 'vulkan', software: true });
    expect(opened.adapter.limits['maxStorageBufferBindingSize']).toBeGreaterThanOrEqual(128 << 20);
    expect(opened.timer.kind).toBe('timestamp-query');
    expect(opened.timer.resolutionNs).toBeGreaterThan(0);
    expect(opened.reference.copyBytesPerSecond).toBeGreaterThan(0);
    expect(opened.reference.copySamplesNs.length).toBeGreaterThan(1);
    expect(opened.reference.dispatchNs).toBeGreaterThan(0);
    expect(opened.dawn).toMatch(/^webgpu \d/);
  });

  test('a part of its name means it too, in any case', async () => {
    const second = await WorkerRig.create();
    try {
      const worker = second.worker();
      // The first rig's worker still holds the adapter: the name was understood, the adapter is busy.
      await expect(worker.call('open', { adapter: 'swiftSHADER', quick: true })).rejects.toMatchObject({
        kind: 'busy',
      });
    } finally {
      await second.dispose();
    }
  });

  test('an adapter that is not there is an error that names those that are', async () => {
    await expect(rig.worker().call('open', { adapter: 'Voodoo 2', quick: true })).rejects.toMatchObject({
      name: 'WorkerFailure',
      kind: 'no-adapter',
      message: expect.stringMatching(/no adapter here is called "Voodoo 2".*SwiftShader/i) as string,
    });
  });
});
