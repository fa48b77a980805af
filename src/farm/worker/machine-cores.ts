/**
 * @file The cores of a machine, shared by all workers on it. More fits at a time than cores take each other's caches away: docs/experiments.md,
 * "More fits than cores".
 */

import { connect, createServer, type Server, type Socket } from 'node:net';
import { availableParallelism } from 'node:os';
import { throwIfAborted } from '../../errors.ts';

/** Linux has names of sockets that lie in no folder and go with their process, however it ends. */
const HAS_NAMES = process.platform === 'linux';

/** A core that is held, and those who wait for it. */
interface Core {
  readonly server: Server;
  readonly waiting: Set<Socket>;
}

export class MachineCores {
  readonly #names: readonly string[];

  /** @param name which processes that share have in common */
  constructor(name = `loec-${process.getuid?.()}`, count = availableParallelism()) {
    this.#names = Array.from({ length: count }, (_, core) => `\0${name}-core-${core}`);
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
      const taken = await this.#tryToTake(Math.min(count, this.#names.length));
      if (taken !== null) return () => giveBack(taken);
      await this.#untilOneIsFree(signal);
    }
  }

  /** All of them or none: two who wait for each other's would wait for ever. */
  async #tryToTake(count: number): Promise<Core[] | null> {
    const taken: Core[] = [];
    for (const name of this.#names) {
      if (taken.length === count) break;
      const core = await hold(name);
      if (core) taken.push(core);
    }
    if (taken.length === count) return taken;
    giveBack(taken);
    return null;
  }

  /** Waits until one that is held is given back: its holder keeps the line open until then. */
  async #untilOneIsFree(signal: AbortSignal): Promise<void> {
    const opened = await Promise.all(this.#names.map(open));
    const lines = opened.filter((line) => line !== null);
    const stop = (): void => {
      for (const line of lines) line.destroy();
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    if (lines.length > 0) await Promise.race(lines.map(closing));
    signal.removeEventListener('abort', stop);
    stop();
  }
}

function closing(line: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (line.closed) resolve();
    else line.once('close', () => resolve());
  });
}

/** A line to who holds the core; null where nobody does. */
function open(name: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const line = connect(name, () => resolve(line));
    line.on('error', () => resolve(null));
  });
}

function giveBack(taken: readonly Core[]): void {
  for (const { server, waiting } of taken) {
    server.close();
    for (const line of waiting) line.destroy();
  }
}

/** null where another process, or this one, has the name. */
function hold(name: string): Promise<Core | null> {
  return new Promise((resolve) => {
    const waiting = new Set<Socket>();
    const server = createServer((line) => {
      waiting.add(line.on('error', () => {}).once('close', () => waiting.delete(line)));
    });
    server.unref();
    server.once('error', () => resolve(null));
    server.listen(name, () => resolve({ server, waiting }));
  });
}
