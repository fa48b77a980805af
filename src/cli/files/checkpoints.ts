/** @file Where an interrupted fit is kept: `photo.loe.part` beside the output, from which the same command goes on. */

import { readFile, rm, stat } from 'node:fs/promises';
import { LoecError } from '../../errors.ts';
import { isCheckpoint } from '../../fit/journal/checkpoint.ts';
import type { Context } from '../context.ts';
import type { Destination } from './destinations.ts';
import { orNull, reasonOf } from './file-errors.ts';
import { writeOutput } from './output.ts';

/** Of names of checkpoints, after that of the output. */
export const CHECKPOINT_EXTENSION = '.part';

/** Seconds of a fit that are not worth a file. */
const LEAST_SECONDS = 5;

export class CheckpointFile {
  readonly #context: Context;
  readonly #destination: Destination;
  readonly #say: (text: string) => void;
  readonly #started = performance.now();
  /** What was there at first; null where there was nothing. */
  readonly resume: Uint8Array | null;
  /** The latest that is still to be written. */
  #waiting: Uint8Array | null = null;
  #writing: Promise<void> | null = null;
  #hasFailed = false;
  #isWritten: boolean;

  private constructor(
    context: Context,
    destination: Destination,
    say: (text: string) => void,
    resume: Uint8Array | null,
  ) {
    this.#context = context;
    this.#destination = destination;
    this.#say = say;
    this.resume = resume;
    this.#isWritten = resume !== null;
  }

  /**
   * @param output of the fit
   * @param doesResume whether a fit that was interrupted is taken up
   * @param say tells a person
   * @returns null where there is no place for one: the output is no file, or the name is taken by something else
   */
  static async open(
    context: Context,
    output: Destination,
    doesResume: boolean,
    say: (text: string) => void,
  ): Promise<CheckpointFile | null> {
    if (output.kind !== 'file') return null;
    const [name, path] = [output.name + CHECKPOINT_EXTENSION, output.path + CHECKPOINT_EXTENSION];
    const found = await orNull(stat(path)).catch((error) => error as NodeJS.ErrnoException);
    if (found instanceof Error) {
      say(`no checkpoint: ${reasonOf(found)}`);
      return null;
    }
    const bytes = found?.isFile() ? await orNull(readFile(path)) : null;
    if (found && !(bytes && isCheckpoint(bytes))) {
      say(`${name} is not of loec, and stays: an interruption would lose this fit`);
      return null;
    }
    if (bytes && doesResume) say(`goes on from ${name}; --no-resume begins anew`);
    const destination = { ...output, name, path, force: true, exists: bytes !== null };
    return new CheckpointFile(context, destination, say, doesResume ? bytes : null);
  }

  /** Writes it; of several that come while one is written, the last. */
  keep(checkpoint: Uint8Array): void {
    const isShort = !this.#isWritten && performance.now() - this.#started < 1000 * LEAST_SECONDS;
    if (isShort || this.#hasFailed) return;
    this.#waiting = checkpoint;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
  }

  /** Waits for what is being written. */
  async settle(): Promise<void> {
    await this.#writing;
  }

  /** The fit has failed: it may be taken up again, unless it has found that its target can't be reached. */
  async fail(error: unknown): Promise<void> {
    if (error instanceof LoecError && error.code === 'E_TARGET') await this.remove();
    else if (this.#isWritten) this.#say(`the same command goes on from ${this.#destination.name}`);
  }

  /** Nobody will go on from it. */
  async remove(): Promise<void> {
    if (this.#isWritten) await rm(this.#destination.path, { force: true });
  }

  async #write(): Promise<void> {
    while (this.#waiting) {
      const checkpoint = this.#waiting;
      this.#waiting = null;
      try {
        await writeOutput(this.#context, this.#destination, [checkpoint]);
        this.#isWritten = true;
      } catch (error) {
        this.#hasFailed = true;
        const reason = error instanceof LoecError ? error.message : reasonOf(error);
        this.#say(`no checkpoint: ${reason}`);
      }
    }
  }
}
