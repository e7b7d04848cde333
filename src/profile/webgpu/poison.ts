// A pattern put into outputs and scratch before a run: what still holds it afterwards was never written.
import { USAGE, type OpenDevice } from './device';
import type { StorageDtype } from './program';

/** Bytes of the pattern that are kept on the device and copied from. */
const PATTERN_BYTES = 1 << 20;

/** NaNs with a payload of ours, which no computation yields; a float kernel that reads one shows it. */
const FLOAT_POISON: Partial<Record<StorageDtype, number>> = { f32: 0x7fc0dead, f16: 0x7ead7ead };
/** Whole numbers have no NaN: two patterns, one a round, cannot both be the right value. */
const WHOLE_POISON = [0x5eadbeef, 0xa1b2c3d4] as const;

/** The 32-bit word that poisons storage of this dtype in check `round`. */
export function poisonWord(storage: StorageDtype, round: number): number {
  return FLOAT_POISON[storage] ?? WHOLE_POISON[round % 2] ?? WHOLE_POISON[0];
}

/** Copies poison over buffers. Keeps one small buffer a pattern on the device. */
export class Poison {
  private readonly patterns = new Map<number, GPUBuffer>();

  constructor(private readonly open: OpenDevice) {}

  /** Makes sure of the pattern's buffer; `write` may then be called while commands are recorded. */
  async prepare(word: number): Promise<void> {
    if (this.patterns.has(word)) return;
    const buffer = await this.open.buffer('the poison pattern', PATTERN_BYTES, USAGE.copySource | USAGE.copyTarget);
    this.open.device.queue.writeBuffer(buffer, 0, new Uint32Array(PATTERN_BYTES / 4).fill(word));
    this.patterns.set(word, buffer);
  }

  /** Records copies that fill all of `target`. */
  write(encoder: GPUCommandEncoder, target: GPUBuffer, word: number): void {
    const pattern = this.patterns.get(word);
    if (pattern === undefined) throw new Error(`poison ${word.toString(16)} was not prepared`);
    for (let at = 0; at < target.size; at += PATTERN_BYTES) {
      encoder.copyBufferToBuffer(pattern, 0, target, at, Math.min(PATTERN_BYTES, target.size - at));
    }
  }

  destroy(): void {
    for (const buffer of this.patterns.values()) buffer.destroy();
    this.patterns.clear();
  }
}
