/** @file CRC-32 as in PNG and zlib: polynomial 0xEDB88320, reflected, start and final complement of all ones. */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

/** Bytes of a step, some 3 ms. */
const STEP = 2 ** 20;

/** @param before the CRC of what comes before the bytes */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (let i = 0; i < bytes.length; i++) {
    crc = (TABLE[(crc ^ (bytes[i] as number)) & 0xff] as number) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

/** As `crc32`, with a pause after every megabyte for whoever takes the steps (`src/time-slices.ts`). */
export function* crc32Steps(bytes: Uint8Array): Generator<void, number> {
  let crc = 0;
  for (let at = 0; at < bytes.length; at += STEP) {
    crc = crc32(bytes.subarray(at, at + STEP), crc);
    yield;
  }
  return crc;
}
