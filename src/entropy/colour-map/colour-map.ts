/**
 * @file A raster of labels, up to 65,536 of them, coded by a series of candidates: is it this one, or that one, and else which? Normative text:
 * formats/loe.md, section 13.
 */

import { allocate } from '../../allocate.ts';
import { damaged } from '../../errors.ts';
import type { Steps } from '../../time-slices.ts';
import { type BinaryCoder, RangeDecoder, RangeEncoder } from '../range-coder.ts';
import { Candidates, MOST_CANDIDATES } from './candidates.ts';
import { Guesses, isAmong } from './guesses.ts';
import { LabelTree } from './label-tree.ts';
import { Match } from './match.ts';
import { Memory } from './memory.ts';
import { MOST_AHEAD, NEAREST, Neighbourhood } from './neighbourhood.ts';
import { MOST_FAR_AHEAD, Quiet } from './quiet.ts';

/** Labels of a picture. */
export interface LabelRaster {
  readonly width: number;
  readonly height: number;
  /** Labels are 0 … colours − 1. */
  readonly colours: number;
}

/** @param labels [height, width] */
export function* encodeColourMap(labels: Uint16Array, raster: LabelRaster): Steps<Uint8Array> {
  if (raster.colours === 1) return new Uint8Array(0);
  const encoder = new RangeEncoder();
  yield* codeColourMap(encoder, labels, raster);
  return encoder.finish();
}

/** @returns [height, width] @throws LoecError E_FORMAT for labels without a colour, or where the bytes end too early */
export function* decodeColourMap(bytes: Uint8Array, raster: LabelRaster): Steps<Uint16Array> {
  const { width, height, colours } = raster;
  if (colours === 1) {
    if (bytes.length > 0) throw damaged('labels of a single colour');
    return allocate(() => new Uint16Array(width * height));
  }
  return yield* codeColourMap(new RangeDecoder(bytes), null, raster);
}

/** Pixels of a step. */
const STEP = 1024;

/** Goes through the labels. @param labels null where they are decoded @returns the labels */
function* codeColourMap(
  coder: BinaryCoder,
  labels: Uint16Array | null,
  { width, height, colours }: LabelRaster,
): Steps<Uint16Array> {
  const pixels = width * height;
  const seen = allocate(() => new Uint16Array(pixels + Math.max(MOST_AHEAD, MOST_FAR_AHEAD)));
  const model = new Model(seen, width, pixels, colours);
  for (let pixel = 0; pixel < pixels; pixel++) {
    model.code(coder, pixel, labels === null ? 0 : (labels[pixel] as number));
    if (pixel % STEP === 0) yield;
  }
  return seen.subarray(0, pixels);
}

class Model {
  readonly #seen: Uint16Array;
  readonly #quiet: Quiet;
  readonly #neighbourhood: Neighbourhood;
  readonly #match: Match;
  readonly #memory: Memory;
  readonly #guesses: Guesses;
  readonly #candidates: Candidates;
  readonly #tree: LabelTree;
  readonly #colours: number;
  /** Candidates of the current pixel that it does not have. */
  readonly #tried = new Int32Array(MOST_CANDIDATES);

  constructor(seen: Uint16Array, width: number, pixels: number, colours: number) {
    this.#seen = seen;
    this.#quiet = new Quiet(seen, width);
    this.#neighbourhood = new Neighbourhood(seen, width);
    this.#match = new Match(seen, width, pixels);
    this.#memory = new Memory(pixels);
    this.#guesses = new Guesses(this.#memory);
    this.#candidates = new Candidates(this.#memory, colours);
    this.#tree = new LabelTree(pixels, colours);
    this.#colours = colours;
  }

  /** Codes a label, puts it into the line and learns it. @throws LoecError E_FORMAT */
  code(coder: BinaryCoder, pixel: number, label: number): void {
    const neighbourhood = this.#neighbourhood;
    const isQuiet = neighbourhood.moveTo(pixel);
    const neighbour = neighbourhood.labels[0] as number;
    const bit = label === neighbour ? 1 : 0;
    if (isQuiet && this.#quiet.code(coder, bit, pixel, neighbour, this.#match) === 1) {
      this.#seen[pixel] = neighbour;
      neighbourhood.update(pixel, neighbour);
      this.#match.follow(pixel);
      return;
    }
    neighbourhood.hash(pixel);
    this.#memory.moveTo(neighbourhood);
    this.#guesses.lookUp(this.#match);
    this.#tried[0] = neighbour;
    const coded = this.#search(coder, label, isQuiet ? 1 : 0);
    this.#seen[pixel] = coded;
    neighbourhood.update(pixel, coded);
    this.#guesses.update(coded);
    this.#match.follow(pixel);
    this.#match.look(pixel);
  }

  /** @param tried candidates that the label is none of */
  #search(coder: BinaryCoder, label: number, tried: number): number {
    const colours = this.#colours;
    const most = Math.min(MOST_CANDIDATES, colours - 1);
    let rank = tried;
    for (; rank < most; rank++) {
      const candidate = this.#nextCandidate(rank);
      if (candidate < 0) break;
      const bit = label === candidate ? 1 : 0;
      const [neighbourhood, guesses] = [this.#neighbourhood, this.#guesses];
      if (this.#candidates.code(coder, bit, neighbourhood, guesses, candidate, rank) === 1) return candidate;
      this.#tried[rank] = candidate;
    }
    if (rank === colours - 1) return this.#lastColour();
    const coded = this.#tree.code(coder, label, this.#neighbourhood);
    if (coded >= colours) throw damaged(`label ${coded} of ${colours} colours`);
    return coded;
  }

  /** The best guess, or else a neighbour's label, that was not tried; −1 where there is none. */
  #nextCandidate(rank: number): number {
    const tried = this.#tried;
    const guess = this.#guesses.best(tried, rank);
    if (guess >= 0) return guess;
    const { labels } = this.#neighbourhood;
    for (let i = 0; i < NEAREST; i++) {
      const label = labels[i] as number;
      if (!isAmong(tried, rank, label)) return label;
    }
    return -1;
  }

  /** The only colour that was not tried. */
  #lastColour(): number {
    for (let label = 0; ; label++) if (!isAmong(this.#tried, this.#colours - 1, label)) return label;
  }
}
