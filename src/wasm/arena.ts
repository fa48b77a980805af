/** @file A memory that is taken from its start on and given back from its end. */

import { createMemory, growMemory } from './memory.ts';
import { PAGE_BYTES, roundUp } from './pages.ts';
import { type RecordLayout, type RecordValues, writeRecords } from './records.ts';

const ALIGNMENT = 64;

export class Arena {
  readonly memory: WebAssembly.Memory;
  /** The first page belongs to the module's constants. */
  #end = PAGE_BYTES;

  /** @param memory of one page */
  constructor(memory = createMemory(PAGE_BYTES)) {
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

  /**
   * @returns the address, a multiple of ALIGNMENT; views of the memory end here, as it may grow
   * @throws LoecError E_LIMIT where the machine has not that much
   */
  take(bytes: number): number {
    const address = this.#end;
    this.#end = roundUp(address + bytes, ALIGNMENT);
    growMemory(this.memory, this.#end);
    return address;
  }

  /** Takes what has been laid out from `this.end` on. @param end the first byte after it */
  takeUntil(end: number): void {
    this.take((end >>> 0) - this.#end);
  }

  /** Copies an array. @returns its address */
  put(values: ArrayBufferView): number {
    const address = this.take(values.byteLength);
    const { buffer, byteOffset, byteLength } = values;
    new Uint8Array(this.memory.buffer, address).set(new Uint8Array(buffer, byteOffset, byteLength));
    return address;
  }

  /** Writes records without gaps. @returns the address of the first */
  putRecords<L extends RecordLayout>(layout: L, records: readonly RecordValues<L>[]): number {
    const address = this.take(layout.bytes * records.length);
    writeRecords(this.memory, address, layout, records);
    return address;
  }
}
