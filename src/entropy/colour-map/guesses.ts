/** @file What the next label may be: by each context what followed it before, and by the match what came there. */

import type { Match } from './match.ts';
import type { Memory } from './memory.ts';
import { CONTEXTS, NESTED_CONTEXTS } from './tables.ts';

/** Those who guess: the contexts, then the match. */
export const GUESSERS = CONTEXTS + 1;
const MATCH = CONTEXTS;

/** A guesser's guesses: the first, and one that it had before, or that was right where the first was wrong. */
const GUESSES = 2;

/** Classes of how often in a row a guesser has been right. */
const CONFIDENCES = 64;
const MOST_CONFIDENT = 255;

/** How a candidate may relate to a guesser's guesses. */
const ROLES = 3;
const NEITHER = 2;

/** A chance moves by 1/2^RATE of its error. */
const RATE = 6;

/** What a match of so many labels counts as: from here on eight labels are one more. */
const LONG_MATCH = 16;

const NO_LABEL = -1;

export class Guesses {
  /** How often in a row each guesser was right, 0 where it has no guess. */
  readonly confidences = new Int32Array(GUESSERS);
  /** [GUESSERS, GUESSES]; NO_LABEL where there is none. */
  readonly #labels = new Int32Array(GUESSES * GUESSERS);
  /** [GUESSERS, CONFIDENCES, ROLES]: chances of 65536 that the candidate of a role is right. */
  readonly #chances = new Int32Array(GUESSERS * CONFIDENCES * ROLES);
  readonly #memory: Memory;
  /** Where in the chances each guesser is for the current candidate; −1 for none. */
  readonly #roles = new Int32Array(GUESSERS);

  constructor(memory: Memory) {
    this.#memory = memory;
    for (let i = 0; i < GUESSERS * CONFIDENCES; i++) {
      const confidence = i % CONFIDENCES;
      this.#chances[ROLES * i] = Math.floor((65536 * (2 * confidence + 1)) / (2 * confidence + 3));
      this.#chances[ROLES * i + 1] = 20_000;
      this.#chances[ROLES * i + NEITHER] = Math.floor(40_000 / (2 * confidence + 3));
    }
  }

  /** Looks up what is guessed at a pixel. */
  lookUp(match: Match): void {
    const memory = this.#memory;
    for (let i = 0; i < CONTEXTS; i++) {
      const confidence = memory.confidence(i);
      this.confidences[i] = confidence;
      this.#labels[2 * i] = confidence > 0 ? memory.guess(i, 0) : NO_LABEL;
      this.#labels[2 * i + 1] = confidence > 0 ? memory.guess(i, 1) : NO_LABEL;
    }
    const { length } = match;
    this.confidences[MATCH] =
      length < LONG_MATCH ? length : Math.min(MOST_CONFIDENT, LONG_MATCH + (length >> 3));
    this.#labels[2 * MATCH] = length > 0 ? match.label : NO_LABEL;
    this.#labels[2 * MATCH + 1] = NO_LABEL;
  }

  /** The guess of the best chance that is none of the first `count` tried; NO_LABEL where there is none. */
  best(tried: Int32Array, count: number): number {
    let best = NO_LABEL;
    let most = -1;
    for (let i = 0; i < GUESSES * GUESSERS; i++) {
      const label = this.#labels[i] as number;
      if (label === NO_LABEL) continue;
      const chance = this.#chances[this.#chanceAt(i >> 1, i & 1)] as number;
      if (chance > most && !isAmong(tried, count, label)) [most, best] = [chance, label];
    }
    return best;
  }

  /** The chance that a candidate is right, of 65536, by one guesser; −1 where it guesses nothing. */
  chanceOf(guesser: number, candidate: number): number {
    if (this.confidences[guesser] === 0) {
      this.#roles[guesser] = -1;
      return -1;
    }
    const role =
      this.#labels[2 * guesser] === candidate ? 0 : this.#labels[2 * guesser + 1] === candidate ? 1 : NEITHER;
    const at = this.#chanceAt(guesser, role);
    this.#roles[guesser] = at;
    return this.#chances[at] as number;
  }

  #chanceAt(guesser: number, role: number): number {
    const confidence = Math.min(CONFIDENCES - 1, this.confidences[guesser] as number);
    return (guesser * CONFIDENCES + confidence) * ROLES + role;
  }

  /** Learns whether the last candidate was right. */
  learn(bit: number): void {
    const chances = this.#chances;
    for (let i = 0; i < GUESSERS; i++) {
      const at = this.#roles[i] as number;
      if (at >= 0)
        chances[at] = (chances[at] as number) + (((bit === 1 ? 65535 : 0) - (chances[at] as number)) >> RATE);
    }
  }

  /** Whether the match guesses a candidate. */
  isMatch(candidate: number): boolean {
    return this.#labels[2 * MATCH] === candidate;
  }

  get matchConfidence(): number {
    return this.confidences[MATCH] as number;
  }

  /** The nested context of the most neighbours that has a guess; NESTED_CONTEXTS where none has. */
  longest(): number {
    for (let i = 0; i < NESTED_CONTEXTS; i++) if ((this.confidences[i] as number) > 0) return i;
    return NESTED_CONTEXTS;
  }

  /** Remembers what came. */
  update(label: number): void {
    for (let i = 0; i < CONTEXTS; i++) {
      const confidence = this.confidences[i] as number;
      const first = this.#labels[2 * i] as number;
      const second = this.#labels[2 * i + 1] as number;
      if (confidence === 0) this.#memory.remember(i, label, label, 1);
      else if (first === label)
        this.#memory.remember(i, first, second, Math.min(MOST_CONFIDENT, confidence + 1));
      else if (confidence > 1) this.#memory.remember(i, first, label, confidence >> 1);
      else this.#memory.remember(i, label, first, 1);
    }
  }
}

/** Whether a label is one of the first `count`. */
export function isAmong(labels: Int32Array, count: number, label: number): boolean {
  for (let i = 0; i < count; i++) if (labels[i] === label) return true;
  return false;
}
