/**
 * @file The journal of a fit, by which an interrupted one goes on. A fit is a program whose only unknowns are the answers of its engine. The
 * journal keeps them in order; when the same fit runs again it gets them from there, without any work, up to the last one, where its
 * sessions are put into the state that a checkpoint holds. From there on it computes.
 */

import { assert, LoecError } from '../../errors.ts';
import type { Entry, FitState, SessionState } from './checkpoint.ts';

/** What is asked of a fit under way: to go on, to stop, or to finish with what there is. */
export type Wish = 'go on' | 'stop' | 'finish';

/** Where checkpoints go. */
export interface Keeper {
  /** Seconds between two checkpoints at least. */
  readonly interval: number;
  /** Asked often. */
  readonly wish: () => Wish | Promise<Wish>;
  /**
   * Takes the state of the fit, or null where there is not the memory for it; null where nobody goes on from it.
   * @returns whether it is kept: else no more are made
   */
  readonly keep: ((state: FitState | null) => Promise<boolean>) | null;
}

/** A session whose state goes into checkpoints. */
export interface Recorded {
  readonly state: () => Promise<SessionState>;
}

/** Checkpoints take at most one part in so many of the time. */
const MOST_OF_TIME = 20;

export class Journal {
  readonly #keeper: Keeper | null;
  readonly #entries: Entry[];
  readonly #states: ReadonlyMap<number, SessionState>;
  readonly #sessions = new Map<number, Recorded>();
  #opened = 0;
  /** The entry that comes next, and of its steps those that have been replayed. */
  #at = 0;
  #stepsReplayed = 0;
  /** Whether work is recorded as a whole now, and what it asks on the way is not. */
  #isWhole = false;
  #isHurried = false;
  #due: number;
  /** Whether there was the memory for the last checkpoint: else there are no more. */
  #hasMemory = true;

  /**
   * @param keeper null where nobody will go on: nothing is recorded
   * @param state to go on from
   */
  constructor(keeper: Keeper | null, state: FitState | null = null) {
    this.#keeper = keeper;
    this.#entries = [...(state?.entries ?? [])];
    this.#states = new Map(state?.sessions);
    this.#due = performance.now() + 1000 * (keeper?.interval ?? 0);
  }

  /** Whether answers come from before. */
  get isReplaying(): boolean {
    return this.#at < this.#entries.length;
  }

  /** Whether the fit is to finish with what there is. */
  get isHurried(): boolean {
    return this.#isHurried;
  }

  /** Takes a session up. @returns its number, and its state in the checkpoint, if it is there */
  open(session: Recorded): { id: number; state: SessionState | undefined } {
    // One that is opened within `recall` is not opened where that is replayed.
    if (this.#isWhole) return { id: -1, state: undefined };
    const id = this.#opened++;
    this.#sessions.set(id, session);
    return { id, state: this.#states.get(id) };
  }

  close(id: number): void {
    this.#sessions.delete(id);
  }

  /**
   * What the work comes to, now or before. What it asks of sessions on its way is not recorded, and no checkpoint falls into it.
   * @param slot of a value that takes the place of all before it of this slot; those come back as null
   */
  async recall<Value>(work: () => Promise<Value>, slot?: string): Promise<Value> {
    if (this.#keeper === null || this.#isWhole) return work();
    if (this.isReplaying) return this.#replay() as Value;
    this.#isWhole = true;
    const value = await work().finally(() => {
      this.#isWhole = false;
    });
    this.#push(slot === undefined ? { value } : { value, slot });
    await this.#look();
    return value;
  }

  /** What the work comes to, by which the fit does not go: it is not recorded, and null where answers come from before. */
  async aside<Value>(work: () => Promise<Value>): Promise<Value | null> {
    if (this.isReplaying) return null;
    const wasWhole = this.#isWhole;
    this.#isWhole = true;
    return work().finally(() => {
      this.#isWhole = wasWhole;
    });
  }

  /** Takes so many training steps, now or before. @returns an answer for each */
  async steps<Answer>(count: number, take: () => Promise<ArrayLike<Answer>>): Promise<ArrayLike<Answer>> {
    if (this.#keeper === null || this.#isWhole) return take();
    if (this.isReplaying) return this.#replaySteps(count) as Answer[];
    const answers = await take();
    this.#pushSteps(answers);
    await this.#look();
    return answers;
  }

  /** For what is too large to be recorded, and is to be asked within `recall`. */
  checkWhole(): void {
    assert(
      this.#keeper === null || this.#isWhole,
      'an answer that is not recorded was asked outside of recall',
    );
  }

  #replay(): unknown {
    const entry = this.#entries[this.#at] as Entry;
    assert('value' in entry, 'the journal has steps where the fit asks for an answer');
    this.#at++;
    return entry.value;
  }

  #replaySteps(count: number): unknown[] {
    const entry = this.#entries[this.#at] as Entry;
    assert('steps' in entry, 'the journal has an answer where the fit takes steps');
    const from = this.#stepsReplayed;
    const to = from + count;
    assert(to <= entry.steps.length, 'the journal has fewer steps than the fit takes at once');
    this.#stepsReplayed = to;
    if (to === entry.steps.length) {
      this.#at++;
      this.#stepsReplayed = 0;
    }
    return entry.steps.slice(from, to);
  }

  #push(entry: Entry): void {
    const { slot } = entry as { slot?: string };
    if (slot !== undefined) {
      const before = this.#entries.findLastIndex((other) => 'slot' in other && other.slot === slot);
      if (before >= 0) this.#entries[before] = { value: null, slot };
    }
    this.#entries.push(entry);
    this.#at = this.#entries.length;
  }

  #pushSteps(answers: ArrayLike<unknown>): void {
    const last = this.#entries.at(-1);
    if (last && 'steps' in last) last.steps.push(...Array.from(answers));
    else this.#push({ steps: Array.from(answers) });
  }

  /** Makes a checkpoint where one is due, and does what is wished. @throws LoecError E_ABORTED */
  async #look(): Promise<void> {
    const { wish, keep, interval } = this.#keeper as Keeper;
    const wished = await wish();
    this.#isHurried ||= wished === 'finish';
    const isDue = performance.now() >= this.#due || wished === 'stop';
    if (keep && isDue && this.#hasMemory && !this.#isHurried) {
      const started = performance.now();
      this.#hasMemory = await keep(await this.#fitState());
      const now = performance.now();
      if (interval > 0) this.#due = now + Math.max(1000 * interval, MOST_OF_TIME * (now - started));
    }
    if (wished === 'stop') throw new LoecError('E_ABORTED', 'stopped before the end');
  }

  /** null where there is not the memory for the states. */
  async #fitState(): Promise<FitState | null> {
    try {
      return { entries: this.#entries, sessions: await this.#sessionStates() };
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }

  async #sessionStates(): Promise<[number, SessionState][]> {
    const states: [number, SessionState][] = [];
    for (const [id, session] of this.#sessions) states.push([id, await session.state()]);
    return states;
  }
}

/** Of a fit that nobody goes on with. */
export const NO_JOURNAL = new Journal(null);
