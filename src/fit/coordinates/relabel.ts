/**
 * @file The label map's side of a segmented fit: given what the field makes of each pixel under each class, relabel where
 * bits are worth more than the error.
 */

import { interleavedPart } from '../../distortion/planar.ts';
import type { Engine } from '../../engine/engine.ts';
import { encodeLabels } from '../../entropy/label-map.ts';
import { mixedOutputs } from '../../field/mix.ts';
import type { RasterSegmentation } from '../../field/segmentation.ts';
import type { Samples } from '../../field/selectors.ts';
import { EXPERTS, type Field, outputWidth } from '../../field/spec.ts';
import type { Raster } from '../../image/raster.ts';
import { samplesToValues } from '../../image/values.ts';
import { pictureStrips } from './coordinate-problem.ts';
import type { WeightedTargets } from './moving-targets.ts';
import { simplifyLabelMap } from './simplify-label-map.ts';

/**
 * Relative fall of the error per relative growth of the weights' bits, −d ln D / d ln R: 3.3 dB per e-fold, from the
 * small end of NIF25's ablation over bits and widths.
 */
const RATE_SLOPE = 0.76;

/**
 * A label map above its budget is simplified again at a larger λ. `exponent` is −d ln λ / d ln bytes of maps of Kodak 08 of 10 kB and more,
 * with something to spare; the factor by which λ grows at once is bounded, as other maps shrink sooner or later.
 */
const LAMBDA_GROWTH = { exponent: 2.3, least: 1.2, most: 4 };

/** Squared error per bit where a field is without error, so that λ can grow. */
const LEAST_LAMBDA = 1e-6;

export interface Relabeled {
  readonly segmentation: RasterSegmentation;
  /** Of the coded label map. */
  readonly labelMapBytes: number;
}

/**
 * The simplified segmentation: the slope of the label map's rate-distortion equals that of the weights'.
 * @param budget bits that the weights will take, and bytes that the label map may take at most
 * @param nearOutputs gives what is lowered, near the field's outputs, and is asked once; null for the squared error
 */
export async function relabel(
  engine: Engine,
  field: Field,
  raster: Raster,
  segmentation: RasterSegmentation,
  budget: { readonly weightBits: number; readonly labelMapBytes: number },
  nearOutputs: (() => Promise<WeightedTargets>) | null = null,
): Promise<Relabeled> {
  const { width, height } = raster;
  const { errors, total } = await errorsOf(engine, field, raster, segmentation, nearOutputs);
  let lambda = Math.max(LEAST_LAMBDA, (RATE_SLOPE * total) / budget.weightBits);
  for (;;) {
    const labels = simplifyLabelMap({ labels: segmentation.labels, width, height, errors, lambda });
    const labelMapBytes = encodeLabels(labels, width, height).length;
    // A uniform label map is the smallest there is.
    if (labelMapBytes <= budget.labelMapBytes || labels.every((label) => label === labels[0])) {
      return { segmentation: { ...segmentation, labels }, labelMapBytes };
    }
    lambda *= lambdaGrowth(labelMapBytes / budget.labelMapBytes);
  }
}

/** @param excess the map's bytes over those of its budget, above 1 */
function lambdaGrowth(excess: number): number {
  const { exponent, least, most } = LAMBDA_GROWTH;
  return Math.min(most, Math.max(least, excess ** exponent));
}

interface Errors {
  /** Of each class. */
  readonly errors: readonly Float32Array[];
  /** Of the classes as they are. */
  readonly total: number;
}

/** In a function of its own, whose end gives back what is near the outputs: 24 bytes per pixel of colours. */
async function errorsOf(
  engine: Engine,
  field: Field,
  raster: Raster,
  segmentation: RasterSegmentation,
  nearOutputs: (() => Promise<WeightedTargets>) | null,
): Promise<Errors> {
  const near = nearOutputs && (await nearOutputs());
  const errors = await errorsPerClass(engine, field, raster, segmentation, near);
  return { errors, total: near?.distortion ?? totalError(errors, segmentation) };
}

function totalError(errors: readonly Float32Array[], { labels }: RasterSegmentation): number {
  return labels.reduce((sum, label, i) => sum + ((errors[label] as Float32Array)[i] as number), 0);
}

/** [class][pixel]: the weighted squared error, summed over channels, that the field makes if the pixel had that class. */
async function errorsPerClass(
  engine: Engine,
  field: Field,
  raster: Raster,
  segmentation: RasterSegmentation,
  near: WeightedTargets | null,
): Promise<Float32Array[]> {
  const channels = outputWidth(field.spec);
  const errors = Array.from({ length: EXPERTS }, () => new Float32Array(raster.width * raster.height));
  for (const { first, count, samples } of pictureStrips(field.spec, segmentation, raster)) {
    const targets = near
      ? interleavedPart(near.targets, channels, first, count)
      : valuesOf(raster, first, count);
    const weights = near && interleavedPart(near.weights, channels, first, count);
    for (const [label, ofLabel] of errors.entries()) {
      const outputs = await engine.evaluate(field, withClass(samples, field, label));
      const values = mixedOutputs(outputs, samples.mix);
      addSquaredErrors(ofLabel.subarray(first, first + count), values, targets, weights);
    }
  }
  return errors;
}

/** Of `count` pixels, interleaved. */
function valuesOf({ data, depth, channels }: Raster, first: number, count: number): Float32Array {
  return samplesToValues({ data: data.subarray(channels * first, channels * (first + count)), depth });
}

/** The same positions, all of one class. */
function withClass({ coordinates, tuples }: Samples, { spec }: Field, label: number): Samples {
  let mask = 0;
  let bits = 0;
  for (const [layer, { selector }] of spec.layers.entries()) {
    if (selector.kind !== 'segment') continue;
    mask |= 3 << (2 * layer);
    bits |= label << (2 * layer);
  }
  return { coordinates, tuples: tuples.map((tuple) => ((tuple & ~mask) | bits) >>> 0) };
}

/** @param errors [pixels] @param values [pixels, channels], as are targets and weights */
function addSquaredErrors(
  errors: Float32Array,
  values: Float32Array,
  targets: Float32Array,
  weights: Float32Array | null,
): void {
  const channels = values.length / errors.length;
  for (let i = 0; i < values.length; i++) {
    const difference = (values[i] as number) - (targets[i] as number);
    const pixel = Math.floor(i / channels);
    errors[pixel] = (errors[pixel] as number) + (weights?.[i] ?? 1) * difference * difference;
  }
}
