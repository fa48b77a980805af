/** @file A coder of latents in the kernels' memory. `kernels/coder.ts` says what the records' fields are. */

import { assert, damaged } from '../../errors.ts';
import type { ContextPart, LatentModel } from '../../field/model.ts';
import { Arena } from '../../wasm/arena.ts';
import { instantiate } from '../../wasm/module.ts';
import { type RecordValues, writeRecord } from '../../wasm/records.ts';
import { MAX_OVERRUN, type RangeEncoder } from '../range-coder.ts';
import {
  BAND_ROWS,
  MAX_DECISIONS,
  MAX_INPUTS,
  MAX_LOGIT,
  MAX_NEIGHBOUR_ROWS,
  MAX_WIDTH,
  OUT_OF_RANGE,
  OVERRUN,
  RECORD_BYTES,
  WAVES,
} from './constants.ts';
import kernelModule from './kernels/built/latents.ts';
import { CODER, CONTEXT_CELL, CONTEXT_ROW } from './kernels/built/records.ts';
import { packNetwork, paddedInputs } from './network.ts';
import { AdaptiveState } from './state.ts';
import { latentTables } from './tables.ts';

interface Kernels {
  /** Reads the first bytes. @returns the status */
  readonly start: (coder: number) => number;
  /** Reads the latents of the band with first ≤ x + slope·row < end. @returns the status */
  readonly decodeWaves: (coder: number, first: number, end: number) => number;
  /** Writes the decisions of these latents. @returns their number */
  readonly encodeWaves: (coder: number, first: number, end: number) => number;
}

export function createCoder(
  { context: model, maxLatent }: Pick<LatentModel, 'context' | 'maxLatent'>,
  parameters: Float32Array,
): LatentCoder {
  assert(paddedInputs(model) <= MAX_INPUTS && model.spec.width <= MAX_WIDTH, 'the network is too wide');
  const arena = new Arena();
  const kernels = instantiate(kernelModule, arena.memory);
  return new LatentCoder(arena, kernels as unknown as Kernels, model, maxLatent, parameters);
}

export class LatentCoder {
  readonly #arena: Arena;
  readonly #kernels: Kernels;
  readonly #address: number;
  readonly #maxLatent: number;
  readonly #neighbourRows: number;
  readonly #cells: number;
  readonly #state: AdaptiveState;
  /** Where an encoder's decisions go; none in a decoder. */
  #decisions = 0;
  /** Where coded bytes are, the last in memory. */
  #coded = 0;

  constructor(
    arena: Arena,
    kernels: Kernels,
    model: ContextPart,
    maxLatent: number,
    parameters: Float32Array,
  ) {
    const { inputs } = model;
    this.#maxLatent = maxLatent;
    this.#arena = arena;
    this.#kernels = kernels;
    this.#address = arena.take(CODER.bytes);
    this.#neighbourRows = arena.take(CONTEXT_ROW.bytes * MAX_NEIGHBOUR_ROWS);
    this.#cells = arena.take(CONTEXT_CELL.bytes * (inputs.length + 1));
    this.#writeTables();
    this.#writeNetwork(model, parameters);
    this.#state = new AdaptiveState(arena, paddedInputs(model) + model.spec.width);
    this.write(this.#state.addresses);
  }

  /** What has been learned while coding. */
  get state(): AdaptiveState {
    return this.#state;
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

  writeNeighbourRow(index: number, values: RecordValues<typeof CONTEXT_ROW>): void {
    writeRecord(this.#arena.memory, this.#neighbourRows + CONTEXT_ROW.bytes * index, CONTEXT_ROW, values);
  }

  /** @param index of the input among those from coarser planes; after them comes the parent */
  writeCell(index: number, values: RecordValues<typeof CONTEXT_CELL>): void {
    writeRecord(this.#arena.memory, this.#cells + CONTEXT_CELL.bytes * index, CONTEXT_CELL, values);
  }

  startEncoding(): void {
    this.#decisions = this.take(4 * MAX_DECISIONS * BAND_ROWS * WAVES);
    this.write({ decisions: this.#decisions });
  }

  /** @param end at most WAVES after the first */
  encodeWaves(first: number, end: number, encoder: RangeEncoder): void {
    const count = this.#kernels.encodeWaves(this.#address, first, end);
    const decisions = new Uint32Array(this.#arena.memory.buffer, this.#decisions, count);
    for (const decision of decisions) encoder.code(decision >>> 16, decision & 0xffff);
  }

  /** @param isCut whether the last bytes have not come yet @throws LoecError E_FORMAT where there are too few bytes */
  startDecoding(bytes: Uint8Array, isCut = false): void {
    this.#coded ||= this.#arena.end;
    this.#arena.release(this.#coded);
    // An encoder drops zeros at the end, which stand for bytes that have not come as little as any others.
    const length = bytes.length + (isCut ? 0 : MAX_OVERRUN);
    const next = this.take(length);
    const memory = new Uint8Array(this.#arena.memory.buffer, next, length);
    memory.set(bytes);
    memory.fill(0, bytes.length);
    this.write({ next, end: next + memory.length, status: 0 });
    this.#check(this.#kernels.start(this.#address));
  }

  /** @throws LoecError E_FORMAT where the bytes end too early or stand for a latent that is none */
  decodeWaves(first: number, end: number): void {
    this.#check(this.#kernels.decodeWaves(this.#address, first, end));
  }

  #writeTables(): void {
    const { squash, nonzero, more, sharpness, rates } = latentTables();
    this.write({
      maxLatent: this.#maxLatent,
      squash: this.#arena.put(squash) + squash.BYTES_PER_ELEMENT * MAX_LOGIT,
      nonzero: this.#arena.put(nonzero),
      more: this.#arena.put(more),
      sharpness: this.#arena.put(sharpness),
      rates: this.#arena.put(rates),
    });
  }

  #writeNetwork(model: ContextPart, parameters: Float32Array): void {
    const { first, second, last } = packNetwork(model, parameters);
    this.write({
      neighbourRows: this.#neighbourRows,
      neighbours: model.spec.neighbours,
      cells: this.#cells,
      coarser: model.spec.coarser,
      inputVectors: paddedInputs(model) / 8,
      width: model.spec.width,
      first: this.#arena.put(first),
      second: this.#arena.put(second),
      last: this.#arena.put(last),
      records: this.take(RECORD_BYTES * BAND_ROWS),
      means: this.take(4 * BAND_ROWS),
      scales: this.take(4 * BAND_ROWS),
      activity: this.take(4 * BAND_ROWS),
    });
  }

  #check(status: number): void {
    if (status === OVERRUN) throw damaged('coded data ends too early');
    if (status === OUT_OF_RANGE) throw damaged(`a latent beyond ±${this.#maxLatent}`);
  }
}
