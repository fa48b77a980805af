/** @file The checksum at the end of a zlib stream (RFC 1950, section 8.2). */

/** The largest prime below 2^16. */
const MODULUS = 65521;

/** So many bytes can be added up before a sum passes 2^32. */
const RUN = 5552;

export class Adler32 {
  #low = 1;
  #high = 0;

  update(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length; start += RUN) {
      const end = Math.min(bytes.length, start + RUN);
      let [low, high] = [this.#low, this.#high];
      for (let i = start; i < end; i++) {
        low += bytes[i] as number;
        high += low;
      }
      this.#low = low % MODULUS;
      this.#high = high % MODULUS;
    }
  }

  get value(): number {
    return this.#high * 65536 + this.#low;
  }
}
