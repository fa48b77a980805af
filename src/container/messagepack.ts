/**
 * @file A reader of the MessagePack that files hold: nil, numbers, short strings, byte strings and shallow arrays of these. Files of
 * strangers are given to it, so whatever else there is, it refuses. Normative text: formats/loe.md, section 4; https://github.com/msgpack/msgpack/blob/master/spec.md.
 */

import { damaged } from '../errors.ts';

/** What MessagePack carries here. */
export type Packable = null | number | string | Uint8Array | readonly Packable[];

/** Arrays in arrays, the outermost counted too. */
const MAX_DEPTH = 2;

/** Values of all arrays together: twice as many as the longest metadata has. */
const MAX_VALUES = 1024;

/** Of UTF-8: more than 32 characters take. */
const MAX_STRING_BYTES = 128;

/** @param name of the section, for messages @throws LoecError E_FORMAT for anything but one whole value of these kinds */
export function readMessagePack(bytes: Uint8Array, name: string): Packable {
  const reader = new MessagePackReader(bytes, name);
  const value = reader.value(0);
  if (reader.left > 0) throw damaged(`${reader.left} bytes too many in the ${name} section`);
  return value;
}

class MessagePackReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #name: string;
  #offset = 0;
  #values = 0;

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#name = name;
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  /** @param depth arrays around the value */
  value(depth: number): Packable {
    const at = this.#offset;
    const type = this.#unsigned(1);
    if (type <= 0x7f) return type;
    if (type >= 0xe0) return type - 0x100;
    if (type >= 0x90 && type <= 0x9f) return this.#array(type - 0x90, depth);
    if (type >= 0xa0 && type <= 0xbf) return this.#string(type - 0xa0);
    switch (type) {
      case 0xc0:
        return null;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#take(this.#unsigned(2 ** (type - 0xc4)));
      case 0xca:
        return this.#finite(this.#view.getFloat32(this.#skip(4)));
      case 0xcb:
        return this.#finite(this.#view.getFloat64(this.#skip(8)));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#unsigned(2 ** (type - 0xcc));
      case 0xcf:
        return this.#exact(this.#view.getBigUint64(this.#skip(8)));
      case 0xd0:
        return this.#view.getInt8(this.#skip(1));
      case 0xd1:
        return this.#view.getInt16(this.#skip(2));
      case 0xd2:
        return this.#view.getInt32(this.#skip(4));
      case 0xd3:
        return this.#exact(this.#view.getBigInt64(this.#skip(8)));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#string(this.#unsigned(2 ** (type - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#unsigned(2 ** (type - 0xdb)), depth);
      default:
        throw this.#damaged(`a value of a kind that is not allowed, 0x${type.toString(16)}, at byte ${at}`);
    }
  }

  #array(length: number, depth: number): Packable[] {
    this.#values += length;
    if (depth >= MAX_DEPTH) throw this.#damaged('arrays too deep in each other');
    if (this.#values > MAX_VALUES) throw this.#damaged(`more than ${MAX_VALUES} values`);
    return Array.from({ length }, () => this.value(depth + 1));
  }

  #string(length: number): string {
    if (length > MAX_STRING_BYTES) throw this.#damaged(`a string of ${length} bytes`);
    const bytes = this.#take(length);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (cause) {
      throw this.#damaged('a string that is not UTF-8', cause);
    }
  }

  #finite(value: number): number {
    if (!Number.isFinite(value)) throw this.#damaged('a number that is not finite');
    return value;
  }

  #exact(value: bigint): number {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw this.#damaged('an integer beyond ±2^53');
    return number;
  }

  /** @param bytes 1, 2 or 4 */
  #unsigned(bytes: number): number {
    const at = this.#skip(bytes);
    if (bytes === 1) return this.#view.getUint8(at);
    return bytes === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at);
  }

  /** The next bytes, as a view. */
  #take(length: number): Uint8Array {
    const at = this.#skip(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** @returns where the skipped bytes begin */
  #skip(length: number): number {
    if (length > this.left) throw this.#damaged('a value that has no end');
    this.#offset += length;
    return this.#offset - length;
  }

  #damaged(what: string, cause?: unknown): Error {
    return damaged(`the ${this.#name} section has ${what}`, cause);
  }
}
