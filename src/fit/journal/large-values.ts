/**
 * @file Values with large arrays as bytes: V8's own serialization, in which an array is only a place, then the arrays. V8 by itself would make
 * several copies of them, of hundreds of megabytes each.
 */

import { Deserializer, Serializer } from 'node:v8';

/** Node's documentation has it, its types have not. */
declare module 'node:v8' {
  interface Serializer {
    _setTreatArrayBufferViewsAsHostObjects(flag: boolean): void;
  }
}

/** By their codes. */
const ARRAY_TYPES = [Uint8Array, Int16Array, Int32Array, Uint32Array, Float32Array, Float64Array] as const;

type LargeArray = InstanceType<(typeof ARRAY_TYPES)[number]>;

/** Bytes that the place of an array is a multiple of. */
const ALIGNMENT = 8;

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

/** Arrays are written as their type and their length in elements. */
class PlaceSerializer extends Serializer {
  readonly arrays: LargeArray[] = [];

  constructor() {
    super();
    this._setTreatArrayBufferViewsAsHostObjects(true);
  }

  /** @param array of one of ARRAY_TYPES */
  _writeHostObject(array: object): void {
    this.writeUint32(ARRAY_TYPES.findIndex((type) => array instanceof type));
    this.writeUint32((array as LargeArray).length);
    this.arrays.push(array as LargeArray);
  }
}

/** Gives arrays that are views of the bytes. */
class PlaceDeserializer extends Deserializer {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(structure: Uint8Array, bytes: Uint8Array, at: number) {
    super(structure);
    this.#bytes = bytes;
    this.#at = at;
  }

  _readHostObject(): LargeArray {
    const type = ARRAY_TYPES[this.readUint32()] as (typeof ARRAY_TYPES)[number];
    const length = this.readUint32();
    const array = new type(this.#bytes.buffer as ArrayBuffer, this.#bytes.byteOffset + this.#at, length);
    this.#at += aligned(array.byteLength);
    return array;
  }
}

/**
 * @param from bytes that are left free before the value, a multiple of ALIGNMENT
 * @throws RangeError where there is not the memory
 */
export function packValue(value: unknown, from: number): Uint8Array<ArrayBuffer> {
  const serializer = new PlaceSerializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  const structure = serializer.releaseBuffer();
  const { arrays } = serializer;
  const start = from + ALIGNMENT;
  const sizes = arrays.reduce((sum, { byteLength }) => sum + aligned(byteLength), 0);
  const bytes = new Uint8Array(start + aligned(structure.length) + sizes);
  new DataView(bytes.buffer).setUint32(from, structure.length);
  bytes.set(structure, start);
  let at = start + aligned(structure.length);
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += aligned(byteLength);
  }
  return bytes;
}

/** @throws where the bytes are no such value */
export function unpackValue(given: Uint8Array, from: number): unknown {
  const bytes = given.byteOffset % ALIGNMENT === 0 ? given : given.slice();
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(from);
  const start = from + ALIGNMENT;
  const structure = bytes.subarray(start, start + length);
  const deserializer = new PlaceDeserializer(structure, bytes, start + aligned(length));
  deserializer.readHeader();
  return deserializer.readValue();
}
