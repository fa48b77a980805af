/** @file A coder of latents in the kernels' memory. `kernels/coder.ts` says what the records' fields are. */

import { assert, damaged } from '../../errors.ts';
import type { ContextPart, LatentModel } from '../../field/model.ts';
import { Arena } from '../../wasm/arena.ts';
import { instantiate } from '../../wasm/module.ts';
import { type RecordValues, writeRecord } from '../../wasm/records.ts';
import { MAX_OVERRUN, PROBABILITY_ONE, type RangeEncoder } from '../range-coder.ts';
import {
  BAND_ROWS,
  CORRECTIONS,
  ESCAPE_BITS,
  ESCAPE_CLASSES,
  KINDS,
  LEVEL_CLASSES,
  MAX_DECISIONS,
  MAX_INPUTS,
  MAX_LOGIT,
  MAX_WIDTH,
  MIXER_ONE,
  OUT_OF_RANGE,
  OVERRUN,
  RECORD_BYTES,
} from './constants.ts';
import kernelModule from './kernels/built/latents.ts';
import { CODER, CONTEXT_CELL } from './kernels/built/records.ts';
import { packNetwork, paddedInputs } from './network.ts';
import { latentTables } from './tables.ts';

interface Kernels {
  /** Reads the first bytes. @returns the status */
  readonly start: (coder: number) => number;
  /** Reads the latents of the band with x + slope·row = wave. @returns the status */
  readonly decodeWave: (coder: number, wave: number) => number;
  /** Writes the decisions of these latents. @returns their number */
  readonly encodeWave: (coder: number, wave: number) => number;
}

export async function createCoder(
  { context: model, maxLatent }: Pick<LatentModel, 'context' | 'maxLatent'>,
  parameters: Float32Array,
): Promise<LatentCoder> {
  assert(paddedInputs(model) <= MAX_INPUTS && model.spec.width <= MAX_WIDTH, 'the network is too wide');
  const arena = new Arena();
  const kernels = await instantiate(kernelModule, arena.memory);
  return new LatentCoder(arena, kernels as unknown as Kernels, model, maxLatent, parameters);
}

export class LatentCoder {
  readonly #arena: Arena;
  readonly #kernels: Kernels;
  readonly #address: number;
  readonly #cells: number;
  readonly #decisions: number;
  readonly #maxLatent: number;

  constructor(
    arena: Arena,
    kernels: Kernels,
    model: ContextPart,
    maxLatent: number,
    parameters: Float32Array,
  ) {
    this.#maxLatent = maxLatent;
    this.#arena = arena;
    this.#kernels = kernels;
    this.#address = arena.take(CODER.bytes);
    this.#cells = arena.take(CONTEXT_CELL.bytes * (model.inputs.length + 1));
    this.#decisions = arena.take(4 * MAX_DECISIONS * BAND_ROWS);
    this.#writeTables();
    this.#writeNetwork(model, parameters);
    this.#writeMixer(paddedInputs(model) + model.spec.width);
  }

  /** Takes zeroed memory. @returns its address; views of the memory end here */
  take(bytes: number): number {
    return this.#arena.take(bytes);
  }

  /** Memory as latents. */
  latents(address: number, length: number): Int16Array {
    return new Int16Array(this.#arena.memory.buffer, address, length);
  }

  /** Writes the fields that have a value; the others keep theirs. */
  write(fields: Partial<RecordValues<typeof CODER>>): void {
    writeRecord(this.#arena.memory, this.#address, CODER, fields);
  }

  /** @param index of the input that the cell is; after all inputs comes the parent */
  writeCell(index: number, values: RecordValues<typeof CONTEXT_CELL>): void {
    writeRecord(this.#arena.memory, this.#cells + CONTEXT_CELL.bytes * index, CONTEXT_CELL, values);
  }

  startEncoding(): void {
    this.write({ decisions: this.#decisions });
  }

  encodeWave(wave: number, encoder: RangeEncoder): void {
    const count = this.#kernels.encodeWave(this.#address, wave);
    const decisions = new Uint32Array(this.#arena.memory.buffer, this.#decisions, count);
    for (const decision of decisions) encoder.code(decision >>> 16, decision & 0xffff);
  }

  /** @throws LoecError E_FORMAT where there are too few bytes */
  startDecoding(bytes: Uint8Array): void {
    const next = this.#put(bytes, MAX_OVERRUN);
    this.write({ next, end: next + bytes.length + MAX_OVERRUN });
    this.#check(this.#kernels.start(this.#address));
  }

  /** @throws LoecError E_FORMAT where the bytes end too early or stand for a latent that is none */
  decodeWave(wave: number): void {
    this.#check(this.#kernels.decodeWave(this.#address, wave));
  }

  #writeTables(): void {
    const { squash, nonzero, more, sharpness, rates } = latentTables();
    this.write({
      maxLatent: this.#maxLatent,
      squash: this.#put(squash) + squash.BYTES_PER_ELEMENT * MAX_LOGIT,
      nonzero: this.#put(nonzero),
      more: this.#put(more),
      sharpness: this.#put(sharpness),
      rates: this.#put(rates),
    });
  }

  #writeNetwork(model: ContextPart, parameters: Float32Array): void {
    const { first, second, last } = packNetwork(model, parameters);
    this.write({
      inputs: model.inputs.length,
      cells: this.#cells,
      inputVectors: paddedInputs(model) / 8,
      width: model.spec.width,
      first: this.#put(first),
      second: this.#put(second),
      last: this.#put(last),
      records: this.take(RECORD_BYTES * BAND_ROWS),
      means: this.take(4 * BAND_ROWS),
      scales: this.take(4 * BAND_ROWS),
      activity: this.take(4 * BAND_ROWS),
    });
  }

  /** Trusts the Laplace distribution, and a quarter of each correction, and no evidence. @param evidence values of it */
  #writeMixer(evidence: number): void {
    const weights = Int32Array.from({ length: KINDS * LEVEL_CLASSES * (8 + evidence) }, (_, i) => {
      const input = i % (8 + evidence);
      return input === 0 ? MIXER_ONE : input <= 5 ? MIXER_ONE / 4 : 0;
    });
    this.write({
      contexts: this.take(4 * 5),
      evidence: this.take(2 * evidence),
      weights: this.#put(weights),
      setBytes: 4 * (8 + evidence),
      counts: this.take(4 * KINDS * LEVEL_CLASSES),
      corrections: this.take(8 * KINDS * LEVEL_CLASSES * CORRECTIONS),
      escapes: this.#put(new Uint16Array(ESCAPE_CLASSES * ESCAPE_BITS).fill(PROBABILITY_ONE / 2)),
    });
  }

  /** Copies an array, with zeros after it. @returns its address */
  #put({ buffer, byteOffset, byteLength }: ArrayBufferView, zeros = 0): number {
    const address = this.take(byteLength + zeros);
    new Uint8Array(this.#arena.memory.buffer, address).set(new Uint8Array(buffer, byteOffset, byteLength));
    return address;
  }

  #check(status: number): void {
    if (status === OVERRUN) throw damaged('coded data ends too early');
    if (status === OUT_OF_RANGE) throw damaged(`a latent beyond ±${this.#maxLatent}`);
  }
}
