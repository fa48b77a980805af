/** @file A picture that can be evaluated anywhere, whatever its field sees of a position. */

import { type Contents, dequantized, type FieldContents, type PyramidModel } from '../container/contents.ts';
import { assert } from '../errors.ts';
import type { Cells } from '../field/grid.ts';
import type { ChannelCount } from '../image/raster.ts';
import type { AlphaClasses, SampleMapping } from '../samples/mapping.ts';
import { mappedSamples, premultipliedValues, valueCount } from '../samples/to-samples.ts';
import type { TimeSlices } from '../time-slices.ts';
import { evaluationCost } from './cost.ts';
import { type Geometry, latticesOf } from './geometry.ts';
import type { CostOf } from './pieces.ts';
import { createPyramidEvaluator } from './pyramid/evaluator.ts';
import { betweenCells, type Evaluate, Interpolator } from './pyramid/lattice.ts';
import type { PlaneValues } from './pyramid/planes.ts';
import { reducedField } from './pyramid/reduced.ts';
import { SceneParts } from './scene-parts.ts';
import type { FieldGpu } from './webgpu/open.ts';

export interface Scene {
  readonly channels: ChannelCount;
  /** Values of a position. */
  readonly values: number;
  /** What `evaluate` takes. */
  readonly cost: CostOf;
  /** What can be averaged at the centres of the cells that columns and rows make: [rows, columns, values], not clipped. */
  readonly evaluate: Evaluate;
  /** From values, or means of them, to samples: [pixels, channels]. */
  readonly samplesOf: (values: Float32Array) => Uint8Array | Uint16Array;
}

/**
 * @param geometry of what will be evaluated
 * @param gpu evaluates pyramid fields, near to the specified bits; null for these bits
 * @param parts of the same picture; its scenes are evaluated one after the other
 * @throws LoecError E_LIMIT, E_ABORTED or E_ENGINE
 */
export async function sceneOf(
  contents: Contents,
  geometry: Geometry,
  slices: TimeSlices,
  gpu: FieldGpu | null = null,
  parts = new SceneParts(),
): Promise<Scene> {
  if (contents.kind === 'field') return fieldScene(contents, geometry, slices, gpu, parts);
  return (await import('./flat/scene.ts')).flatScene(contents, geometry);
}

/** A field of which perhaps not all planes of latents have been read. */
export interface ReadField extends Omit<FieldContents, 'pyramid'> {
  readonly pyramid: ReadPyramid | null;
}

interface ReadPyramid extends PyramidModel {
  /** null for planes that have not been read: of those only reduced geometries make a picture. */
  readonly latents: PlaneValues;
}

/** How much faster a GPU's pieces are than counted, at least: it needs more work at a time than the some 10 ms of a CPU's piece. */
const GPU_SPEED = 4;

/** @throws LoecError E_LIMIT, E_ABORTED or E_ENGINE */
export async function fieldScene(
  contents: ReadField,
  geometry: Geometry,
  slices: TimeSlices,
  gpu: FieldGpu | null = null,
  parts = new SceneParts(),
): Promise<Scene> {
  const { spec, pyramid, segmentation, samples, alpha, channels, depth } = contents;
  const field = {
    spec,
    model: pyramid?.model ?? null,
    hasDerivedClasses: segmentation?.kind === 'derived',
    hasLabels: segmentation?.kind === 'raster',
    hasAlphaClasses: alpha !== null,
    enhancementPlanes: contents.enhancement?.planes.length ?? 0,
  };
  const evaluate = pyramid
    ? await pyramidEvaluation(contents, pyramid, geometry, slices, gpu, parts)
    : await withEnhancement(await coordinateEvaluation(contents, slices, parts), contents, parts);
  const classesAt = alpha && (await classesOfAlpha(alpha, samples));
  const cost = await evaluationCost(field, geometry, contents);
  const isOnGpu = gpu !== null && pyramid !== null && geometry.level === 0;
  return {
    channels,
    values: valueCount(samples),
    cost: isOnGpu ? fasterCost(cost, GPU_SPEED) : cost,
    evaluate: async (columns, rows) => {
      const classes = classesAt?.(columns, rows) ?? null;
      return premultipliedValues(await evaluate(columns, rows), classes, samples, depth);
    },
    samplesOf: (values) => mappedSamples(values, samples, { channels, depth }),
  };
}

/** [rows, columns]: of alpha, or opacities. */
type ClassesAt = (columns: Cells, rows: Cells) => ArrayLike<number>;

function fasterCost(cost: CostOf, speed: number): CostOf {
  return (columns, rows) => {
    const { positions, multiplyAdds } = cost(columns, rows);
    return { positions, multiplyAdds: multiplyAdds / speed };
  };
}

async function classesOfAlpha(map: AlphaClasses, samples: SampleMapping): Promise<ClassesAt> {
  const { alphaClassesAt } = await import('./alpha-classes.ts');
  return (columns, rows) => alphaClassesAt(map, samples, columns, rows);
}

async function withEnhancement(
  evaluate: Evaluate,
  { enhancement, width, height }: ReadField,
  parts: SceneParts,
): Promise<Evaluate> {
  if (!enhancement) return evaluate;
  const { enhancer } = await import('./enhancement.ts');
  parts.enhance ??= enhancer(enhancement, { width, height });
  const { enhance } = parts;
  return async (columns, rows) => {
    const values = await evaluate(columns, rows);
    enhance(values, columns, rows);
    return values;
  };
}

async function coordinateEvaluation(
  contents: ReadField,
  slices: TimeSlices,
  parts: SceneParts,
): Promise<Evaluate> {
  const { segmentation } = contents;
  assert(segmentation?.kind !== 'derived', 'derived classes without a pyramid');
  const coordinates = await import('./coordinates/evaluation.ts');
  parts.coordinates ??= await coordinates.coordinateEvaluation(contents, segmentation, slices);
  const evaluate = parts.coordinates;
  return async (columns, rows) => evaluate(columns, rows);
}

async function pyramidEvaluation(
  contents: ReadField,
  pyramid: ReadPyramid,
  geometry: Geometry,
  slices: TimeSlices,
  gpu: FieldGpu | null,
  parts: SceneParts,
): Promise<Evaluate> {
  const { model } = pyramid;
  parts.parameters ??= (await slices.take(dequantized({ ...contents, pyramid }))).field;
  const { parameters } = parts;
  const evaluateLattice =
    geometry.level > 0
      ? await reducedEvaluation(pyramid, parameters, geometry.level, slices, parts)
      : await withEnhancement(
          await latticeEvaluation(contents, pyramid, parameters, slices, gpu, parts),
          contents,
          parts,
        );
  const { across, down } = latticesOf(geometry, model);
  parts.interpolator ??= new Interpolator(model.channels);
  return betweenCells(evaluateLattice, across, down, parts.interpolator);
}

async function latticeEvaluation(
  { segmentation }: ReadField,
  { model, latents }: ReadPyramid,
  parameters: Float32Array,
  slices: TimeSlices,
  gpu: FieldGpu | null,
  parts: SceneParts,
): Promise<Evaluate> {
  parts.tuplesAt ??= model.field.hasExperts
    ? await (await import('./pyramid/experts.ts')).pyramidExperts(
        model,
        parameters,
        latents,
        segmentation,
        slices,
      )
    : () => null;
  const { tuplesAt } = parts;
  const exact = await parts.evaluatorOf(0, () =>
    createPyramidEvaluator(model, parameters, latents, tuplesAt, slices),
  );
  if (!gpu) return (columns, rows) => slices.take(exact.evaluate(columns, rows));
  const evaluator = gpu.evaluatorOf({ model, parameters, latents, tuplesAt }, exact, slices);
  return (columns, rows) => evaluator.evaluate(columns, rows);
}

/** What is finer than the cells leaves nothing in their means: enhancement layers do not count. */
async function reducedEvaluation(
  { model, latents }: ReadPyramid,
  parameters: Float32Array,
  level: number,
  slices: TimeSlices,
  parts: SceneParts,
): Promise<Evaluate> {
  const evaluator = await parts.evaluatorOf(level, async () => {
    const reduced = await slices.take(reducedField(model, parameters, latents, level));
    return createPyramidEvaluator(reduced.model, reduced.parameters, reduced.latents, () => null, slices);
  });
  return (columns, rows) => slices.take(evaluator.evaluate(columns, rows));
}
