/** @file What comes out of a DEFLATE stream. */

import { broken } from './broken.ts';

/** Of a known length, behind a dictionary. */
export class Output {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #start: number;
  #at: number;

  constructor(length: number, dictionary: Uint8Array) {
    this.#at = this.#start = dictionary.length;
    this.#bytes = new Uint8Array(this.#start + length);
    this.#bytes.set(dictionary);
  }

  byte(value: number): void {
    this.#advance(1);
    this.#bytes[this.#at - 1] = value;
  }

  put(bytes: Uint8Array): void {
    this.#advance(bytes.length);
    this.#bytes.set(bytes, this.#at - bytes.length);
  }

  /** Repeats what is there; a copy may go on with what it has written itself. */
  copy(length: number, distance: number): void {
    const from = this.#at - distance;
    if (from < 0) throw broken();
    this.#advance(length);
    for (let i = from; i < from + length; i++) this.#bytes[i + distance] = this.#bytes[i] as number;
  }

  whole(): Uint8Array<ArrayBuffer> {
    if (this.#at < this.#bytes.length) this.#refuse();
    return this.#bytes.subarray(this.#start);
  }

  #advance(length: number): void {
    this.#at += length;
    if (this.#at > this.#bytes.length) this.#refuse();
  }

  #refuse(): never {
    const [found, expected] = [this.#at, this.#bytes.length].map((end) => end - this.#start);
    throw new Error(`it inflates to ${found} bytes or more, ${expected} expected`);
  }
}
