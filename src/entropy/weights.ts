/**
 * @file Quantized parameters, coded by context mixing. An integer is a bucket ⌊log₂|q|⌋ in unary, the bits below its leading
 * one, and a sign; contexts are the tensor and the mean magnitudes around. Normative text: formats/loe.md, section 6.
 */

import { allocate } from '../allocate.ts';
import { MAX_INTEGER } from '../field/quantizer.ts';
import type { Tensor } from '../field/spec.ts';
import { finish, type Steps } from '../time-slices.ts';
import { MixingModel } from './mixing.ts';
import { type BinaryCoder, BitMeter, PROBABILITY_ONE, RangeDecoder, RangeEncoder } from './range-coder.ts';

/** Buckets: zero, then 1, 2–3, 4–7, … up to MAX_INTEGER. */
const BUCKETS = 32 - Math.clz32(MAX_INTEGER) + 1;

/** Decisions with a model: is it a higher bucket, and the first two bits below the leading one. */
const NODES = BUCKETS * 4;

/** Magnitude classes: twice the logarithm of a mean of 16ths, at most this. */
const CLASSES = 48;

/** Tensors that have contexts of their own: more than a field and its context model have. */
const TENSORS = 64;

const MODEL = {
  tables: [NODES * TENSORS, NODES * CLASSES, NODES * CLASSES, NODES * CLASSES, NODES * CLASSES],
  sets: NODES,
  rate: 3,
};

/** Means are in 16ths and follow by 1/8 of the difference. */
const MEAN_UNIT = 16;
const MEAN_SHIFT = 3;

const EVEN = PROBABILITY_ONE / 2;

/** @param integers one array per tensor: [experts, rows, columns], |integer| ≤ MAX_INTEGER */
export function encodeWeights(tensors: readonly Tensor[], integers: readonly Int32Array[]): Uint8Array {
  const encoder = new RangeEncoder();
  finish(codeWeights(encoder, tensors, integers));
  return encoder.finish();
}

/** @throws LoecError E_FORMAT where the bytes end too early */
export function* decodeWeights(bytes: Uint8Array, tensors: readonly Tensor[]): Steps<Int32Array[]> {
  const integers = tensors.map(({ length }) => allocate(() => new Int32Array(length)));
  yield* codeWeights(new RangeDecoder(bytes), tensors, integers);
  return integers;
}

/** How far a measurement has come. */
interface Mark {
  /** With what it has learned. */
  readonly coder: IntegerCoder;
  bits: number;
}

/** What weights take that change a few at a time: tensors before the first change are not coded anew. */
export class WeightMeter {
  readonly #tensors: readonly Tensor[];
  readonly #integers: readonly Int32Array[];
  readonly #meter = new BitMeter();
  readonly #coder = new IntegerCoder(this.#meter);
  /** Before each tensor, and at the end. */
  readonly #marks: readonly Mark[];
  /** Tensors that are as they were when they were last measured. */
  #unchanged = 0;

  /** @param integers as for `encodeWeights`; watched, not copied */
  constructor(tensors: readonly Tensor[], integers: readonly Int32Array[]) {
    this.#tensors = tensors;
    this.#integers = integers;
    this.#marks = [null, ...tensors].map(() => ({ coder: new IntegerCoder(this.#meter), bits: 0 }));
  }

  /** Tells of integers of tensor `i` that are others now. */
  changed(i: number): void {
    this.#unchanged = Math.min(this.#unchanged, i);
  }

  /** Of all integers, the last byte's rest not counted. */
  get bits(): number {
    const first = this.#marks[this.#unchanged] as Mark;
    this.#coder.copyFrom(first.coder);
    this.#meter.bits = first.bits;
    for (let i = this.#unchanged; i < this.#tensors.length; i++) {
      finish(codeTensor(this.#coder, i, this.#tensors[i] as Tensor, this.#integers[i] as Int32Array));
      const mark = this.#marks[i + 1] as Mark;
      mark.coder.copyFrom(this.#coder);
      mark.bits = this.#meter.bits;
    }
    this.#unchanged = this.#tensors.length;
    return this.#meter.bits;
  }
}

/** Goes through the tensors; a decoder writes them on the way. */
function* codeWeights(
  coder: BinaryCoder,
  tensors: readonly Tensor[],
  integers: readonly Int32Array[],
): Steps {
  const coded = new IntegerCoder(coder);
  for (const [i, tensor] of tensors.entries()) yield* codeTensor(coded, i, tensor, integers[i] as Int32Array);
}

/** Running means of magnitudes, in 16ths. */
function follow(mean: number, magnitude: number): number {
  return mean + ((MEAN_UNIT * magnitude - mean) >> MEAN_SHIFT);
}

/** A row at a time. */
function* codeTensor(coder: IntegerCoder, index: number, tensor: Tensor, integers: Int32Array): Steps {
  const { experts, rows, columns } = tensor;
  const columnMeans = new Int32Array(columns);
  const rowMeans = new Int32Array(rows);
  let mean = MEAN_UNIT;
  for (let expert = 0, at = 0; expert < experts; expert++) {
    for (let row = 0; row < rows; row++) {
      let rowMean = expert === 0 ? mean : (rowMeans[row] as number);
      for (let column = 0; column < columns; column++, at++) {
        const columnMean = columnMeans[column] as number;
        const sibling = expert === 0 ? 0 : 1 + Math.abs(integers[at - rows * columns] as number);
        coder.contexts(index, rowMean, columnMean, rowMean + columnMean, MEAN_UNIT * sibling);
        const integer = coder.code(integers[at] as number);
        integers[at] = integer;
        const magnitude = Math.abs(integer);
        mean = follow(mean, magnitude);
        rowMean = follow(rowMean, magnitude);
        columnMeans[column] = follow(columnMean === 0 ? mean : columnMean, magnitude);
      }
      rowMeans[row] = rowMean;
      yield;
    }
  }
}

/** ⌊2·log₂(mean + 1)⌋, to within half a bucket. */
function magnitudeClass(mean: number): number {
  const value = mean + 1;
  const exponent = 31 - Math.clz32(value);
  const half = exponent > 0 ? (value >> (exponent - 1)) & 1 : 0;
  return Math.min(CLASSES - 1, 2 * exponent + half);
}

class IntegerCoder {
  readonly #coder: BinaryCoder;
  readonly #model = new MixingModel(MODEL);
  readonly #contexts = new Int32Array(MODEL.tables.length);
  readonly #decision = new Int32Array(MODEL.tables.length);

  constructor(coder: BinaryCoder) {
    this.#coder = coder;
  }

  /** Takes over what another one has learned. */
  copyFrom(other: IntegerCoder): void {
    this.#model.copyFrom(other.#model);
  }

  /** Sets the contexts of the next integer: the tensor, then means in 16ths. */
  contexts(tensor: number, ...means: readonly number[]): void {
    this.#contexts[0] = tensor;
    for (let i = 0; i < means.length; i++) this.#contexts[i + 1] = magnitudeClass(means[i] as number);
  }

  code(integer: number): number {
    const magnitude = this.#codeMagnitude(Math.abs(integer));
    if (magnitude === 0) return 0;
    return this.#coder.code(integer < 0 ? 1 : 0, EVEN) === 1 ? -magnitude : magnitude;
  }

  #codeMagnitude(magnitude: number): number {
    const bucket = this.#codeBucket(magnitude === 0 ? 0 : 32 - Math.clz32(magnitude));
    if (bucket < 2) return bucket;
    let value = 1;
    for (let below = bucket - 2; below >= 0; below--) {
      const bit = (magnitude >> below) & 1;
      value = 2 * value + (value < 4 ? this.#decide(4 * bucket + value, bit) : this.#coder.code(bit, EVEN));
    }
    return value;
  }

  /** Unary: is it a higher bucket? */
  #codeBucket(bucket: number): number {
    let coded = 0;
    while (coded < BUCKETS - 1 && this.#decide(4 * coded, bucket > coded ? 1 : 0) === 1) coded++;
    return coded;
  }

  #decide(node: number, bit: number): number {
    for (let i = 0; i < this.#decision.length; i++) {
      this.#decision[i] = NODES * (this.#contexts[i] as number) + node;
    }
    return this.#model.code(this.#coder, bit, this.#decision, node);
  }
}
