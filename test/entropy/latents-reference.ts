/**
 * @file The coder of latents as formats/loe.md, section 10, says it: one latent at a time, plain numbers, no vectors, no windows of rows
 * and no shared code but the range coder and the lists of neighbours.
 */

import { type BinaryCoder, PROBABILITY_ONE } from '../../src/entropy/range-coder.ts';
import type { ContextPart, Model, Plane } from '../../src/field/model.ts';
import type { Latents } from '../../src/field/pyramid.ts';
import type { Tensor } from '../../src/field/spec.ts';

export interface Prediction {
  readonly mean: number;
  readonly scale: number;
  readonly inputs: readonly number[];
  readonly units: readonly number[];
}

const clamp = (value: number, most: number): number => Math.min(most, Math.max(-most, value));
const roundHalfUp = (value: number): number => Math.floor(value + 0.5);

/** Floor of a division by 2^shift, modulo 2³² before it. */
const down = (sum: number, shift: number): number => (sum | 0) >> shift;

/** A tensor as [row][column] integers of 2^shift. */
function matrix(
  { offset, rows, columns, kind }: Tensor,
  parameters: Float32Array,
  shift: number,
): number[][] {
  const most = kind === 'weight' ? 32767 : 2 ** 30;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) =>
      clamp(roundHalfUp((parameters[offset + row * columns + column] as number) * 2 ** shift), most),
    ),
  );
}

/** The context model in integers. */
export class ReferenceNetwork {
  readonly #weights: readonly number[][][];
  readonly #biases: readonly number[][];
  readonly #width: number;

  constructor({ tensors, spec }: ContextPart, parameters: Float32Array) {
    const integers = [12, 12, 12, 20, 12, 12].map((shift, i) =>
      matrix(tensors[i] as Tensor, parameters, shift),
    );
    this.#weights = [0, 2, 4].map((i) => integers[i] as number[][]);
    this.#biases = [1, 3, 5].map((i) => (integers[i] as number[][]).flat());
    this.#width = spec.width;
  }

  predict(latents: readonly number[]): Prediction {
    const [w1, w2, w3] = this.#weights as [number[][], number[][], number[][]];
    const bias = (layer: number, row: number): number => this.#biases[layer]?.[row] as number;
    const inputs = latents.map((latent) => clamp(latent, 127));
    const saturated = (value: number): number => Math.min(32767, Math.max(0, value));
    const first = w1.map((row, o) => saturated(down(product(row, inputs) + bias(0, o) + 8, 4)));
    const units = w2.map((row, o) =>
      saturated((first[o] as number) + down(product(row, first) + bias(1, o) + 2048, 12)),
    );
    const [mean, scale] = w3.map((row, o) => {
      const ofUnits = down(product(row.slice(0, this.#width), units), 8);
      return (ofUnits + product(row.slice(this.#width), inputs) + bias(2, o)) | 0;
    }) as [number, number];
    return {
      mean: clamp(down(mean + 8, 4), 2047 * 256),
      scale: Math.min(160, Math.max(0, down(scale + 3 * 4096 + 128, 8))),
      inputs,
      units,
    };
  }
}

/** Modulo 2³². */
function product(row: readonly number[], column: readonly number[]): number {
  return row.reduce((sum, weight, i) => (sum + Math.imul(weight, column[i] as number)) | 0, 0);
}

const squash = (logit: number): number =>
  Math.min(65535, Math.max(1, roundHalfUp(65536 / (1 + Math.exp(-clamp(logit, 2839) / 256)))));

const logitOf = (probability: number): number =>
  clamp(roundHalfUp(256 * Math.log(probability / (1 - probability))), 2839);

interface Correction {
  value: number;
  information: number;
}

/** Weights, counts and corrections of the decisions of one kind in one class of levels. */
class Mixer {
  #weights: number[];
  readonly #corrections = Array.from({ length: 5 }, () => new Map<string, Correction>());
  #count = 0;

  constructor(evidence: number) {
    this.#weights = [2 ** 28, ...Array(5).fill(2 ** 26), ...Array(1 + evidence).fill(0)];
  }

  /** A new one with this one's weights. */
  heir(): Mixer {
    const mixer = new Mixer(0);
    mixer.#weights = [...this.#weights];
    return mixer;
  }

  code(
    coder: BinaryCoder,
    bit: number,
    logit: number,
    contexts: readonly string[],
    evidence: readonly number[],
  ): number {
    const corrections = contexts.map((context, i) => {
      const table = this.#corrections[i] as Map<string, Correction>;
      if (!table.has(context)) table.set(context, { value: 0, information: 0 });
      return table.get(context) as Correction;
    });
    const inputs = [logit, ...corrections.map(({ value }) => value >> 8), 128, ...evidence];
    const sum = product(
      this.#weights.map((weight) => weight >> 16),
      inputs,
    );
    const one = squash(sum >> 12);
    const coded = coder.code(bit, one);
    this.#count++;
    const shift = 2 + [2 ** 9, 2 ** 11, 2 ** 13].filter((n) => this.#count >= n).length;
    const error = Math.floor((65536 * coded - one) / 2 ** shift + 0.5);
    for (const [i, input] of inputs.entries()) {
      this.#weights[i] = ((this.#weights[i] as number) + Math.imul(input, error)) | 0;
    }
    for (const correction of corrections) correct(correction, logit, coded);
    return coded;
  }
}

function correct(correction: Correction, logit: number, bit: number): void {
  const one = squash(logit + (correction.value >> 8));
  const seen = correction.information + Math.floor((one * (65536 - one)) / 65536);
  correction.information = Math.min(2 ** 19, seen);
  const rate = Math.floor(32768 / (16 + (correction.information >> 13)));
  correction.value += ((65536 * bit - one) * rate) >> 12;
}

/** One latent's surroundings. */
interface Place {
  readonly at: (dy: number, dx: number) => number;
  readonly parent: number;
  readonly predicted: Prediction;
  readonly activity: number;
  readonly square: string;
}

/** Slices of planes, of at most so many latents but for a band; the base, which holds all smaller planes, comes first. */
export function referenceSlices(
  { planes }: Pick<Model, 'planes'>,
  present: readonly boolean[],
  most = 2 ** 21,
): PlaneRows[][] {
  const inOrder = planes.toReversed().filter(({ index }) => present[index]);
  const base: PlaneRows[] = [];
  const others: PlaneRows[][] = [];
  for (const plane of inOrder) {
    const { width, height } = plane;
    if (width * height <= most) base.push({ plane, top: 0, end: height });
    else {
      const rows = 32 * Math.ceil(Math.ceil(height / 32) / Math.ceil((width * height) / most));
      for (let top = 0; top < height; top += rows)
        others.push([{ plane, top, end: Math.min(height, top + rows) }]);
    }
  }
  return base.length > 0 ? [base, ...others] : others;
}

interface PlaneRows {
  readonly plane: Plane;
  readonly top: number;
  readonly end: number;
}

export class ReferenceCoder {
  readonly #coder: BinaryCoder;
  readonly #model: Pick<Model, 'planes' | 'context'>;
  readonly #network: ReferenceNetwork;
  readonly #mixers = new Map<string, Mixer>();
  readonly #escapes = new Map<string, number>();
  /** Levels that have been coded, 3 for all from 3 on. */
  readonly #levels = new Set<number>();
  /** Bits of the Laplace distribution alone, as the decisions' logits have them. */
  plainBits = 0;

  constructor(coder: BinaryCoder, model: Pick<Model, 'planes' | 'context'>, parameters: Float32Array) {
    this.#coder = coder;
    this.#model = model;
    this.#network = new ReferenceNetwork(model.context, parameters);
  }

  /** Goes through a slice; a decoder's latents are written on the way. */
  code(latents: Latents, slice: readonly PlaneRows[]): void {
    for (const rows of slice) {
      this.#inherit(Math.min(rows.plane.level, 3));
      this.#plane(latents, rows);
    }
  }

  #inherit(level: number): void {
    const coarser = [1, 2, 3].find((other) => other > level && this.#levels.has(other));
    for (let kind = 0; kind < 5 && coarser && !this.#levels.has(level); kind++) {
      const mixer = this.#mixers.get(`${kind} ${coarser}`);
      if (mixer) this.#mixers.set(`${kind} ${level}`, mixer.heir());
    }
    this.#levels.add(level);
  }

  #plane(latents: Latents, { plane, top: start, end }: PlaneRows): void {
    const { width, level, index } = plane;
    const values = latents[index] as Int16Array;
    const slope = 2 + [8, 16].filter((n) => this.#model.context.spec.neighbours >= n).length;
    for (let top = start; top < end; top += 32) {
      const rows = Math.min(32, end - top);
      const activity: number[] = Array(rows).fill(0);
      for (let wave = 0; wave < width + slope * (rows - 1); wave++) {
        for (let row = 0; row < rows; row++) {
          const x = wave - slope * row;
          if (x < 0 || x >= width) continue;
          if (x === 0) activity[row] = row > 0 ? (activity[row - 1] as number) : 0;
          const place = this.#place(latents, plane, start, top + row, x, activity, row);
          const expected = (place.predicted.mean + 128) >> 8;
          const residual = this.#latent(place, level, (values[(top + row) * width + x] as number) - expected);
          values[(top + row) * width + x] = expected + residual;
          const old = activity[row] as number;
          activity[row] = old + ((64 * Math.min(63, Math.abs(residual)) - old) >> 3);
        }
      }
    }
  }

  #place(
    latents: Latents,
    { index, level, width, height }: Plane,
    start: number,
    y: number,
    x: number,
    activities: readonly number[],
    row: number,
  ): Place {
    const { planes, context } = this.#model;
    const cell = (of: Plane | undefined, row: number, column: number): number => {
      if (!of || row < 0 || column < 0 || row >= of.height || column >= of.width) return 0;
      return latents[of.index]?.[row * of.width + column] as number;
    };
    const up = (levels: number): Plane | undefined =>
      planes.find((other) => other.index > index && other.level === level + levels);
    const at = (dy: number, dx: number): number => (y + dy < start ? 0 : cell(planes[index], y + dy, x + dx));
    const side = (coordinate: number, levels: number): number => ((coordinate >> (levels - 1)) & 1 ? 1 : -1);
    const inputs = context.inputs.map(({ levels, dy, dx, towardsY, towardsX }) =>
      levels === 0
        ? at(dy, dx)
        : cell(
            up(levels),
            (y >> levels) + dy + (towardsY ? side(y, levels) : 0),
            (x >> levels) + dx + (towardsX ? side(x, levels) : 0),
          ),
    );
    let shift = 0;
    while ((Math.max(width, height) - 1) >> shift > 15) shift++;
    const own = activities[row] as number;
    return {
      at,
      parent: cell(up(1), y >> 1, x >> 1),
      predicted: this.#network.predict(inputs),
      activity: own + (row > 0 ? (activities[row - 1] as number) : own),
      square: `${y >> shift} ${x >> shift}`,
    };
  }

  #latent(place: Place, level: number, residual: number): number {
    const { mean, scale } = place.predicted;
    const distance = ((Math.abs(mean - 256 * ((mean + 128) >> 8)) + 2) >> 2) / 64;
    const sharpness = Math.exp(5 - scale / 16);
    const outside = (Math.exp((distance - 0.5) * sharpness) + Math.exp((-distance - 0.5) * sharpness)) / 2;
    if (this.#decide(place, level, 0, logitOf(outside), residual !== 0 ? 1 : 0) === 0) return 0;
    const fraction = mean - 256 * ((mean + 128) >> 8);
    const slope = clamp((fraction * roundHalfUp(256 * sharpness) + 64) >> 7, 2839);
    const positive = this.#decide(place, level, 1, slope, residual > 0 ? 1 : 0);
    const magnitude = this.#magnitude(place, level, logitOf(Math.exp(-sharpness)), Math.abs(residual));
    return positive ? magnitude : -magnitude;
  }

  #magnitude(place: Place, level: number, logit: number, magnitude: number): number {
    for (let k = 1; k <= 14; k++) {
      if (!this.#decide(place, level, 1 + Math.min(k, 3), logit, magnitude > k ? 1 : 0)) return k;
    }
    return 14 + this.#escape(place.predicted.scale >> 3, magnitude - 14);
  }

  #escape(scaleClass: number, value: number): number {
    let bits = 0;
    while (bits < 14 && this.#adaptive(`${scaleClass} ${bits}`, value >> (bits + 1) > 0 ? 1 : 0)) bits++;
    let coded = 1;
    for (let i = bits - 1; i >= 0; i--)
      coded = 2 * coded + this.#coder.code((value >> i) & 1, PROBABILITY_ONE / 2);
    return coded;
  }

  #adaptive(context: string, bit: number): number {
    const one = this.#escapes.get(context) ?? 32768;
    const coded = this.#coder.code(bit, one);
    this.#escapes.set(context, coded ? one + ((65536 - one) >> 5) : one - (one >> 5));
    return coded;
  }

  #decide(place: Place, level: number, kind: number, logit: number, bit: number): number {
    const { inputs, units } = place.predicted;
    const seen = inputs.map((input) =>
      kind === 1 ? 64 * clamp(input, 3) : 64 * Math.min(3, Math.abs(input)),
    );
    const evidence = [...seen, ...units.map((unit) => Math.min(255, unit >> 2))];
    const set = `${kind} ${Math.min(level, 3)}`;
    if (!this.#mixers.has(set)) this.#mixers.set(set, new Mixer(evidence.length));
    const one = squash(logit) / 65536;
    const coded = (this.#mixers.get(set) as Mixer).code(
      this.#coder,
      bit,
      logit,
      contextsOf(place, kind === 1),
      evidence,
    );
    this.plainBits -= Math.log2(coded ? one : 1 - one);
    return coded;
  }
}

function contextsOf({ at, parent, predicted, activity, square }: Place, signs: boolean): string[] {
  const { mean, scale } = predicted;
  const expected = (mean + 128) >> 8;
  const capped = (value: number, most: number): number =>
    signs ? clamp(value, most) : Math.min(Math.abs(value), 2 * most);
  const around = [at(0, -1), at(-1, 0), at(-1, -1), at(-1, 1)];
  const exponent = Math.floor(Math.log2(activity + 1));
  const half = exponent > 0 ? ((activity + 1) >> (exponent - 1)) & 1 : 0;
  return [
    `${clamp(expected, 7)} ${(mean - 256 * expected + 128) >> 5}`,
    around.map((value) => capped(value, 1)).join(' '),
    `${Math.min(23, 2 * exponent + half)} ${Math.min(23, Math.max(0, (scale - 24) >> 2))}`,
    square,
    [at(0, -1), at(-1, 0), parent].map((value) => capped(value, 2)).join(' '),
  ];
}
