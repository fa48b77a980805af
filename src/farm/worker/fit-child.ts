/** @file The worker's side of the process that fits: starts it, gives it pictures, stops it, and tells when it has died. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { EncodedFile } from '../../encode-file.ts';
import { LoecError } from '../../errors.ts';
import { errorOf } from '../../failure.ts';
import { StoreTrouble } from '../transfer/store-trouble.ts';
import type { FitNews, FitOrder, FromFit, ToFit } from './fit-messages.ts';

/** Milliseconds that a fit has to stop by itself. Its last checkpoint takes it 5 s at most. */
const PATIENCE_MS = 10_000;

/** The process has ended during a fit, by itself or by a signal that nobody here has sent. */
export class FitDeath extends Error {
  /** How it ended: `SIGKILL`, `exit code 7`. */
  readonly end: string;

  constructor(end: string) {
    super(`the process that fits has ended: ${end}`);
    this.end = end;
  }
}

/** A process that fits one picture at a time. It is started for the first one, and anew after its death. */
export class FitChild {
  readonly #onOutput: (line: string) => void;
  #process: ChildProcess | null = null;

  /** @param onOutput hears what libraries of the process write to stderr */
  constructor(onOutput: (line: string) => void) {
    this.#onOutput = onOutput;
  }

  /** null before the first fit. */
  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /**
   * An abort of the signal stops the fit with its last checkpoint, or ends the process where it does not hear.
   * @throws LoecError as `encodeFile`, E_ABORTED; FitDeath; StoreTrouble where there is no room for a process
   */
  async fit(order: FitOrder, onNews: (news: FitNews) => void, signal: AbortSignal): Promise<EncodedFile> {
    if (signal.aborted) throw aborted();
    this.#process ??= this.#start();
    const child = this.#process;
    let killer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      send(child, { kind: 'stop' });
      killer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    };
    signal.addEventListener('abort', stop);
    try {
      const ended = endOf(child, onNews);
      send(child, order);
      return await ended;
    } catch (error) {
      if (error instanceof FitDeath && signal.aborted) throw aborted();
      throw error;
    } finally {
      clearTimeout(killer);
      signal.removeEventListener('abort', stop);
    }
  }

  /** Ends the process at once. */
  async end(): Promise<void> {
    const child = this.#process;
    if (child === null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  #start(): ChildProcess {
    const child = startProcess();
    const forget = (): void => {
      if (this.#process === child) this.#process = null;
    };
    child.once('exit', forget);
    // What can't be sent is told by the exit that follows. None does where there is no process.
    child.on('error', () => child.pid ?? forget());
    createInterface(child.stderr as Readable).on('line', this.#onOutput);
    return child;
  }
}

/** @throws StoreTrouble where the machine has no memory for it */
function startProcess(): ChildProcess {
  const source = import.meta.url.endsWith('.ts');
  const path = fileURLToPath(new URL(source ? './fit-process.ts' : './fit-process.js', import.meta.url));
  // The address of the queue may hold a password, which those who read pictures need not know.
  const { LOEC_QUEUE: _, ...env } = process.env;
  try {
    return fork(path, {
      env,
      execArgv: source ? ['--import', 'tsx'] : [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
  } catch (cause) {
    throw notStarted(cause as Error);
  }
}

/** The machine has no room for a process, which is no fault of the picture. */
function notStarted(cause: Error): StoreTrouble {
  return new StoreTrouble(`no process that fits can be started: ${cause.message}`, { cause });
}

function send(child: ChildProcess, message: ToFit): void {
  child.send(message, () => {});
}

/** Waits for the end of the fit that the process is given. */
function endOf(child: ChildProcess, onNews: (news: FitNews) => void): Promise<EncodedFile> {
  return new Promise<EncodedFile>((resolve, reject) => {
    const hear = (message: FromFit): void => {
      if (message.kind === 'done') settle(() => resolve(message.made));
      else if (message.kind === 'failed') settle(() => reject(errorOf(message.failure)));
      else onNews(message);
    };
    const die = (code: number | null, signal: string | null): void =>
      settle(() => reject(new FitDeath(signal ?? `exit code ${code}`)));
    const fail = (error: Error): void => {
      if (child.pid === undefined) settle(() => reject(notStarted(error)));
    };
    const settle = (by: () => void): void => {
      child.off('message', hear).off('exit', die).off('error', fail);
      by();
    };
    child.on('message', hear).on('exit', die).on('error', fail);
  });
}

function aborted(): LoecError {
  return new LoecError('E_ABORTED', 'the fit was stopped');
}
