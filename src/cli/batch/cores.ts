/** @file The cores of the machine, shared among the pictures that are worked on at a time. */

import { availableParallelism } from 'node:os';

export interface SharingArguments {
  /** Pictures at a time. */
  readonly jobs?: number | undefined;
  /** Threads for each of them. */
  readonly threads?: number | undefined;
}

/** What is free, and how it is shared. */
interface State {
  readonly free: number;
  /** Jobs that have nothing yet, the asking one included. */
  readonly left: number;
}

/** A rule of sharing. */
export interface Sharing {
  /** What there is to share: cores, or jobs at a time. */
  readonly count: number;
  /** What a picture takes of it. @param pixels of the picture */
  readonly shareOf: (pixels: number, state: State) => number;
  /** Threads that may work for such a share. */
  readonly threadsOf: (share: number) => number;
}

/**
 * With `jobs`, so many pictures at a time, whatever their size. Without, large pictures one after the other, and small ones beside each other
 * with a core each, or more where the batch ends and cores are left.
 * @param small pixels up to which a picture is small
 */
export function sharingOf(
  { jobs, threads }: SharingArguments,
  small: number,
  cores = availableParallelism(),
): Sharing {
  if (jobs !== undefined) {
    const each = threads ?? Math.max(1, Math.floor(cores / jobs));
    return { count: jobs, shareOf: () => 1, threadsOf: () => each };
  }
  const wanted = (pixels: number, { free, left }: State): number => {
    if (threads !== undefined) return threads;
    return pixels <= small ? Math.max(1, Math.floor(free / left)) : cores;
  };
  return {
    count: cores,
    shareOf: (pixels, state) => Math.min(cores, wanted(pixels, state)),
    threadsOf: (share) => threads ?? share,
  };
}

/** A number of equal things of which some are taken. One taker waits at a time. */
export class Cores {
  #free: number;
  #wake: () => void = () => {};

  constructor(count: number) {
    this.#free = count;
  }

  get free(): number {
    return this.#free;
  }

  /** Waits until there are so many. */
  async take(count: number): Promise<void> {
    while (this.#free < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#free -= count;
  }

  give(count: number): void {
    this.#free += count;
    this.#wake();
  }
}

/** What a job has of the cores: one from its start on, and its share from when it has its picture. */
export class Lease {
  /** Fulfilled when the job has its share: only then another one is begun, so that few pictures wait in memory. */
  readonly settled: Promise<void>;
  readonly #cores: Cores;
  readonly #sharing: Sharing;
  readonly #left: number;
  #held = 1;
  #settle: () => void = () => {};

  /** @param cores of which one has been taken for it @param left jobs that have no share yet, this one included */
  constructor(cores: Cores, sharing: Sharing, left: number) {
    this.#cores = cores;
    this.#sharing = sharing;
    this.#left = left;
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Waits for the share of a picture. @returns threads that may work on it */
  async share(pixels: number): Promise<number> {
    const free = this.#cores.free + this.#held;
    const share = this.#sharing.shareOf(pixels, { free, left: this.#left });
    await this.#cores.take(share - this.#held);
    this.#held = share;
    this.#settle();
    return this.#sharing.threadsOf(share);
  }

  end(): void {
    this.#cores.give(this.#held);
    this.#settle();
  }
}
