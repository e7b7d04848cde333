import { describe, expect, test } from 'vitest';
import { LaunchTrace, type TracedCommand } from '../../src/profile/webgpu/launchTrace';

/** A device that does nothing and notes what it is asked for. */
function fakeDevice() {
  const calls: [string, ...unknown[]][] = [];
  const note =
    (name: string) =>
    (...given: unknown[]): void => {
      calls.push([name, ...given]);
    };
  const pass = { setPipeline: note('setPipeline'), setBindGroup: note('setBindGroup'), end: note('end') };
  const dispatches = {
    dispatchWorkgroups: note('dispatchWorkgroups'),
    dispatchWorkgroupsIndirect: note('dispatchWorkgroupsIndirect'),
  };
  const encoder = {
    beginComputePass: () => ({ ...pass, ...dispatches }),
    copyBufferToBuffer: note('copyBufferToBuffer'),
    clearBuffer: note('clearBuffer'),
  };
  const device = {
    limits: { maxBufferSize: 7 },
    queue: { writeBuffer: note('writeBuffer'), submit: note('submit') },
    destroy: note('destroy'),
    createShaderModule: () => ({}),
    createBindGroupLayout: () => ({}),
    createBindGroup: () => ({}),
    createComputePipeline: () => ({}),
    createComputePipelineAsync: () => Promise.resolve({}),
    createCommandEncoder: () => encoder,
  };
  return { device: device as unknown as GPUDevice, calls };
}

const buffer = (size: number): GPUBuffer => ({ size, usage: 0x8c }) as GPUBuffer;
const [x, y, numbers] = [buffer(16), buffer(16), buffer(8)];

/** A pipeline over x, y and a uniform buffer. */
function launchable(device: GPUDevice) {
  const types = ['read-only-storage', 'storage', 'uniform'] as const;
  const layout = device.createBindGroupLayout({
    entries: types.map((type, binding) => ({ binding, visibility: 4, buffer: { type } })),
  });
  const entries = [x, y, numbers].map((one, binding) => ({ binding, resource: { buffer: one } }));
  const module = device.createShaderModule({ label: 'Softmax', code: 'fn main() {}' });
  return { group: device.createBindGroup({ layout, entries }), layout: 'auto' as const, compute: { module } };
}

async function traced(act: (device: GPUDevice) => void | Promise<void>): Promise<{
  readonly commands: readonly TracedCommand[];
  readonly calls: readonly (readonly unknown[])[];
}> {
  const { device, calls } = fakeDevice();
  const trace = new LaunchTrace(device);
  const commands = await trace.record(async () => {
    await act(trace.device);
  });
  return { commands, calls };
}

test('a launch is written down with its buffers, and what was written into its uniforms by then', async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(32));
  shared.set([9, 1, 2, 3, 4], 0);
  const { commands, calls } = await traced(async (device) => {
    const { group, ...descriptor } = launchable(device);
    device.queue.writeBuffer(numbers, 0, shared as unknown as Uint8Array<ArrayBuffer>, 1, 4);
    const pass = device.createCommandEncoder().beginComputePass();
    pass.setPipeline(await device.createComputePipelineAsync(descriptor));
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(5, 2);
  });
  expect(commands).toMatchObject([
    {
      ...{ kind: 'dispatch', name: 'Softmax', wgsl: 'fn main() {}', workgroups: [5, 2, 1] },
      bindings: [
        { index: 0, access: 'read', part: false, data: null },
        { index: 1, access: 'read_write', part: false, data: null },
        { index: 2, access: 'uniform', part: false, data: Uint8Array.of(1, 2, 3, 4) },
      ],
    },
  ]);
  const [command] = commands;
  expect(command?.kind === 'dispatch' && command.bindings.map((one) => one.buffer)).toEqual([x, y, numbers]);
  const written = calls.find(([name]) => name === 'writeBuffer');
  expect(written?.[3]).toEqual(Uint8Array.of(1, 2, 3, 4));
  expect((written?.[3] as Uint8Array).buffer).toBeInstanceOf(ArrayBuffer);
  expect(calls).toContainEqual(['dispatchWorkgroups', 5, 2, 1]);
});

describe('copies', () => {
  test.each<[string, (encoder: GPUCommandEncoder) => void, boolean]>([
    [
      'of all, by its size',
      (encoder) => {
        encoder.copyBufferToBuffer(x, y, 16);
      },
      true,
    ],
    [
      'of all, without a size',
      (encoder) => {
        encoder.copyBufferToBuffer(x, y);
      },
      true,
    ],
    [
      'of all, with offsets',
      (encoder) => {
        encoder.copyBufferToBuffer(x, 0, y, 0, 16);
      },
      true,
    ],
    [
      'of a part',
      (encoder) => {
        encoder.copyBufferToBuffer(x, 0, y, 0, 8);
      },
      false,
    ],
    [
      'from an offset',
      (encoder) => {
        encoder.copyBufferToBuffer(x, 8, y, 0, 8);
      },
      false,
    ],
    [
      'into something else',
      (encoder) => {
        encoder.copyBufferToBuffer(x, numbers, 8);
      },
      false,
    ],
  ])('%s', async (_, copy, whole) => {
    const { commands, calls } = await traced((device) => {
      copy(device.createCommandEncoder());
    });
    expect(commands).toMatchObject([{ kind: 'copy', from: x, whole }]);
    expect(calls.map(([name]) => name)).toEqual(['copyBufferToBuffer']);
  });
});

test('what cannot be repeated is an obstacle, and is carried out all the same', async () => {
  const { commands, calls } = await traced((device) => {
    const pass = device.createCommandEncoder().beginComputePass();
    pass.setBindGroup(1, launchable(device).group);
    pass.dispatchWorkgroupsIndirect(x, 0);
    pass.dispatchWorkgroups(1);
  });
  expect(commands.map(({ kind }) => kind)).toEqual(['obstacle', 'obstacle', 'obstacle']);
  expect(calls.map(([name]) => name)).toEqual(['setBindGroup', 'dispatchWorkgroupsIndirect', 'dispatchWorkgroups']);
});

test('who borrows the device can neither end it nor take over its errors; clears are let through', async () => {
  const { commands, calls } = await traced((device) => {
    device.destroy();
    device.onuncapturederror = () => undefined;
    device.createCommandEncoder().clearBuffer(x);
    expect(device.onuncapturederror).toBeUndefined();
    expect(device.limits.maxBufferSize).toBe(7);
  });
  expect(commands).toEqual([]);
  expect(calls).toEqual([['clearBuffer', x]]);
});
