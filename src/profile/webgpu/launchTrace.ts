// What another runtime launches on our device, written down as it is launched.

/** What a trace needs to know of a buffer; two are the same only where they are one object. */
export type TracedBuffer = Pick<GPUBuffer, 'size' | 'usage'>;

export interface TracedBinding {
  readonly index: number;
  readonly buffer: TracedBuffer;
  readonly access: 'read' | 'read_write' | 'uniform';
  /** A part of the buffer is bound, and not all of it. */
  readonly part: boolean;
  /** Of a uniform: what was last written into it from the CPU; null: nothing that was seen. */
  readonly data: Uint8Array | null;
}

export interface TracedDispatch {
  readonly kind: 'dispatch';
  readonly name: string;
  readonly wgsl: string;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  readonly bindings: readonly TracedBinding[];
  readonly workgroups: readonly [number, number, number];
}

export interface TracedCopy {
  readonly kind: 'copy';
  readonly from: TracedBuffer;
  readonly to: TracedBuffer;
  /** All of both buffers, from their beginnings. */
  readonly whole: boolean;
}

/** Something that cannot be repeated from outside. */
export interface TracedObstacle {
  readonly kind: 'obstacle';
  readonly reason: string;
}

export type TracedCommand = TracedDispatch | TracedCopy | TracedObstacle;

const ACCESS: Readonly<Record<string, TracedBinding['access']>> = {
  'read-only-storage': 'read',
  storage: 'read_write',
  uniform: 'uniform',
};

/** Lends `device` to somebody and writes down what they launch. Errors, losses and the device's end stay with its owner. */
export class LaunchTrace {
  /** To be handed out: works on the same device, with the same buffers. */
  readonly device: GPUDevice;
  private commands: TracedCommand[] = [];
  private readonly written = new WeakMap<TracedBuffer, Uint8Array>();
  private readonly shaders = new WeakMap<GPUShaderModule, { readonly name: string; readonly wgsl: string }>();
  private readonly pipelines = new WeakMap<GPUComputePipeline, { readonly name: string; readonly wgsl: string }>();
  private readonly layouts = new WeakMap<GPUBindGroupLayout, readonly GPUBindGroupLayoutEntry[]>();
  private readonly groups = new WeakMap<GPUBindGroup, GPUBindGroupDescriptor>();

  constructor(private readonly owned: GPUDevice) {
    this.device = stoodInFor(owned, {
      queue: this.queue(),
      destroy: () => undefined,
      createShaderModule: (descriptor) => {
        const shader = owned.createShaderModule(descriptor);
        this.shaders.set(shader, { name: descriptor.label ?? '', wgsl: descriptor.code });
        return shader;
      },
      createBindGroupLayout: (descriptor) => {
        const layout = owned.createBindGroupLayout(descriptor);
        this.layouts.set(layout, [...descriptor.entries]);
        return layout;
      },
      createBindGroup: (descriptor) => {
        const group = owned.createBindGroup(descriptor);
        this.groups.set(group, { ...descriptor, entries: [...descriptor.entries] });
        return group;
      },
      createComputePipeline: (descriptor) => this.named(owned.createComputePipeline(descriptor), descriptor),
      createComputePipelineAsync: async (descriptor) =>
        this.named(await owned.createComputePipelineAsync(descriptor), descriptor),
      createCommandEncoder: (descriptor) => this.encoder(owned.createCommandEncoder(descriptor)),
    });
  }

  /** What is launched while `action` runs, in order. */
  async record(action: () => Promise<unknown>): Promise<readonly TracedCommand[]> {
    this.commands = [];
    await action();
    const recorded = this.commands;
    this.commands = [];
    return recorded;
  }

  private queue(): GPUQueue {
    const { queue } = this.owned;
    return stoodInFor(queue, {
      writeBuffer: (buffer, offset, data, dataOffset = 0, size) => {
        // A copy: Dawn takes no memory that threads share, such as that of a WebAssembly module.
        const bytes = bytesOf(data, dataOffset, size);
        if (offset === 0) this.written.set(buffer, bytes);
        else this.written.delete(buffer);
        queue.writeBuffer(buffer, offset, bytes);
      },
    });
  }

  private named(pipeline: GPUComputePipeline, { compute }: GPUComputePipelineDescriptor): GPUComputePipeline {
    this.pipelines.set(pipeline, this.shaders.get(compute.module) ?? { name: '', wgsl: '' });
    return pipeline;
  }

  private encoder(encoder: GPUCommandEncoder): GPUCommandEncoder {
    const copy = (from: TracedBuffer, to: TracedBuffer, whole: boolean): void => {
      this.commands.push({ kind: 'copy', from, to, whole });
    };
    return stoodInFor(encoder, {
      beginComputePass: (descriptor) => this.pass(encoder.beginComputePass(descriptor)),
      // Both forms: from, to, size; or from, offset, to, offset, size.
      copyBufferToBuffer: (from: GPUBuffer, ...rest: readonly (GPUBuffer | number | undefined)[]) => {
        const [first, second, third, fourth] = rest;
        const numbers = rest.filter((one) => typeof one === 'number');
        if (typeof first === 'object') {
          copy(from, first, from.size === first.size && (second === undefined || second === from.size));
          encoder.copyBufferToBuffer(from, first, numbers[0]);
        } else if (typeof second === 'object') {
          copy(from, second, first === 0 && third === 0 && fourth === from.size && fourth === second.size);
          encoder.copyBufferToBuffer(from, numbers[0] ?? 0, second, numbers[1] ?? 0, numbers[2]);
        }
      },
    });
  }

  private pass(pass: GPUComputePassEncoder): GPUComputePassEncoder {
    let pipeline: GPUComputePipeline | null = null;
    let group: GPUBindGroup | null = null;
    return stoodInFor(pass, {
      setPipeline: (wanted) => {
        pipeline = wanted;
        pass.setPipeline(wanted);
      },
      setBindGroup: (index: number, wanted: GPUBindGroup | null | undefined, ...moved: readonly unknown[]) => {
        if (index !== 0 || moved.length > 0)
          this.commands.push({ kind: 'obstacle', reason: 'it binds buffers in more than one group, or moves them' });
        group = wanted ?? null;
        pass.setBindGroup(index, wanted);
      },
      dispatchWorkgroups: (x, y = 1, z = 1) => {
        this.commands.push(this.dispatch(pipeline, group, [x, y, z]));
        pass.dispatchWorkgroups(x, y, z);
      },
      dispatchWorkgroupsIndirect: (buffer, offset) => {
        this.commands.push({ kind: 'obstacle', reason: 'the GPU itself decides how much it launches' });
        pass.dispatchWorkgroupsIndirect(buffer, offset);
      },
    });
  }

  private dispatch(
    pipeline: GPUComputePipeline | null,
    group: GPUBindGroup | null,
    workgroups: TracedDispatch['workgroups'],
  ): TracedCommand {
    const made = pipeline === null ? undefined : this.pipelines.get(pipeline);
    const bound = group === null ? undefined : this.groups.get(group);
    const layout = bound === undefined ? undefined : this.layouts.get(bound.layout);
    if (pipeline === null || made === undefined || bound === undefined || layout === undefined)
      return { kind: 'obstacle', reason: 'it launches a pipeline that was made out of sight' };
    const bindings = [...bound.entries].map((entry) => this.binding(entry, layout));
    if (!bindings.every((binding) => binding !== null))
      return { kind: 'obstacle', reason: 'it binds something other than buffers' };
    return { kind: 'dispatch', ...made, pipeline, layout: bound.layout, bindings, workgroups };
  }

  private binding(
    { binding, resource }: GPUBindGroupEntry,
    layout: readonly GPUBindGroupLayoutEntry[],
  ): TracedBinding | null {
    const type = layout.find((entry) => entry.binding === binding)?.buffer?.type ?? 'uniform';
    const access = ACCESS[type];
    if (access === undefined || !('buffer' in resource)) return null;
    const { buffer, offset = 0, size = buffer.size - offset } = resource;
    const data = access === 'uniform' ? (this.written.get(buffer) ?? null) : null;
    return { index: binding, buffer, access, part: offset !== 0 || size !== buffer.size, data };
  }
}

/** `target` with some of its members replaced. What is set on it goes nowhere. */
function stoodInFor<T extends object>(target: T, own: Partial<T>): T {
  return new Proxy(target, {
    get: (_, key): unknown => {
      if (Object.hasOwn(own, key)) return Reflect.get(own, key);
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set: () => true,
  });
}

/** A copy of what is to be written; offset and size count elements, or bytes of a buffer. */
function bytesOf(
  data: ArrayBufferLike | ArrayBufferView,
  offset: number,
  size: number | undefined,
): Uint8Array<ArrayBuffer> {
  const view = ArrayBuffer.isView(data);
  const bytes = view ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
  const each = view && 'BYTES_PER_ELEMENT' in data ? Number(data.BYTES_PER_ELEMENT) : 1;
  return Uint8Array.from(bytes.subarray(offset * each, size === undefined ? undefined : (offset + size) * each));
}
