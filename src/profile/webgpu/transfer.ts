// Bytes between host and device.
import { MAP_READ, USAGE, type OpenDevice } from './device';

/** Reads go through one staging buffer of at most this size, so that a large output needs no second copy of itself. */
const STAGING_BYTES = 64 << 20;
/** A larger upload goes in parts, so that Dawn's own staging stays small. */
const UPLOAD_BYTES = 64 << 20;

/** Reads the first `bytes` bytes of a buffer made with USAGE.copySource; `bytes` is a multiple of 4. */
export async function readBuffer(open: OpenDevice, buffer: GPUBuffer, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const result = new Uint8Array(bytes);
  const chunk = Math.min(bytes, STAGING_BYTES);
  if (chunk === 0) return result;
  const staging = await open.buffer('the buffer results are read through', chunk, USAGE.mapRead | USAGE.copyTarget);
  try {
    for (let at = 0; at < bytes; at += chunk) {
      const size = Math.min(chunk, bytes - at);
      await open.scoped('Reading results back', async () => {
        const encoder = open.device.createCommandEncoder();
        encoder.copyBufferToBuffer(buffer, at, staging, 0, size);
        open.device.queue.submit([encoder.finish()]);
        await open.guard(staging.mapAsync(MAP_READ, 0, size));
      });
      result.set(new Uint8Array(staging.getMappedRange(0, size)), at);
      staging.unmap();
    }
  } finally {
    staging.destroy();
  }
  return result;
}

/**
 * Fills the first `bytes` bytes of a buffer, a multiple of 4, with `block` repeated. Only the block is sent; the device
 * repeats it, for which the buffer needs USAGE.copySource besides USAGE.copyTarget.
 */
export async function fillBuffer(
  open: OpenDevice,
  buffer: GPUBuffer,
  block: Uint8Array<ArrayBuffer>,
  bytes: number,
): Promise<void> {
  const sent = wordMultiple(block, bytes);
  await open.scoped('Sending inputs', () => {
    for (let at = 0; at < sent.byteLength; at += UPLOAD_BYTES) {
      open.device.queue.writeBuffer(buffer, at, sent, at, Math.min(UPLOAD_BYTES, sent.byteLength - at));
    }
    if (sent.byteLength < bytes) repeatOnDevice(open, buffer, sent.byteLength, bytes);
  });
}

/** The block as often as makes it a multiple of 4 bytes, and no longer than `bytes`. */
function wordMultiple(block: Uint8Array<ArrayBuffer>, bytes: number): Uint8Array<ArrayBuffer> {
  const repeats = block.byteLength % 4 === 0 ? 1 : block.byteLength % 2 === 0 ? 2 : 4;
  const length = Math.min(bytes, block.byteLength * repeats);
  if (length === block.byteLength) return block;
  const whole = new Uint8Array(length);
  for (let at = 0; at < length; at += block.byteLength) whole.set(block.subarray(0, length - at), at);
  return whole;
}

/** Doubles what is written through a second buffer: a buffer cannot be copied onto itself. */
function repeatOnDevice(open: OpenDevice, buffer: GPUBuffer, period: number, end: number): void {
  const size = Math.max(period, Math.floor(end / 4 / period) * period);
  const through = open.device.createBuffer({ size, usage: USAGE.copySource | USAGE.copyTarget });
  const encoder = open.device.createCommandEncoder();
  let filled = period;
  while (filled < end) {
    const step = Math.min(filled, size, end - filled);
    encoder.copyBufferToBuffer(buffer, 0, through, 0, step);
    encoder.copyBufferToBuffer(through, 0, buffer, filled, step);
    filled += step;
  }
  open.device.queue.submit([encoder.finish()]);
  through.destroy();
}
