/** @file Reading and writing the file's integers: bytes, little-endian 32-bit words and LEB128 varints. */

import { damaged, LoecError } from './errors.ts';

/** Bytes of the longest varint that is accepted: 35 bits. */
export const VARINT_BYTES = 5;

/** Of a constant of the code. */
export function bytesOfBase64(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** In hexadecimal digits. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Appends to a growing list of byte arrays. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = [];

  bytes(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }

  uint8(value: number): this {
    return this.bytes(Uint8Array.of(value));
  }

  uint32(value: number): this {
    return this.bytes(Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24));
  }

  /** Unsigned LEB128: 7 bits a byte, low bits first, bit 7 set on all but the last. */
  varint(value: number): this {
    const bytes: number[] = [];
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
    return this.bytes(Uint8Array.from([...bytes, rest]));
  }

  finish(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let offset = 0;
    for (const part of this.#parts) {
      whole.set(part, offset);
      offset += part.length;
    }
    return whole;
  }
}

/** Reads from a byte array; running over its end is E_FORMAT. */
export class ByteReader {
  readonly #data: Uint8Array;
  offset = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  get left(): number {
    return this.#data.length - this.offset;
  }

  /** The next `length` bytes, as a view. */
  bytes(length: number): Uint8Array {
    if (length > this.left) {
      const what = `${length} bytes expected at offset ${this.offset}, ${this.left} left`;
      throw new LoecError('E_FORMAT', `the file is truncated or damaged: ${what}`);
    }
    this.offset += length;
    return this.#data.subarray(this.offset - length, this.offset);
  }

  uint8(): number {
    return this.bytes(1)[0] as number;
  }

  uint32(): number {
    const [a, b, c, d] = this.bytes(4) as unknown as [number, number, number, number];
    return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
  }

  varint(): number {
    let value = 0;
    for (let i = 0; i < VARINT_BYTES; i++) {
      const byte = this.uint8();
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw damaged(`a length before offset ${this.offset} has no end`);
  }
}
