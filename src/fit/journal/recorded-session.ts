/** @file What sessions of both kinds have in common: one of the engine is opened when answers are to be computed, and not before. */

import type { SessionState } from './checkpoint.ts';
import type { Journal, Recorded } from './journal.ts';

export class RecordedSession<Session extends { dispose(): void }> {
  readonly #journal: Journal;
  readonly #id: number;
  readonly #state: SessionState | undefined;
  readonly #open: (state: SessionState | undefined) => Promise<Session>;
  #session: Promise<Session> | null = null;
  /** Writes that wait for the session, which can't be waited for where they are made. */
  #writes: ((session: Session) => void)[] = [];
  #opened: Session | null = null;

  /**
   * @param open opens a session of the engine, in a state of a checkpoint if there is one
   * @param recorded tells the state of this one
   */
  constructor(
    journal: Journal,
    open: (state: SessionState | undefined) => Promise<Session>,
    recorded: Recorded,
  ) {
    this.#journal = journal;
    this.#open = open;
    const { id, state } = journal.open(recorded);
    this.#id = id;
    this.#state = state;
  }

  /** The engine's session, as it stands. */
  async session(): Promise<Session> {
    this.#session ??= this.#open(this.#state);
    this.#opened = await this.#session;
    for (const write of this.#writes.splice(0)) write(this.#opened);
    return this.#opened;
  }

  /** What a checkpoint's state has in it already is not written again. */
  write(make: (session: Session) => void): void {
    if (this.#journal.isReplaying) return;
    if (this.#opened) make(this.#opened);
    else this.#writes.push(make);
  }

  /** An answer that is recorded. */
  ask<Answer>(question: (session: Session) => Promise<Answer>): Promise<Answer> {
    return this.#journal.recall(async () => question(await this.session()));
  }

  /** An answer that is too large to be recorded. */
  async askLarge<Answer>(question: (session: Session) => Promise<Answer>): Promise<Answer> {
    this.#journal.checkWhole();
    return question(await this.session());
  }

  /** Takes training steps. */
  train<Answer>(
    count: number,
    take: (session: Session) => Promise<ArrayLike<Answer>>,
  ): Promise<ArrayLike<Answer>> {
    return this.#journal.steps(count, async () => take(await this.session()));
  }

  dispose(): void {
    this.#journal.close(this.#id);
    this.#opened?.dispose();
  }
}
