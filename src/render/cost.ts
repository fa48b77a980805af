/**
 * @file What reading a file and evaluating its field cost, from the header alone: checked against limits before the work, and what
 * work is cut by. Work is counted in multiply-adds of an evaluation; what is something else counts as many as take its time
 * (docs/security.md has the measurements). Memory is what is in use at a time, at most.
 */

import { weightTensors } from '../container/contents.ts';
import { hasDerivedClasses, type OpenedFile } from '../container/read.ts';
import { LABEL_MODEL_MEMORY } from '../entropy/label-map.ts';
import { bandMemory } from '../entropy/latents/bands.ts';
import type { Model } from '../field/model.ts';
import { type FieldSpec, multiplyAdds, tensorsOf, usesSegmentation, valueCount } from '../field/spec.ts';
import { type CheckedLimits, checkLimit } from '../limits.ts';
import { evaluatorMemory } from './coordinates/evaluator.ts';
import type { Geometry } from './geometry.ts';
import { MAX_COLUMNS, MAX_ROWS } from './pyramid/evaluator.ts';

/** Of a parameter's decisions, of a label's two, and of a latent's besides its context model. */
const PARAMETER_WORK = 6000;
const LABEL_WORK = 2000;
const LATENT_WORK = 1500;

/** Of a position: its coordinates and experts before, its sample after the evaluation. */
const POSITION_WORK = 600;
/** Of its class on a label map. */
const CLASS_WORK = 1000;
/** Of a sine, and of a latent plane's interpolation. */
const SINE_WORK = 8;
const PLANE_WORK = 10;

/** Work of a piece: some 20 ms. */
const PIECE_WORK = 2 ** 26;

/** Output pixels of a band with all their samples, unless a row has more. */
const BAND_POSITIONS = 2 ** 18;

/** What else a decode holds: pieces, tiles, tables, unpacked chunks. */
const COMMON_MEMORY = 2 ** 26;

/** What evaluating takes. */
interface Work {
  /** Positions at which the layers are evaluated: those asked for, and those that filters see around them. */
  readonly positions: number;
  readonly multiplyAdds: number;
}

/** Of an evaluation at crossings of so many columns and rows, both of samples. */
export type CostOf = (columns: number, rows: number) => Work;

/** A field, whether or not its weights and latents have been read. */
export interface EvaluatedField {
  readonly spec: FieldSpec;
  readonly model: Model | null;
  readonly hasDerivedClasses: boolean;
  readonly hasLabels: boolean;
}

/** @throws LoecError E_LIMIT where the decode would exceed the limits on work or memory @param rows rows of the output that are held at a time */
export function checkCost(opened: OpenedFile, geometry: Geometry, limits: CheckedLimits, rows: number): void {
  const memory = memoryOf(opened, geometry, rows);
  const mebibytes = Math.ceil(memory / 2 ** 20);
  checkLimit(limits, 'memory', memory, `decoding takes up to ${mebibytes} MiB (${memory} bytes) of memory`);
  const { positions, multiplyAdds } = workOf(opened, geometry);
  const { width, height } = opened.header;
  const free = (limits.multiplyAddsPerPosition * (width * height + positions)) / 1e6;
  const millions = Math.ceil(multiplyAdds / 1e6);
  if (millions > free) {
    checkLimit(limits, 'megaMultiplyAdds', millions, `decoding takes ${millions} million multiply-adds`);
  }
}

/** Rows of output pixels that are rendered together. */
export function rowsOfBand({ crop, samplesX, samplesY }: Geometry): number {
  const rows = Math.floor(BAND_POSITIONS / (crop.width * samplesX * samplesY));
  return Math.min(crop.height, Math.max(1, rows));
}

/** What is evaluated between two looks at the clock. */
export interface PieceSize {
  /** Of output pixels. */
  readonly columns: number;
  /** Of samples. */
  readonly sampleRows: number;
}

/** @param rows of the band that is cut into pieces, in output pixels */
export function pieceOf(cost: CostOf, { crop, samplesX, samplesY }: Geometry, rows: number): PieceSize {
  let columns = crop.width;
  let sampleRows = rows * samplesY;
  while (columns * sampleRows > 1 && cost(columns * samplesX, sampleRows).multiplyAdds > PIECE_WORK) {
    if (columns > 1 && columns * samplesX > sampleRows) columns = Math.ceil(columns / 2);
    else sampleRows = Math.ceil(sampleRows / 2);
  }
  return { columns, sampleRows };
}

/** The work of a whole decode. */
export function workOf(opened: OpenedFile, geometry: Geometry): Work {
  const { crop, samplesX, samplesY } = geometry;
  const cost = evaluationCost(fieldOf(opened), geometry, opened.header);
  const piece = pieceOf(cost, geometry, rowsOfBand(geometry));
  const columns = piece.columns * samplesX;
  const { positions, multiplyAdds } = cost(columns, piece.sampleRows);
  const pieces = ((crop.width * samplesX) / columns) * ((crop.height * samplesY) / piece.sampleRows);
  return { positions: pieces * positions, multiplyAdds: readingWork(opened) + pieces * multiplyAdds };
}

export function evaluationCost(
  field: EvaluatedField,
  geometry: Geometry,
  picture: { readonly width: number; readonly height: number },
): CostOf {
  const layers = layerWork(field);
  const { model } = field;
  if (model === null) {
    return (columns, rows) => ({ positions: columns * rows, multiplyAdds: columns * rows * layers });
  }
  const filters = model.field.filters.length;
  const filterWork = filters > 0 ? 9 * model.channels * (model.channels + 1) : 0;
  const across = axisOf(geometry.width * geometry.samplesX, picture.width, filters, MAX_COLUMNS);
  const down = axisOf(geometry.height * geometry.samplesY, picture.height, filters, MAX_ROWS);
  return (columns, rows) => {
    const [x, y] = [across(columns), down(rows)];
    const counts = x.map((count, stage) => count * (y[stage] as number));
    const [positions = 0, ...filtered] = counts;
    const sum = filtered.reduce((work, count) => work + count * filterWork, positions * layers);
    return { positions, multiplyAdds: sum };
  };
}

/**
 * Along an axis, the positions of each stage of an evaluation (`pyramid/stages.ts`) at `length` positions, which are evaluated in
 * tiles: what filters see around a tile is evaluated anew for the next one.
 * @param count positions of the whole axis
 */
function axisOf(count: number, pixels: number, filters: number, most: number): (length: number) => number[] {
  const perPixel = count / pixels;
  // A pixel away from a position is another position only where there is a whole number of them in a pixel.
  const stage = (length: number, filter: number): number => {
    const ahead = Number.isInteger(perPixel) ? Math.min(length, perPixel) : length;
    return Math.min(length + 2 * filter * ahead, perPixel === 1 ? pixels : Number.POSITIVE_INFINITY);
  };
  return (length) => {
    let tile = length;
    while (tile > 1 && stage(tile, filters) > most) tile = Math.ceil(tile / 2);
    return Array.from({ length: filters + 1 }, (_, i) => (length / tile) * stage(tile, filters - i));
  };
}

/** Of a position, without filters. */
function layerWork({ spec, model, hasDerivedClasses: isDerived, hasLabels }: EvaluatedField): number {
  const hidden = spec.layers.slice(0, -1).reduce((sum, { width }) => sum + width, 0);
  const planes = PLANE_WORK * (model?.planes.length ?? 0);
  const layers = multiplyAdds(tensorsOf({ ...spec, filters: 0 })) + SINE_WORK * hidden + planes;
  return POSITION_WORK + (hasLabels ? CLASS_WORK : 0) + (isDerived ? 2 : 1) * layers;
}

/** Of what comes before the evaluation. */
function readingWork(opened: OpenedFile): number {
  const { header, pyramid } = opened;
  const weights = header.steps === null ? 0 : PARAMETER_WORK * valueCount(weightTensors(opened));
  const labels = fieldOf(opened).hasLabels ? LABEL_WORK * header.width * header.height : 0;
  return weights + labels + (pyramid ? latentWork(pyramid.model) : 0);
}

function latentWork({ planes, context }: Model): number {
  const latents = planes.reduce((sum, { width, height }) => sum + width * height, 0);
  return latents * (LATENT_WORK + multiplyAdds(context.tensors));
}

/** @param rows of the output that are held at a time */
export function memoryOf(opened: OpenedFile, geometry: Geometry, rows: number): number {
  const { header, spec, pyramid } = opened;
  const pixels = header.width * header.height;
  const parameters = valueCount(weightTensors(opened));
  const field = pyramid ? pyramidMemory(pyramid.model, opened, geometry) : evaluatorMemory(spec);
  // Integers and twice their values: the parameters are worked out for the context model and then for the field.
  const weights = 12 * parameters;
  const labels = fieldOf(opened).hasLabels ? pixels + LABEL_MODEL_MEMORY : 0;
  const samples = rows * geometry.crop.width * header.channels * (header.depth / 8);
  return COMMON_MEMORY + weights + field + labels + samples;
}

function pyramidMemory(model: Model, opened: OpenedFile, geometry: Geometry): number {
  const { planes, width, height, field } = model;
  const cells = planes.map((plane) => plane.width * plane.height);
  const latents = cells.reduce((sum, count) => sum + 2 * count, 0);
  const isBetween = !isNative(geometry, model);
  const coefficients = isBetween ? 4 * width * height : 0;
  // Zeros in place of the two finest planes.
  const coarse = hasDerivedClasses(opened) ? 2 * ((cells[0] ?? 0) + (cells[1] ?? 0)) : 0;
  // Packed, and a copy of a map while it is packed.
  const maps = 8 * field.parameters;
  return latents + Math.max(bandMemory(model), coefficients + coarse + maps);
}

/** Whether all positions of an output are pixel centres of the picture. */
export function isNative(
  { width, height, samplesX, samplesY }: Geometry,
  picture: { readonly width: number; readonly height: number },
): boolean {
  return width * samplesX === picture.width && height * samplesY === picture.height;
}

function fieldOf(opened: OpenedFile): EvaluatedField {
  const { spec, pyramid } = opened;
  const isDerived = hasDerivedClasses(opened);
  return {
    spec,
    model: pyramid?.model ?? null,
    hasDerivedClasses: isDerived,
    hasLabels: usesSegmentation(spec) && !isDerived,
  };
}
