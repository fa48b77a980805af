/** @file Decisions whether a pixel's label is a candidate: predicted by contexts, guesses and shapes, mixed in two layers, refined. */

import { squash, stretch } from '../logistic.ts';
import type { BinaryCoder } from '../range-coder.ts';
import { claim, freshCounters, inputOf, learnBit } from './counters.ts';
import { GUESSERS, type Guesses } from './guesses.ts';
import { mixed, placeOf } from './hash.ts';
import type { Memory } from './memory.ts';
import { clip, Mixer } from './mixer.ts';
import { NEAREST, type Neighbourhood, SHAPES } from './neighbourhood.ts';
import { Refinement } from './refinement.ts';
import { CONTEXTS, NESTED_CONTEXTS } from './tables.ts';

/** Candidates that are tried before the label is coded as it is (docs/experiments.md, "Maps of colours"). */
export const MOST_CANDIDATES = 4;

/** Inputs of the mixers: contexts, guessers, shapes, the label's own frequency, a constant. */
const INPUTS = CONTEXTS + GUESSERS + SHAPES + 2;
const CONSTANT = 256;

const SHAPE_BITS = 16;
const REFINED_BITS = 12;

/** Weights begin alike, a little above the mean of the inputs that say something. */
const FIRST_WEIGHT = 1 / 8;

/** Learning rates: of the mixers from the first to the last after as many decisions, and of the one that mixes them. */
const FIRST_RATE = 120;
const LAST_RATE = 20;
const DECISIONS_PER_RATE = 128;
const FINAL_RATE = 2;

/** Ranks of candidates that the second and third mixer tell apart. */
const RANKS = 3;

/** Classes of the match's confidence. */
const MATCH_CLASSES = 8;

/** Classes of a context's confidence, by where they end. */
const CONFIDENCE_CLASSES = 4;

export class Candidates {
  readonly #memory: Memory;
  /** [SHAPES, 2^SHAPE_BITS]: of a shape and which neighbours have the candidate. */
  readonly #shapeCounters = freshCounters(SHAPES * 2 ** SHAPE_BITS);
  /** Of a candidate alone. */
  readonly #frequencies: Int32Array;
  readonly #inputs = new Int32Array(INPUTS);
  readonly #places = new Int32Array(CONTEXTS);
  readonly #shapePlaces = new Int32Array(SHAPES);
  readonly #byMatch = new Mixer(this.#inputs, MOST_CANDIDATES * 2 * MATCH_CLASSES, FIRST_WEIGHT);
  readonly #byNeighbours = new Mixer(this.#inputs, RANKS * 2 ** NEAREST, FIRST_WEIGHT);
  readonly #byConfidence = new Mixer(
    this.#inputs,
    RANKS * (NESTED_CONTEXTS + 1) * CONFIDENCE_CLASSES,
    FIRST_WEIGHT,
  );
  readonly #outputs = new Int32Array(3);
  readonly #final = new Mixer(this.#outputs, MOST_CANDIDATES, 1 / 3);
  readonly #byNearest = new Refinement(2 ** REFINED_BITS);
  readonly #byFour = new Refinement(2 ** REFINED_BITS);
  #decisions = 0;

  constructor(memory: Memory, colours: number) {
    this.#memory = memory;
    this.#frequencies = freshCounters(colours);
  }

  /**
   * Codes whether the label is the candidate, and learns from it.
   * @param bit 1 if it is
   * @param rank candidates that were tried before
   */
  code(
    coder: BinaryCoder,
    bit: number,
    neighbourhood: Neighbourhood,
    guesses: Guesses,
    candidate: number,
    rank: number,
  ): number {
    const matches = neighbourhood.matches(candidate);
    this.#gather(neighbourhood, guesses, candidate, rank, matches);
    const mix = this.#mix(guesses, candidate, rank, matches);
    const { contexts } = neighbourhood;
    const nearest = mixed(contexts[NESTED_CONTEXTS - 1] as number, candidate);
    const four = mixed(contexts[NESTED_CONTEXTS - 2] as number, candidate);
    const one = this.#byNearest.refine(placeOf(nearest, REFINED_BITS), mix);
    const other = this.#byFour.refine(placeOf(four, REFINED_BITS), mix);
    const probability = Math.min(65535, Math.max(1, (2 * squash(mix) + one + other) >> 2));
    const coded = coder.code(bit, probability);
    this.#learn(guesses, candidate, coded);
    return coded;
  }

  #gather(
    { shapes }: Neighbourhood,
    guesses: Guesses,
    candidate: number,
    rank: number,
    matches: number,
  ): void {
    const inputs = this.#inputs;
    const memory = this.#memory;
    const hash = mixed(0, candidate);
    let next = 0;
    for (let i = 0; i < CONTEXTS; i++) {
      const place = memory.counterAt(i, hash);
      claim(memory.words, place, hash & 0xff);
      this.#places[i] = place;
      inputs[next++] = inputOf(memory.words[place] as number);
    }
    for (let i = 0; i < GUESSERS; i++) {
      const chance = guesses.chanceOf(i, candidate);
      inputs[next++] = chance < 0 ? 0 : stretch(chance);
    }
    for (let i = 0; i < SHAPES; i++) {
      const hash = mixed(mixed(shapes[i] as number, matches), rank);
      const place = (i << SHAPE_BITS) + placeOf(hash, SHAPE_BITS);
      this.#shapePlaces[i] = place;
      inputs[next++] = inputOf(this.#shapeCounters[place] as number);
    }
    inputs[next++] = inputOf(this.#frequencies[candidate] as number);
    inputs[next] = CONSTANT;
  }

  /** @returns the prediction, stretched */
  #mix(guesses: Guesses, candidate: number, rank: number, matches: number): number {
    const outputs = this.#outputs;
    const class_ = rank < RANKS ? rank : RANKS - 1;
    outputs[0] = this.#byMatch.mix(rank * 2 * MATCH_CLASSES + matchClass(guesses, candidate));
    outputs[1] = this.#byNeighbours.mix((class_ << NEAREST) + matches);
    const longest = guesses.longest();
    const confidence =
      longest < NESTED_CONTEXTS ? confidenceClass(guesses.confidences[longest] as number) : 0;
    const memory = class_ * (NESTED_CONTEXTS + 1) + longest;
    outputs[2] = this.#byConfidence.mix(memory * CONFIDENCE_CLASSES + confidence);
    return clip(this.#final.mix(rank));
  }

  #learn(guesses: Guesses, candidate: number, bit: number): void {
    const rate = Math.max(LAST_RATE, FIRST_RATE - Math.floor(this.#decisions / DECISIONS_PER_RATE));
    this.#decisions++;
    this.#byMatch.learn(bit, rate);
    this.#byNeighbours.learn(bit, rate);
    this.#byConfidence.learn(bit, rate);
    this.#final.learn(bit, FINAL_RATE);
    this.#byNearest.learn(bit);
    this.#byFour.learn(bit);
    for (let i = 0; i < CONTEXTS; i++) learnBit(this.#memory.words, this.#places[i] as number, bit);
    for (let i = 0; i < SHAPES; i++) learnBit(this.#shapeCounters, this.#shapePlaces[i] as number, bit);
    learnBit(this.#frequencies, candidate, bit);
    guesses.learn(bit);
  }
}

/** 0 or 1 without a match. */
function matchClass(guesses: Guesses, candidate: number): number {
  const confidence = guesses.matchConfidence;
  const length = confidence === 0 ? 0 : Math.min(MATCH_CLASSES - 1, 1 + (confidence >> 2));
  return 2 * length + (guesses.isMatch(candidate) ? 1 : 0);
}

function confidenceClass(confidence: number): number {
  if (confidence > 30) return 3;
  if (confidence > 3) return 2;
  return confidence > 1 ? 1 : 0;
}
