// Scratch memory that the contenders of a case take turns in. Where a buffer lies decides a few percent of a run's time;
// with the same memory under the same program, two contenders cannot differ by that.
import { USAGE, type OpenDevice } from './device';

export class ScratchPool {
  private readonly buffers: GPUBuffer[] = [];

  constructor(private readonly open: OpenDevice) {}

  /** A buffer of exactly `bytes`, other than those in `taken`. Throws GpuError, naming `label`, when memory runs out. */
  async take(label: string, bytes: number, taken: ReadonlySet<GPUBuffer>): Promise<GPUBuffer> {
    const free = this.buffers.find((buffer) => buffer.size === bytes && !taken.has(buffer));
    if (free !== undefined) return free;
    const usage = USAGE.storage | USAGE.copySource | USAGE.copyTarget;
    const made = await this.open.buffer(label, bytes, usage);
    this.buffers.push(made);
    return made;
  }

  destroy(): void {
    for (const buffer of this.buffers) buffer.destroy();
  }
}
