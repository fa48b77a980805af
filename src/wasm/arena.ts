/** @file A memory that is taken from its start on and given back from its end. */

import { PAGE_BYTES, roundUp } from './pages.ts';
import { type Fields, recordBytes, writeRecord } from './records.ts';

const ALIGNMENT = 64;

export class Arena {
  readonly memory: WebAssembly.Memory;
  /** The first page belongs to the module's constants. */
  #end = PAGE_BYTES;

  /** @param memory of one page */
  constructor(memory = new WebAssembly.Memory({ initial: 1 })) {
    this.memory = memory;
  }

  /** The first byte that is free. */
  get end(): number {
    return this.#end;
  }

  /** Gives back all from `end` on. What is taken next is not zeroed. */
  release(end: number): void {
    this.#end = end;
  }

  /** @returns the address, a multiple of ALIGNMENT; views of the memory end here, as it may grow */
  take(bytes: number): number {
    const address = this.#end;
    this.#end = roundUp(address + bytes, ALIGNMENT);
    const missing = this.#end - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    return address;
  }

  /** Copies an array. @returns its address */
  put(values: Float32Array | Uint32Array | Uint16Array | Uint8Array): number {
    const address = this.take(values.byteLength);
    const { buffer, byteOffset, byteLength } = values;
    new Uint8Array(this.memory.buffer, address).set(new Uint8Array(buffer, byteOffset, byteLength));
    return address;
  }

  /** Writes records without gaps. @returns the address of the first */
  putRecords<F extends Fields>(fields: F, records: readonly Readonly<Record<keyof F, number>>[]): number {
    const bytes = recordBytes(fields);
    const address = this.take(bytes * records.length);
    for (const [i, values] of records.entries())
      writeRecord(this.memory, address + bytes * i, fields, values);
    return address;
  }
}
