/**
 * @file Binary range coder (Martin 1979) with a 32-bit range and carries resolved on the encoder's side.
 *
 * State of the encoder: `low` < 2³² + 2³¹ and 2²⁴ ≤ `range` < 2³² between calls; the coded number lies in
 * [low, low + range). All values are integers below 2⁵³, where float64 arithmetic is exact, so every machine makes the
 * same intervals. `low` may pass 2³²: the byte before it, and the run of 0xFF bytes before that, are held back
 * until it is known whether a carry reaches them. The decoder holds `code` = coded number − low < range.
 */

import { damaged } from '../errors.ts';

/** Probabilities are integers of 65536, 1 … 65535. */
export const PROBABILITY_ONE = 65536;

const TOP = 2 ** 24;
const WORD = 2 ** 32;

/** A bit makes a chance smaller by PROBABILITY_ONE at most, which leaves it far above the least float64. */
const LEAST_CHANCE = 2 ** -900;

/** Bytes that the encoder drops at most, zeros that a decoder reads for them, and its four of look-ahead. */
const MAX_DROPPED = 4;
export const MAX_OVERRUN = MAX_DROPPED + 4;

/** One traversal of the data serves both ways: an encoder takes the bit, a decoder finds it. */
export interface BinaryCoder {
  /**
   * @param bit 0 or 1; a decoder does not look at it
   * @param one probability of a 1, of 65536, 1 … 65535
   * @returns the bit
   */
  code(bit: number, one: number): number;
}

export class RangeEncoder implements BinaryCoder {
  #low = 0;
  #range = WORD - 1;
  #held = 0;
  /** Bytes held back: `#held` and the 0xFF after it. The first one is a place for a carry that never comes. */
  #heldCount = 1;
  #bytes = new Uint8Array(1024);
  #length = 0;

  code(bit: number, one: number): number {
    const bound = Math.floor((this.#range * one) / PROBABILITY_ONE);
    if (bit === 1) {
      this.#range = bound;
    } else {
      this.#low += bound;
      this.#range -= bound;
    }
    while (this.#range < TOP) {
      this.#shift();
      this.#range *= 256;
    }
    return bit;
  }

  /** The bytes: as few as name a number in the interval; trailing zeros are left out. */
  finish(): Uint8Array {
    this.#low = this.#roundestInInterval();
    for (let i = 0; i < 5; i++) this.#shift();
    let end = this.#length;
    while (end > 0 && this.#length - end < MAX_DROPPED && this.#bytes[end - 1] === 0) end--;
    // The first byte is the place for a carry.
    return this.#bytes.slice(1, Math.max(1, end));
  }

  /** The number in [low, low + range) with the most trailing zero bits. */
  #roundestInInterval(): number {
    for (let unit = WORD; ; unit /= 2) {
      const rounded = Math.ceil(this.#low / unit) * unit;
      if (rounded < this.#low + this.#range) return rounded;
    }
  }

  /** Moves the top byte of `low` out, through the held bytes. */
  #shift(): void {
    if (this.#low < 0xff000000 || this.#low >= WORD) {
      const carry = this.#low >= WORD ? 1 : 0;
      this.#push(this.#held + carry);
      for (; this.#heldCount > 1; this.#heldCount--) this.#push(0xff + carry);
      this.#held = (this.#low >>> 24) & 0xff;
      this.#heldCount = 0;
    }
    this.#heldCount++;
    this.#low = (this.#low % TOP) * 256;
  }

  #push(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const grown = new Uint8Array(2 * this.#length);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[this.#length++] = byte;
  }
}

/** Counts what bits would take, to a fraction of a bit. */
export class BitMeter implements BinaryCoder {
  #bits = 0;
  /** Probability of the bits that `#bits` does not count yet: a logarithm for many of them. */
  #chance = 1;

  code(bit: number, one: number): number {
    this.#chance *= (bit === 1 ? one : PROBABILITY_ONE - one) / PROBABILITY_ONE;
    if (this.#chance < LEAST_CHANCE) this.#count();
    return bit;
  }

  get bits(): number {
    this.#count();
    return this.#bits;
  }

  set bits(bits: number) {
    this.#bits = bits;
    this.#chance = 1;
  }

  #count(): void {
    this.#bits -= Math.log2(this.#chance);
    this.#chance = 1;
  }
}

export class RangeDecoder implements BinaryCoder {
  readonly #bytes: Uint8Array;
  #offset = 0;
  #range = WORD - 1;
  #code = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    for (let i = 0; i < 4; i++) this.#code = this.#code * 256 + this.#next();
  }

  /** @throws LoecError E_FORMAT where the bytes end too early */
  code(_bit: number, one: number): number {
    const bound = Math.floor((this.#range * one) / PROBABILITY_ONE);
    const bit = this.#code < bound ? 1 : 0;
    if (bit === 1) {
      this.#range = bound;
    } else {
      this.#code -= bound;
      this.#range -= bound;
    }
    while (this.#range < TOP) {
      this.#code = this.#code * 256 + this.#next();
      this.#range *= 256;
    }
    return bit;
  }

  #next(): number {
    if (this.#offset >= this.#bytes.length + MAX_OVERRUN) throw damaged('coded data ends too early');
    return this.#bytes[this.#offset++] ?? 0;
  }
}
