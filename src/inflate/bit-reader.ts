/** @file The bits of a DEFLATE stream. */

import { broken } from './broken.ts';
import { type Code, WORD_BITS } from './code.ts';

/** Bits from the lowest of each byte on. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #offset = 0;
  /** Bits of the bytes before the offset that have not been read, the next one lowest. */
  #held = 0;
  #count = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** @param count up to 16 @throws Error where there are not as many */
  read(count: number): number {
    this.#hold();
    const value = this.#held & (2 ** count - 1);
    this.#drop(count);
    return value;
  }

  /** @throws Error where no word of the code comes */
  symbol({ counts, symbols }: Code): number {
    this.#hold();
    // Words of a length are numbers that follow each other, after twice those of the length before.
    let [left, word, first, index] = [this.#held, 0, 0, 0];
    for (let length = 1; length <= WORD_BITS; length++) {
      word = 2 * word + (left & 1);
      left >>>= 1;
      const count = counts[length] as number;
      if (word < first + count) {
        this.#drop(length);
        return symbols[index + word - first] as number;
      }
      index += count;
      first = 2 * (first + count);
    }
    throw broken();
  }

  /** A block of bytes as they are, from the next whole byte on. @throws Error where its length is not as it is said again */
  stored(): Uint8Array {
    this.#drop(this.#count % 8);
    const [length, inverse] = [this.read(16), this.read(16)];
    const start = this.#offset - this.#count / 8;
    if (length + inverse !== 0xffff || start + length > this.#bytes.length) throw broken();
    this.#offset = start + length;
    this.#held = this.#count = 0;
    return this.#bytes.subarray(start, this.#offset);
  }

  /** At least 16 bits, where there are as many. */
  #hold(): void {
    for (; this.#count < 16 && this.#offset < this.#bytes.length; this.#count += 8)
      this.#held |= (this.#bytes[this.#offset++] as number) << this.#count;
  }

  #drop(count: number): void {
    if (count > this.#count) throw new Error('it ends too early');
    this.#held >>>= count;
    this.#count -= count;
  }
}
