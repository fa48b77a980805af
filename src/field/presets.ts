/** @file The named systems: pyramid fields, the four systems of the paper and `loe`, each a value of FieldSpec. */

import type { ContextSpec } from './context.ts';
import { pyramidPlanes } from './pyramid.ts';
import type { Activation, FieldSpec, LayerSpec, Selector } from './spec.ts';

/** Fields that are functions of the position alone. */
export const COORDINATE_PRESETS = ['loe', 'siren', 'loe-ftc', 'loe-qt', 'seg-loe'] as const;
export type CoordinatePreset = (typeof COORDINATE_PRESETS)[number];

/** Fields of a latent pyramid. */
export const PYRAMID_PRESETS = ['pyramid', 'pyramid-loe', 'pyramid-seg'] as const;
export type PyramidPreset = (typeof PYRAMID_PRESETS)[number];

export type FieldPreset = PyramidPreset | CoordinatePreset;

/** `flat` is no field, but a map of the picture's colours. */
export const PRESET_NAMES = [...PYRAMID_PRESETS, 'flat', ...COORDINATE_PRESETS] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/** Of pictures that are no graphics, where none is asked for. */
export const DEFAULT_PRESET: PyramidPreset = 'pyramid';

/** Presets of which a layer is selected by the segmentation. */
export const SEGMENTED_PRESETS: readonly PresetName[] = ['loe', 'seg-loe', 'pyramid-seg'];

export function isSegmented(preset: PresetName): boolean {
  return SEGMENTED_PRESETS.includes(preset);
}

export function isPyramid(preset: PresetName): preset is PyramidPreset {
  return (PYRAMID_PRESETS as readonly PresetName[]).includes(preset);
}

export interface PresetOptions {
  /** Width of the hidden layers: of all of them, or of each. */
  readonly width: number | readonly number[];
  /** Channels of the picture. */
  readonly channels: number;
  /** Linear layers. @default the preset's */
  readonly depth?: number | undefined;
  /** Segmented presets: the layer chosen by the segmentation, from 1; 0 for a field without a segmentation. @default the last */
  readonly segmentLayer?: number | undefined;
}

interface PyramidOptions {
  /** Channels of the picture. */
  readonly channels: number;
  /** Levels of the latent pyramid (`levelCount`). */
  readonly levels: number;
  /** @default 'small' */
  readonly size?: PyramidSize;
}

/**
 * How large the networks of a pyramid field are. The large ones have twice the weights, 1.7 times the time of a step and twice
 * the multiply-adds of decoding; they say more about a picture if a fit is long enough.
 */
export type PyramidSize = 'small' | 'large';

/** SIREN's ω₀ (Sitzmann et al. 2020, section 3.2). */
const OMEGA = 30;

/** ω of the first layer of `loe`, which sets its frequencies (docs/experiments.md, "Fields by SOAP"). */
const LOE_FIRST_OMEGA = 60;

/** Hidden units and filters of pyramid fields (docs/experiments.md, "Sizes of the pyramid's networks" and "Large networks"). */
const PYRAMID_FIELDS: Readonly<Record<PyramidSize, { width: number; filters: number }>> = {
  small: { width: 32, filters: 2 },
  large: { width: 48, filters: 3 },
};

/** Their context models, of the same sections. */
export const PYRAMID_CONTEXTS: Readonly<Record<PyramidSize, ContextSpec>> = {
  small: { neighbours: 12, coarser: 3, width: 16 },
  large: { neighbours: 18, coarser: 6, width: 24 },
};

const one: Selector = { kind: 'one' };
const segment: Selector = { kind: 'segment' };
const tile = (frequency: number): Selector => ({ kind: 'tile', frequency });

/**
 * The selectors of pyramid fields. Experts by place belong in the first layer, where they read the latents differently; experts
 * by class in the last one, where they colour differently (docs/experiments.md, "Experts of pyramid fields").
 */
const PYRAMID_SELECTORS: Record<PyramidPreset, readonly Selector[]> = {
  pyramid: [one, one],
  'pyramid-loe': [tile(1), one],
  'pyramid-seg': [one, segment],
};

/**
 * How far the tiles of `loe` overlap: hard borders are seen in files of low rates and in enlargements. A wider band is smoother still, but
 * more positions have several tuples of experts to evaluate, here 0.4 for each position, and fewer pixels are left to each expert alone.
 */
const LOE_OVERLAP = 1 / 32;

/** Tile frequencies of a `depth`-layer field, fine to coarse as in the paper's LoE-FTC: 128, 8, 4, 2 at depth 4. */
function fineToCoarse(depth: number): Selector[] {
  const coarse = Array.from({ length: depth - 1 }, (_, i) => tile(2 ** (depth - 1 - i)));
  return [tile(128), ...coarse];
}

/**
 * A plain first layer, so that all experts share the frequencies; then coarse tiles of two sizes in turn, ending with the
 * coarser ones: their combinations are more than either has; and the segmentation where it says most, in the last layer
 * (docs/experiments.md, "Selectors and depth of `loe`" and "Segmentation map of `loe`").
 */
function coarseTiles(depth: number, segmentLayer: number): Selector[] {
  const selectors = Array.from({ length: depth }, (_, i) => tile(i % 2 === 1 && i < depth - 2 ? 2 : 1));
  selectors[0] = one;
  return withSegment(selectors, segmentLayer);
}

/** The selectors of a preset, one per layer. */
function selectorsOf(preset: CoordinatePreset, depth: number, segmentLayer: number): Selector[] {
  switch (preset) {
    case 'siren':
      return Array.from({ length: depth }, () => one);
    case 'loe':
      return coarseTiles(depth, segmentLayer);
    case 'loe-ftc':
      return fineToCoarse(depth);
    case 'loe-qt':
      return fineToCoarse(depth).reverse();
    case 'seg-loe':
      return segmented(depth, segmentLayer);
  }
}

/**
 * The paper's segmented LoE: the segmentation takes one layer and the tiles of LoE-FTC go to the others in order, the
 * coarsest ones left over being dropped: 128, 8, 4, segment; 128, 8, segment, 2; 128, segment, 4, 2; segment, 128, 4, 2.
 */
function segmented(depth: number, segmentLayer: number): Selector[] {
  const selectors = fineToCoarse(depth);
  if (segmentLayer === 1) return [segment, tile(128), ...selectors.slice(2)];
  return withSegment(selectors, segmentLayer);
}

/** @param layer that the segmentation selects, from 1; at 0 the last layer, where it would say most, has one expert */
function withSegment(selectors: readonly Selector[], layer: number): Selector[] {
  return layer === 0 ? selectors.with(-1, one) : selectors.with(layer - 1, segment);
}

/** Linear layers of a preset: four in all systems of the paper. */
export function defaultDepth(preset: FieldPreset): number {
  if (isPyramid(preset)) return PYRAMID_SELECTORS[preset].length;
  return preset === 'loe' ? 7 : 4;
}

export function presetSpec(preset: PyramidPreset, options: PyramidOptions): FieldSpec;
export function presetSpec(preset: CoordinatePreset, options: PresetOptions): FieldSpec;
export function presetSpec(preset: FieldPreset, options: PyramidOptions | PresetOptions): FieldSpec {
  return isPyramid(preset)
    ? pyramidSpec(preset, options as PyramidOptions)
    : coordinateSpec(preset, options as PresetOptions);
}

function pyramidSpec(preset: PyramidPreset, { channels, levels, size = 'small' }: PyramidOptions): FieldSpec {
  const { width, filters } = PYRAMID_FIELDS[size];
  const layers = layersOf(PYRAMID_SELECTORS[preset], width, channels, { kind: 'snake' });
  return { input: { kind: 'pyramid', planes: pyramidPlanes(levels) }, layers, filters, overlap: 0 };
}

function coordinateSpec(preset: CoordinatePreset, options: PresetOptions): FieldSpec {
  const depth = options.depth ?? defaultDepth(preset);
  const selectors = selectorsOf(preset, depth, options.segmentLayer ?? depth);
  const layers = layersOf(selectors, options.width, options.channels, { kind: 'sine', omega: OMEGA });
  if (preset === 'loe') layers[0] = withOmega(layers[0] as LayerSpec, LOE_FIRST_OMEGA);
  const isOverlapping = preset === 'loe' && selectors.some(({ kind }) => kind === 'tile');
  return { input: { kind: 'coordinates' }, layers, filters: 0, overlap: isOverlapping ? LOE_OVERLAP : 0 };
}

function withOmega(layer: LayerSpec, omega: number): LayerSpec {
  return { ...layer, activation: { kind: 'sine', omega } };
}

/** Hidden layers of one activation, and the linear one that gives the channels. @param width of all hidden layers, or of each */
function layersOf(
  selectors: readonly Selector[],
  width: number | readonly number[],
  channels: number,
  activation: Activation,
): LayerSpec[] {
  return selectors.map((selector, i) =>
    i === selectors.length - 1
      ? { width: channels, selector, activation: { kind: 'linear' } }
      : { width: typeof width === 'number' ? width : (width[i] as number), selector, activation },
  );
}
