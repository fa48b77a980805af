/** @file How fields are fitted: what the paper says, and the readings of what it leaves open. */

import { type CoordinateProblem, initialState } from '../../src/engine/coordinates.ts';
import { initialParameters } from '../../src/field/init.ts';
import { presetSpec } from '../../src/field/presets.ts';
import type { RasterSegmentation } from '../../src/field/segmentation.ts';
import type { FieldSpec, LayerSpec } from '../../src/field/spec.ts';
import { pictureProblem } from '../../src/fit/coordinates/coordinate-problem.ts';
import { cropRaster } from '../../src/image/crop.ts';
import type { Raster } from '../../src/image/raster.ts';
import type { System } from './systems.ts';

export interface Protocol {
  /** Hidden units. */
  readonly width: number;
  /** Steps of Adam, each over the whole picture. */
  readonly steps: number;
  /** Of Adam; it does not fall. The paper does not say it. */
  readonly learningRate: number;
  /** Of all sines. */
  readonly omega: number;
  /** The middle of a picture that is fitted, or all of it. */
  readonly crop: { readonly width: number; readonly height: number } | null;
  /** Frequency of the finest tiles: on the whole picture those of 3×2 pixels. */
  readonly finest: number;
  readonly seed: number;
}

/** The paper's, at SIREN's own learning rate: which one the paper had is open (docs/paper.md). */
export const FULL: Protocol = {
  width: 256,
  steps: 5000,
  learningRate: 1e-4,
  omega: 30,
  crop: null,
  finest: 128,
  seed: 1,
};

/**
 * For a CPU: the middle sixteenth of a picture, with tiles of as many pixels, half as many parameters again per pixel, and fewer steps at a
 * larger rate.
 */
export const REDUCED: Protocol = {
  ...FULL,
  width: 80,
  steps: 600,
  learningRate: 1.4e-3,
  crop: { width: 192, height: 128 },
  finest: 32,
};

/** What is fitted of a picture. */
export function croppedTo({ crop }: Protocol, raster: Raster): Raster {
  if (!crop) return raster;
  const [width, height] = [Math.min(crop.width, raster.width), Math.min(crop.height, raster.height)];
  const [left, top] = [Math.floor((raster.width - width) / 2), Math.floor((raster.height - height) / 2)];
  return cropRaster(raster, left, top, width, height);
}

/** The field of a system, in the protocol's reading. */
export function specOf(system: System, protocol: Protocol, channels: number): FieldSpec {
  const { preset, segmentLayer } = system;
  const { width } = protocol;
  const spec = presetSpec(preset, { width, channels, ...(segmentLayer !== undefined && { segmentLayer }) });
  return { ...spec, layers: spec.layers.map((layer) => readAs(layer, protocol)) };
}

function readAs(layer: LayerSpec, { omega, finest }: Protocol): LayerSpec {
  const { selector, activation } = layer;
  return {
    ...layer,
    activation: activation.kind === 'sine' ? { ...activation, omega } : activation,
    selector:
      selector.kind === 'tile' && selector.frequency === 128 ? { ...selector, frequency: finest } : selector,
  };
}

/** A fit from the start, the whole picture in every step. */
export function problemOf(
  spec: FieldSpec,
  segmentation: RasterSegmentation | null,
  raster: Raster,
  seed: number,
): CoordinateProblem {
  const start = initialState(initialParameters(spec, seed), 'adam');
  return { ...pictureProblem(raster, spec, segmentation, start), batches: 1 };
}
