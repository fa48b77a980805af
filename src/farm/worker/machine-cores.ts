/**
 * @file The cores of a machine, shared by all workers on it. More fits at a time than cores take each other's caches away: docs/experiments.md,
 * "More fits than cores".
 */

import { createServer, type Server } from 'node:net';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfAborted } from '../../errors.ts';

/** Milliseconds between two looks for a core, on average. */
const PAUSE_MS = 20;

/** Linux has names of sockets that lie in no folder and go with their process, however it ends. */
const HAS_NAMES = process.platform === 'linux';

export class MachineCores {
  readonly #name: string;
  readonly #count: number;

  /** @param name which processes that share have in common */
  constructor(name = `loec-${process.getuid?.()}`, count = availableParallelism()) {
    this.#name = name;
    this.#count = count;
  }

  /**
   * Waits until so many cores are free, or all where there are fewer.
   * @returns gives them back
   * @throws LoecError E_ABORTED
   */
  async take(count: number, signal: AbortSignal): Promise<() => void> {
    if (!HAS_NAMES) return () => {};
    for (;;) {
      throwIfAborted(signal);
      const taken = await this.#tryToTake(Math.min(count, this.#count));
      if (taken !== null) return () => giveBack(taken);
      // Those who wait do not look at the same moment.
      await sleep(2 * PAUSE_MS * Math.random(), undefined, { signal }).catch(() => {});
    }
  }

  /** All of them or none: two who wait for each other's would wait for ever. */
  async #tryToTake(count: number): Promise<Server[] | null> {
    const taken: Server[] = [];
    for (let core = 0; core < this.#count && taken.length < count; core++) {
      const server = await named(`\0${this.#name}-core-${core}`);
      if (server) taken.push(server);
    }
    if (taken.length === count) return taken;
    giveBack(taken);
    return null;
  }
}

function giveBack(taken: readonly Server[]): void {
  for (const server of taken) server.close();
}

/** null where another process, or this one, has the name. */
function named(name: string): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once('error', () => resolve(null));
    server.listen(name, () => resolve(server));
  });
}
