/**
 * @file The one memory that all threads of an engine share, and the regions of it that problems borrow. One memory and not
 * one per problem: threads keep what they were given until their own garbage is collected, which may be never.
 */

import { LoecError } from '../../errors.ts';
import type { Layout } from './layout.ts';
import { PAGE_BYTES, type Plan, type ProblemSize, planMemory } from './plan.ts';
import { MappedProblem } from './problem.ts';

/** Addresses are 32 bits. */
const MAX_PAGES = 65536;

export class SharedMemory {
  readonly memory: WebAssembly.Memory = reserve();
  /** Of the problems in memory, by rising address. */
  readonly #plans: Plan[] = [];

  /**
   * Makes room for a problem, all zeros.
   * @throws LoecError E_LIMIT where the machine has not that much or 32 bits can't address it
   */
  map(layout: Layout, size: ProblemSize): MappedProblem {
    const bytes = planMemory(layout, size, 0).end;
    const index = this.#findGap(bytes);
    const plan = planMemory(layout, size, this.#gapStart(index));
    this.#growTo(plan.end);
    this.#plans.splice(index, 0, plan);
    new Uint8Array(this.memory.buffer, plan.start, bytes).fill(0);
    return new MappedProblem(this.memory, layout, size, plan);
  }

  /** Gives a problem's room back; harmless when it has been given back. */
  unmap({ plan }: MappedProblem): void {
    const index = this.#plans.indexOf(plan);
    if (index >= 0) this.#plans.splice(index, 1);
  }

  /** The first gap before a plan, or after the last one, that holds so many bytes. */
  #findGap(bytes: number): number {
    const index = this.#plans.findIndex((plan, i) => plan.start - this.#gapStart(i) >= bytes);
    return index < 0 ? this.#plans.length : index;
  }

  /** The end of the plan before; the first page belongs to the module's constants. */
  #gapStart(index: number): number {
    return this.#plans[index - 1]?.end ?? PAGE_BYTES;
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

function reserve(): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES, shared: true });
  } catch (cause) {
    throw new LoecError('E_ENGINE', 'the wasm engine needs 4 GiB of address space: raise `ulimit -v`', {
      cause,
    });
  }
}
