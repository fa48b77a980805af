/**
 * @file The one memory that all threads of an engine share, and the regions of it that problems borrow. One memory and not
 * one per problem: threads keep what they were given until their own garbage is collected, which may be never.
 */

import { LoecError } from '../errors.ts';
import { PAGE_BYTES } from './pages.ts';
import { sharesMemory } from './sharing.ts';

/** Addresses are 32 bits. */
const MAX_PAGES = 65536;

/** Bytes start … end − 1, whole pages. */
export interface Region {
  readonly start: number;
  readonly end: number;
}

export class SharedMemory {
  readonly memory: WebAssembly.Memory = sharedMemory();
  /** In use, by rising address. */
  readonly #regions: Region[] = [];

  /**
   * Makes room for a problem, all zeros.
   * @param planAt lays the problem out from an address on; its length must not depend on the address
   * @throws LoecError E_LIMIT where the machine has not that much or 32 bits can't address it
   */
  map<R extends Region>(planAt: (start: number) => R): R {
    const bytes = planAt(0).end;
    const index = this.#findGap(bytes);
    const region = planAt(this.#gapStart(index));
    this.#growTo(region.end);
    this.#regions.splice(index, 0, region);
    new Uint8Array(this.memory.buffer, region.start, bytes).fill(0);
    return region;
  }

  /** Gives a region back; harmless when it has been given back. */
  unmap(region: Region): void {
    const index = this.#regions.indexOf(region);
    if (index >= 0) this.#regions.splice(index, 1);
  }

  /** The first gap before a region, or after the last one, that holds so many bytes. */
  #findGap(bytes: number): number {
    const index = this.#regions.findIndex((region, i) => region.start - this.#gapStart(i) >= bytes);
    return index < 0 ? this.#regions.length : index;
  }

  /** The end of the region before; the first page belongs to the module's constants. */
  #gapStart(index: number): number {
    return this.#regions[index - 1]?.end ?? PAGE_BYTES;
  }

  #growTo(bytes: number): void {
    const pages = (bytes - this.memory.buffer.byteLength) / PAGE_BYTES;
    if (pages <= 0) return;
    try {
      this.memory.grow(pages);
    } catch (cause) {
      throw new LoecError(
        'E_LIMIT',
        `the fit needs ${bytes / 2 ** 20} MiB, more than can be had: use a smaller picture or a smaller width`,
        { cause },
      );
    }
  }
}

/** The regions of one problem, to be given back together. */
export class Regions {
  readonly #shared: SharedMemory;
  readonly #mapped: Region[] = [];

  private constructor(shared: SharedMemory) {
    this.#shared = shared;
  }

  /** Opens a problem. Where that fails, no region stays. @param open maps what it needs */
  static async open<Problem>(
    shared: SharedMemory,
    open: (regions: Regions) => Problem | Promise<Problem>,
  ): Promise<Problem> {
    const regions = new Regions(shared);
    try {
      return await open(regions);
    } catch (error) {
      regions.dispose();
      throw error;
    }
  }

  get memory(): WebAssembly.Memory {
    return this.#shared.memory;
  }

  /** See `SharedMemory.map`. */
  map<R extends Region>(planAt: (start: number) => R): R {
    const region = this.#shared.map(planAt);
    this.#mapped.push(region);
    return region;
  }

  dispose(): void {
    for (const region of this.#mapped) this.#shared.unmap(region);
  }
}

/** A memory that threads share, where they can, of one page to begin with. @throws LoecError E_ENGINE where the machine does not grant the address space */
export function sharedMemory(): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES, shared: sharesMemory() });
  } catch (cause) {
    throw new LoecError('E_ENGINE', 'fitting needs 4 GiB of address space: raise `ulimit -v`', {
      cause,
    });
  }
}
