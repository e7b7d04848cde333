// The few pieces of the Protocol Buffers wire format that an ONNX model is made of.

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** Builds one message, field by field. */
export class ProtobufWriter {
  private readonly bytes: number[] = [];

  /** A field of type int32, int64 or enum. */
  int(field: number, value: number | bigint): this {
    this.tag(field, VARINT);
    this.varint(BigInt.asUintN(64, BigInt(value)));
    return this;
  }

  /** A field of type float. */
  float(field: number, value: number): this {
    this.tag(field, FIXED_32);
    this.append(new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  /** A field of type string, in UTF-8. */
  text(field: number, value: string): this {
    return this.delimited(field, new TextEncoder().encode(value));
  }

  /** A field that is a message itself. */
  message(field: number, value: ProtobufWriter): this {
    return this.delimited(field, value.finish());
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.bytes);
  }

  private delimited(field: number, value: Uint8Array): this {
    this.tag(field, LENGTH_DELIMITED);
    this.varint(BigInt(value.length));
    this.append(value);
    return this;
  }

  private tag(field: number, wireType: number): void {
    this.varint(BigInt(field * 8 + wireType));
  }

  private varint(value: bigint): void {
    let rest = value;
    while (rest > 0x7fn) {
      this.bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.bytes.push(Number(rest));
  }

  private append(value: Uint8Array): void {
    for (const byte of value) this.bytes.push(byte);
  }
}
