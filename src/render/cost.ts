/**
 * @file What reading a file and evaluating its picture cost, from header, sections and palette alone: checked against limits before the work. Work is counted
 * as in `pieces.ts` (docs/experiments.md, "What reading a file counts as work"). Memory is what is in use at a time, at most.
 */

import { type Contents, weightTensors } from '../container/contents.ts';
import {
  hasAlphaClasses,
  hasDerivedClasses,
  hasEnhancement,
  type OpenedField,
  type OpenedFile,
  type OpenedFlat,
} from '../container/read.ts';
import { type SectionName, TAGS } from '../container/sections.ts';
import { colourMapMemory } from '../entropy/colour-map/tables.ts';
import { LABEL_MODEL_MEMORY } from '../entropy/label-model.ts';
import { bandMemory } from '../entropy/latents/bands.ts';
import { enhancementModel } from '../field/enhancement.ts';
import type { LatentModel, Model } from '../field/model.ts';
import { cellCount } from '../field/pyramid.ts';
import { type FieldSpec, multiplyAdds, outputWidth, usesSegmentation, valueCount } from '../field/spec.ts';
import type { Size } from '../image/raster.ts';
import { type CheckedLimits, checkLimit } from '../limits.ts';
import { bordersMemory, flatCost } from './flat/cost.ts';
import type { Geometry } from './geometry.ts';
import { type CostOf, type EvaluatedField, pieceOf, pyramidCost, rowsOfBand, type Work } from './pieces.ts';

/** Of a parameter, of a label, and of a latent besides its context model, where most of their decisions are well predicted. */
const PARAMETER_WORK = 1500;
const LABEL_WORK = 3000;
/** Of a colour of a palette and of its place among the others, of a label of a flat picture, and of a byte of both. */
const COLOUR_WORK = 250_000;
const COLOUR_LABEL_WORK = 5000;
const COLOUR_BYTE_WORK = 3500;
const LATENT_WORK = 2500;
/** Of a byte of weights or labels: of decisions that are not well predicted. */
const BYTE_WORK = 10_000;

/** What else a decode holds: pieces, tiles, tables, unpacked chunks. */
const COMMON_MEMORY = 2 ** 26;

/** Of each thread, if there are any: a program, what it evaluates with, and a band. */
const THREAD_MEMORY = 40e6;
/** Of a pixel, what threads do not share: its label or its place in a palette, twice while it is sent. */
const PRIVATE_MEMORY = 4;

/**
 * @param rows rows of the output that are held at a time
 * @param contents what has been read; null before: what a label map makes more of the work, up to four times, is known only then
 * @throws LoecError E_LIMIT where the decode would exceed the limits on work or memory
 */
export async function checkCost(
  opened: OpenedFile,
  geometry: Geometry,
  limits: CheckedLimits,
  rows: number,
  contents: Contents | null = null,
): Promise<void> {
  const memory = await memoryOf(opened, geometry, rows);
  const mebibytes = Math.ceil(memory / 2 ** 20);
  checkLimit(limits, 'memory', memory, `decoding takes up to ${mebibytes} MiB (${memory} bytes) of memory`);
  const { positions, multiplyAdds } = await workOf(opened, geometry, await classesOf(contents, geometry));
  const { width, height } = opened.header;
  const free = (limits.multiplyAddsPerPosition * (width * height + positions)) / 1e6;
  const millions = Math.ceil(multiplyAdds / 1e6);
  if (millions > free) {
    checkLimit(limits, 'megaMultiplyAdds', millions, `decoding takes ${millions} million multiply-adds`);
  }
}

/** Bytes that each thread takes. */
export function threadMemory(opened: OpenedFile): number {
  const { width, height } = opened.header;
  const isLabelled = opened.kind === 'flat' || labelMaps(opened) > 0;
  return THREAD_MEMORY + Number(isLabelled) * PRIVATE_MEMORY * width * height;
}

/** How many classes count at a position, on average; 1 where that is not known yet. */
async function classesOf(contents: Contents | null, geometry: Geometry): Promise<number> {
  if (contents?.kind !== 'field' || contents.pyramid) return 1;
  return (await import('./coordinates/class-count.ts')).classesPerPosition(contents, geometry);
}

async function costOf(opened: OpenedFile, geometry: Geometry, classes: number): Promise<CostOf> {
  if (opened.kind === 'flat') return flatCost(opened, geometry, opened.header);
  return evaluationCost(fieldOf(opened), geometry, opened.header, classes);
}

/** @param classes of a coordinate field's label map that count at a position, on average; at most, where that is not known */
export async function evaluationCost(
  field: EvaluatedField,
  geometry: Geometry,
  picture: Size,
  classes?: number,
): Promise<CostOf> {
  const { model } = field;
  if (model) return pyramidCost(field, model, geometry, picture);
  return (await import('./coordinates/cost.ts')).coordinateCost(field, geometry, picture, classes);
}

/** The work of a whole decode. @param classes that count at a position of a coordinate field, on average */
export async function workOf(opened: OpenedFile, geometry: Geometry, classes = 1): Promise<Work> {
  const { crop, samplesX, samplesY } = geometry;
  const cost = await costOf(opened, geometry, classes);
  const piece = pieceOf(cost, geometry, rowsOfBand(geometry));
  const columns = piece.columns * samplesX;
  const { positions, multiplyAdds } = cost(columns, piece.sampleRows);
  const pieces = ((crop.width * samplesX) / columns) * ((crop.height * samplesY) / piece.sampleRows);
  return { positions: pieces * positions, multiplyAdds: readingWork(opened) + pieces * multiplyAdds };
}

/** Of what comes before the evaluation. */
function readingWork(opened: OpenedFile): number {
  const bytesOf = (name: SectionName) => opened.sections.find(({ tag }) => tag === TAGS[name])?.bytes ?? 0;
  if (opened.kind === 'flat') {
    const { width, height } = opened.header;
    const bytes = bytesOf('palette') + bytesOf('colour labels');
    return COLOUR_WORK * opened.colours + COLOUR_LABEL_WORK * width * height + COLOUR_BYTE_WORK * bytes;
  }
  const { header, pyramid, sections } = opened;
  const parameters = PARAMETER_WORK * valueCount(weightTensors(opened)) + BYTE_WORK * bytesOf('weights');
  const labels = labelMaps(opened) * LABEL_WORK * header.width * header.height;
  return (
    (header.steps === null ? 0 : parameters) +
    labels +
    BYTE_WORK * (bytesOf('labels') + bytesOf('alpha')) +
    (pyramid ? latentWork(pyramid.model) : 0) +
    (hasEnhancement(sections) ? latentWork(enhancementOf(opened)) : 0)
  );
}

function enhancementOf({ spec, header }: OpenedField): LatentModel {
  return enhancementModel(outputWidth(spec), header);
}

function latentWork({ planes, context }: LatentModel): number {
  const latents = planes.reduce((sum, { width, height }) => sum + width * height, 0);
  return latents * (LATENT_WORK + multiplyAdds(context.tensors));
}

/** @param rows of the output that are held at a time */
export async function memoryOf(opened: OpenedFile, geometry: Geometry, rows: number): Promise<number> {
  const { header } = opened;
  const samples = rows * geometry.crop.width * header.channels * (header.depth / 8);
  return (
    COMMON_MEMORY +
    samples +
    (opened.kind === 'flat' ? flatMemory(opened, geometry) : await fieldMemory(opened, geometry))
  );
}

function flatMemory(opened: OpenedFlat, geometry: Geometry): number {
  const { header, colours } = opened;
  // Samples, places and their order, and what they are when they are averaged.
  const palette = (2 * header.channels + 8 + 8 * header.channels) * colours;
  const piece = pieceOf(flatCost(opened, geometry, header), geometry, rowsOfBand(geometry));
  const borders = bordersMemory(opened, geometry, header, piece);
  return colourMapMemory(header.width * header.height, colours) + palette + borders;
}

async function fieldMemory(opened: OpenedField, geometry: Geometry): Promise<number> {
  const { header, spec, pyramid } = opened;
  const pixels = header.width * header.height;
  const parameters = valueCount(weightTensors(opened));
  const field = pyramid ? pyramidMemory(pyramid.model, geometry) : await coordinateMemory(spec);
  // Integers and their values, 4 bytes each.
  const weights = 8 * parameters;
  const labels = labelMaps(opened) * (pixels + LABEL_MODEL_MEMORY);
  return weights + field + labels + enhancementMemory(opened);
}

async function coordinateMemory(spec: FieldSpec): Promise<number> {
  return (await import('./coordinates/cost.ts')).coordinateMemory(spec);
}

function enhancementMemory(opened: OpenedField): number {
  const { header, spec, sections } = opened;
  if (!hasEnhancement(sections)) return 0;
  const latents = outputWidth(spec) * header.width * header.height;
  return 2 * latents + bandMemory(enhancementOf(opened));
}

function pyramidMemory(model: Model, { level }: Geometry): number {
  const { planes, width, height, field } = model;
  const cells = planes.map((plane) => plane.width * plane.height);
  const latents = cells.reduce((sum, count) => sum + 2 * count, 0);
  const finer = planes.filter((plane) => plane.level < level);
  const means = finer.length * cellCount(width, level) * cellCount(height, level);
  const reduced = level > 0 ? 4 * (means + field.parameters) : 0;
  // Packed, and a copy of a map while it is packed.
  const maps = 4 * field.parameters + 4 * Math.max(...field.tensors.map(({ length }) => length));
  return latents + Math.max(bandMemory(model), reduced + maps);
}

function labelMaps(opened: OpenedField): number {
  const { hasLabels, hasAlphaClasses } = fieldOf(opened);
  return Number(hasLabels) + Number(hasAlphaClasses);
}

function fieldOf(opened: OpenedField): EvaluatedField {
  const { spec, pyramid } = opened;
  const isDerived = hasDerivedClasses(opened);
  return {
    spec,
    model: pyramid?.model ?? null,
    hasDerivedClasses: isDerived,
    hasLabels: usesSegmentation(spec) && !isDerived,
    hasAlphaClasses: hasAlphaClasses(opened),
    enhancementPlanes: hasEnhancement(opened.sections) ? outputWidth(spec) : 0,
  };
}
