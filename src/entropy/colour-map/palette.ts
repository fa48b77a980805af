/** @file The colours of a palette, in rising order: each sample as what it is more than the least that it can be, or than the channel before it. Normative text: formats/loe.md, section 13. */

import { damaged } from '../../errors.ts';
import type { Palette } from '../../image/palette.ts';
import { type BitDepth, peakOf, sampleArrayOf } from '../../image/raster.ts';
import type { Steps } from '../../time-slices.ts';
import { squash } from '../logistic.ts';
import { type BinaryCoder, RangeDecoder, RangeEncoder } from '../range-coder.ts';
import { freshCounters, inputOf, learnBit } from './counters.ts';
import { mixed, placeOf } from './hash.ts';
import { Mixer } from './mixer.ts';

export function* encodePalette({ samples, channels }: Palette, depth: BitDepth): Steps<Uint8Array> {
  const encoder = new RangeEncoder();
  yield* codePalette(encoder, samples, channels, depth);
  return encoder.finish();
}

/** @throws LoecError E_FORMAT for samples out of range, or where the bytes end too early */
export function* decodePalette(
  bytes: Uint8Array,
  colours: number,
  channels: number,
  depth: BitDepth,
): Steps<Palette> {
  const samples = new (sampleArrayOf(depth))(colours * channels);
  yield* codePalette(new RangeDecoder(bytes), samples, channels, depth);
  return { samples, channels };
}

/** Samples of a step. */
const STEP = 1024;

/** Goes through the samples; a decoder writes them on the way. */
function* codePalette(
  coder: BinaryCoder,
  samples: Palette['samples'],
  channels: number,
  depth: BitDepth,
): Steps {
  const numbers = new Numbers(depth);
  const peak = peakOf(depth);
  for (let first = 0; first < samples.length; first += channels) {
    /** Whether all channels before are those of the colour before. */
    let isEqual = true;
    for (let channel = 0; channel < channels; channel++) {
      const at = first + channel;
      if (at % STEP === 0) yield;
      const before = first === 0 ? 0 : (samples[at - channels] as number);
      const least = first > 0 && channel === channels - 1 ? before + 1 : before;
      const origin: number = isEqual ? least : (samples[at - 1] as number);
      const kind: number = 2 * channel + (isEqual ? 1 : 0);
      const difference = ((samples[at] as number) - origin) & peak;
      const sample = origin + numbers.code(coder, difference, kind);
      if (isEqual && sample > peak) throw damaged(`a sample of the palette is ${sample}`);
      samples[at] = sample & peak;
      isEqual = isEqual && first > 0 && samples[at] === before;
    }
  }
}

const TABLE_BITS = 16;
const CONTEXTS = 3;
const RATE = 8;

/** Numbers of `depth` bits, from the top bit; each kind has statistics of its own. */
class Numbers {
  readonly #depth: BitDepth;
  readonly #counters = freshCounters(CONTEXTS * 2 ** TABLE_BITS);
  readonly #inputs = new Int32Array(CONTEXTS);
  readonly #places = new Int32Array(CONTEXTS);
  readonly #mixer = new Mixer(this.#inputs, 1, 1 / 2);
  /** The last number of each kind. */
  readonly #last = new Int32Array(8);

  constructor(depth: BitDepth) {
    this.#depth = depth;
  }

  code(coder: BinaryCoder, number: number, kind: number): number {
    let node = 1;
    for (let i = this.#depth - 1; i >= 0; i--) {
      node = 2 * node + this.#codeBit(coder, (number >> i) & 1, node, kind);
    }
    const coded = node - 2 ** this.#depth;
    this.#last[kind] = coded;
    return coded;
  }

  #codeBit(coder: BinaryCoder, bit: number, node: number, kind: number): number {
    const ofKind = mixed(node, kind);
    const hashes = [node, ofKind, mixed(ofKind, this.#last[kind] as number)];
    for (let i = 0; i < CONTEXTS; i++) {
      const place = (i << TABLE_BITS) + placeOf(hashes[i] as number, TABLE_BITS);
      this.#places[i] = place;
      this.#inputs[i] = inputOf(this.#counters[place] as number);
    }
    const coded = coder.code(bit, squash(this.#mixer.mix(0)));
    this.#mixer.learn(coded, RATE);
    for (let i = 0; i < CONTEXTS; i++) learnBit(this.#counters, this.#places[i] as number, coded);
    return coded;
  }
}
