/**
 * @file Values with large arrays as bytes: JSON, in which an array is only a place, then the arrays. There is one copy of them, of hundreds of
 * megabytes.
 */

/** By their codes. */
const ARRAY_TYPES = [Uint8Array, Int16Array, Int32Array, Uint32Array, Float32Array, Float64Array] as const;

type LargeArray = InstanceType<(typeof ARRAY_TYPES)[number]>;

/** Bytes that the place of an array is a multiple of. */
const ALIGNMENT = 8;

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

/** What stands for a value that JSON has not. */
type StandIn =
  /** An array: code of its type, elements, bytes from the first array to it. */
  | { readonly $array: readonly [type: number, length: number, at: number] }
  /** A value by its name: see SPECIAL. */
  | { readonly $special: string };

const SPECIAL: ReadonlyMap<string, unknown> = new Map([
  ['undefined', undefined],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
]);

/** Bytes before the JSON: its length. */
const LENGTH_BYTES = 8;

/**
 * @param from bytes that are left free before the value, a multiple of ALIGNMENT
 * @throws RangeError where there is not the memory
 */
export function packValue(value: unknown, from: number): Uint8Array<ArrayBuffer> {
  const arrays: LargeArray[] = [];
  let size = 0;
  const standIn = (plain: unknown): unknown => {
    if (ArrayBuffer.isView(plain)) {
      const array = plain as LargeArray;
      const type = ARRAY_TYPES.findIndex((kind) => array instanceof kind);
      const at = size;
      arrays.push(array);
      size += aligned(array.byteLength);
      return { $array: [type, array.length, at] } satisfies StandIn;
    }
    for (const [name, special] of SPECIAL) {
      if (Object.is(special, plain)) return { $special: name } satisfies StandIn;
    }
    return plain;
  };
  const structure = new TextEncoder().encode(JSON.stringify(value, (_, plain) => standIn(plain)));
  const start = from + LENGTH_BYTES;
  let at = start + aligned(structure.length);
  const bytes = new Uint8Array(at + size);
  new DataView(bytes.buffer).setUint32(from, structure.length);
  bytes.set(structure, start);
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += aligned(byteLength);
  }
  return bytes;
}

/** Arrays are views of the bytes. @throws where the bytes are no such value */
export function unpackValue(given: Uint8Array, from: number): unknown {
  const bytes = given.byteOffset % ALIGNMENT === 0 ? given : given.slice();
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(from);
  const start = from + LENGTH_BYTES;
  const arrays = bytes.byteOffset + start + aligned(length);
  const plainOf = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if ('$special' in value) return SPECIAL.get((value as { $special: string }).$special);
    if (!('$array' in value)) return value;
    const [type, elements, at] = (value as { $array: [number, number, number] }).$array;
    const Kind = ARRAY_TYPES[type] as (typeof ARRAY_TYPES)[number];
    const array = new Kind(bytes.buffer as ArrayBuffer, arrays + at, elements);
    // The buffer may be larger, and hold what is of others.
    if (at >= 0 && arrays + at + array.byteLength <= bytes.byteOffset + bytes.byteLength) return array;
    throw new RangeError('an array outside of the bytes');
  };
  const structure = new TextDecoder().decode(bytes.slice(start, start + length));
  return restored(JSON.parse(structure), plainOf);
}

/** A reviver of JSON would leave out what is undefined. */
function restored(value: unknown, plainOf: (value: unknown) => unknown): unknown {
  const plain = plainOf(value);
  if (plain !== value || typeof plain !== 'object' || plain === null) return plain;
  const fields = plain as Record<string, unknown>;
  for (const name of Object.keys(fields)) fields[name] = restored(fields[name], plainOf);
  return fields;
}
