/** @file A session that another engine can take up where it stood. */

import type { Engine } from '../engine.ts';
import type { Failover } from './failover.ts';

/** Opens a session at a checkpoint. */
export type Resume<Session> = (engine: Engine) => Promise<Session>;

/** What was asked of a session since its checkpoint. */
interface Change<Session> {
  /** Of changes of one kind without training in between the last one counts. */
  readonly kind: string;
  readonly make: (session: Session) => unknown;
}

/** Steps between two checkpoints: what a change of engines costs at most. */
const CHECKPOINT_STEPS = 100;

const TRAINING = 'train';

export class ResumableSession<Session extends { dispose(): void }> {
  readonly #engines: Failover;
  #engine: Engine;
  #session: Session;
  #resume: Resume<Session>;
  #since: Change<Session>[] = [];
  #stepsSince = 0;
  /** Of a write, which can't wait for the fallback engine. */
  #failure: { readonly error: unknown } | null = null;

  private constructor(engines: Failover, session: Session, resume: Resume<Session>) {
    this.#engines = engines;
    this.#engine = engines.current;
    this.#session = session;
    this.#resume = resume;
  }

  static async open<Session extends { dispose(): void }>(
    engines: Failover,
    resume: Resume<Session>,
  ): Promise<ResumableSession<Session>> {
    return new ResumableSession(engines, await engines.attempt(resume), resume);
  }

  get session(): Session {
    return this.#session;
  }

  /** Asks what changes nothing. */
  async ask<Answer>(question: (session: Session) => Promise<Answer>): Promise<Answer> {
    try {
      if (this.#failure) throw this.#failure.error;
      return await question(this.#session);
    } catch (error) {
      await this.#moveOn(error);
      return question(this.#session);
    }
  }

  /**
   * Takes so many steps.
   * @param checkpoint gives what opens a session that stands where this one does
   */
  async train<Answer>(
    steps: number,
    make: (session: Session) => Promise<Answer>,
    checkpoint: () => Promise<Resume<Session>>,
  ): Promise<Answer> {
    const answer = await this.ask(make);
    this.#since.push({ kind: TRAINING, make });
    this.#stepsSince += steps;
    if (this.#stepsSince >= CHECKPOINT_STEPS) {
      this.#resume = await checkpoint();
      this.#since = [];
      this.#stepsSince = 0;
    }
    return answer;
  }

  /** A write that can be waited for. */
  async change(kind: string, make: (session: Session) => Promise<void>): Promise<void> {
    await this.ask(make);
    this.#note({ kind, make });
  }

  write(kind: string, make: (session: Session) => void): void {
    this.#note({ kind, make });
    try {
      make(this.#session);
    } catch (error) {
      this.#failure = { error };
    }
  }

  #note(change: Change<Session>): void {
    const trained = this.#since.findLastIndex(({ kind }) => kind === TRAINING);
    this.#since = this.#since.filter(({ kind }, i) => i <= trained || kind !== change.kind);
    this.#since.push(change);
  }

  /** @throws the error where no other engine can help */
  async #moveOn(error: unknown): Promise<void> {
    await this.#engines.switchFrom(this.#engine, error);
    this.#failure = null;
    this.#session.dispose();
    this.#engine = this.#engines.current;
    this.#session = await this.#resume(this.#engine);
    for (const { make } of this.#since) await make(this.#session);
  }

  dispose(): void {
    this.#session.dispose();
  }
}
