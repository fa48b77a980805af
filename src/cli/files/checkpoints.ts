/** @file Where an interrupted fit is kept: `photo.loe.part` beside the output, from which the same command goes on. */

import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import type { FitCheckpoint } from '../../encode-file.ts';
import { LoecError } from '../../errors.ts';
import { isCheckpoint, MAGIC_BYTES } from '../../fit/journal/checkpoint.ts';
import { CheckpointWriter } from '../../fit/journal/checkpoint-writer.ts';
import { type Context, uninterrupted } from '../context.ts';
import type { Destination } from './destinations.ts';
import { orNull, reasonOf } from './file-errors.ts';
import { writeOutput } from './output.ts';
import { CHECKPOINT_EXTENSION } from './temporaries.ts';

/** Seconds of a fit that are not worth a file. */
const LEAST_SECONDS = 5;

/** Bytes that a checkpoint may have: for each pixel five times what is usual, and what small pictures have besides. */
const MOST_PER_PIXEL = 100;
const MOST_BESIDES = 2 ** 26;

/** Bytes that are read at a time: Node reads no 2 GiB at once. */
const PIECE = 2 ** 30;

export class CheckpointFile implements FitCheckpoint {
  readonly #context: Context;
  readonly #destination: Destination;
  readonly #say: (text: string) => void;
  readonly #started = performance.now();
  /** What was there at first and is to be gone on from; null where there is nothing. */
  readonly resume: Uint8Array | null;
  readonly #writer = new CheckpointWriter((checkpoint) => this.#write(checkpoint));
  /** Whether what is there is of this fit, so that it may be replaced at any moment, and goes with its end. */
  #isOwn = false;
  /** Whether nothing may be written: the name is another fit's, or a write has failed. */
  #isClosed = false;

  private constructor(
    context: Context,
    destination: Destination,
    say: (text: string) => void,
    resume: Uint8Array | null,
    isOwn: boolean,
  ) {
    this.#context = context;
    this.#destination = destination;
    this.#say = say;
    this.resume = resume;
    this.#isOwn = isOwn;
  }

  /**
   * @param output of the fit @param pixels of its picture
   * @param doesResume whether a fit that was interrupted is taken up; else what is there will be replaced
   * @param say tells a person
   * @returns null where there is no place for one: the output is no file, or the name is taken by something else
   */
  static async open(
    context: Context,
    output: Destination,
    pixels: number,
    doesResume: boolean,
    say: (text: string) => void,
  ): Promise<CheckpointFile | null> {
    if (output.kind !== 'file') return null;
    const [name, path] = [output.name + CHECKPOINT_EXTENSION, output.path + CHECKPOINT_EXTENSION];
    try {
      const found = await orNull(stat(path));
      const bytes = found && (await readCheckpoint(path, MOST_PER_PIXEL * pixels + MOST_BESIDES));
      const destination = { ...output, name, path, force: true, exists: bytes !== null };
      const resume = doesResume ? bytes : null;
      return new CheckpointFile(context, destination, say, resume, bytes !== null && !doesResume);
    } catch (error) {
      const reason = error instanceof LoecError ? error.message : reasonOf(error);
      say(`${name} can't be used, so an interruption would lose this fit: ${reason}`);
      return null;
    }
  }

  /** To be told whether the fit goes on from what was there. What is of another fit stays. */
  accept(isAccepted: boolean): void {
    const { name } = this.#destination;
    this.#isOwn = isAccepted;
    this.#isClosed = !isAccepted;
    if (isAccepted) this.#say(`goes on from ${name}; --no-resume begins anew`);
    else
      this.#say(
        `${name} is of another picture, other options or another version, or damaged; it stays, this fit begins anew, and an interruption would lose it; --no-resume replaces it`,
      );
  }

  /** Writes it; of several that come while one is written, the last. */
  keep(checkpoint: Uint8Array): void {
    const isShort = !this.#isOwn && performance.now() - this.#started < 1000 * LEAST_SECONDS;
    if (isShort || this.#isClosed) return;
    this.#writer.keep(checkpoint);
  }

  /** Waits for what is being written. */
  settle(): Promise<void> {
    return this.#writer.settle();
  }

  /** The fit has ended before its end: tells how it goes on. @param how the command that does so */
  leave(how = 'the same command'): void {
    if (this.#isOwn) this.#say(`${how} goes on from ${this.#destination.name}`);
  }

  /** Nobody will go on from it. */
  async remove(): Promise<void> {
    if (this.#isOwn) await rm(this.#destination.path, { force: true });
  }

  async #write(checkpoint: Uint8Array): Promise<void> {
    try {
      await writeOutput(uninterrupted(this.#context), this.#destination, [checkpoint]);
      this.#isOwn = true;
    } catch (error) {
      this.#isClosed = true;
      const reason = error instanceof LoecError ? error.message : reasonOf(error);
      this.#say(`no checkpoint: ${reason}`);
    }
  }
}

/** @param most bytes. @throws LoecError E_INPUT for what is no checkpoint of such a picture, and what the system throws */
async function readCheckpoint(path: string, most: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const status = await file.stat();
    if (!status.isFile() || !isCheckpoint(await readBytes(file, MAGIC_BYTES))) {
      throw new LoecError('E_INPUT', 'it is not a checkpoint of loec');
    }
    if (status.size > most)
      throw new LoecError('E_INPUT', `it has ${status.size} bytes, more than this picture's`);
    return await readBytes(file, status.size);
  } finally {
    await file.close();
  }
}

/** The first bytes, or all where there are fewer. */
async function readBytes(file: FileHandle, count: number): Promise<Uint8Array> {
  const bytes = Buffer.alloc(count);
  let at = 0;
  while (at < count) {
    const { bytesRead } = await file.read(bytes, at, Math.min(PIECE, count - at), at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}
