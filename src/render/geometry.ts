/** @file Which positions a decode evaluates: the output's size, the part of it that is wanted, and sub-pixel samples. */

import { LoecError, optionError } from '../errors.ts';
import { cellCount } from '../field/pyramid.ts';
import type { Size } from '../image/raster.ts';
import { checkLimit, type Limits } from '../limits.ts';
import { type Crop, MAX_SCALE, MIN_SCALE, type OutputOptions } from './options.ts';
import type { LatticeAxis } from './pyramid/lattice.ts';

export interface Geometry {
  /** Size of the whole output picture. */
  readonly width: number;
  readonly height: number;
  /** The part that is evaluated. */
  readonly crop: Crop;
  /**
   * Samples per output pixel along x and y. A picture that shrinks is averaged over each pixel's area, one sample per
   * cell of the original, so that fine detail does not alias; otherwise one sample at the pixel's centre.
   */
  readonly samplesX: number;
  readonly samplesY: number;
  /** A field with filters is evaluated at cells of 2^level pixels, */
  readonly level: number;
  /** or at so many cells per pixel along x and y. */
  readonly multipleX: number;
  readonly multipleY: number;
}

/** Cells of a reduced picture in an output's pixel along each axis, at least: of fewer, means of samples would not be near enough. */
const LEAST_CELLS = 4;

/**
 * @param picture the coded picture's own size
 * @param isReducible whether the field can be evaluated from means of its latents
 * @throws LoecError E_USAGE or E_LIMIT
 */
export function outputGeometry(
  picture: Size,
  options: OutputOptions,
  limits: Limits,
  isReducible = false,
): Geometry {
  const { width, height } = outputSize(picture, options);
  const crop = options.crop ?? { x: 0, y: 0, width, height };
  checkCrop(crop, width, height);
  const found = `the output would have ${crop.width}x${crop.height} pixels`;
  checkLimit(limits, 'outputPixels', crop.width * crop.height, found);
  const level = isReducible ? levelOf(Math.min(picture.width / width, picture.height / height)) : 0;
  const samplesX = Math.ceil(cellCount(picture.width, level) / width);
  const samplesY = Math.ceil(cellCount(picture.height, level) / height);
  const multipleX = multipleOf(width, picture.width);
  const multipleY = multipleOf(height, picture.height);
  return { width, height, crop, samplesX, samplesY, level, multipleX, multipleY };
}

/** Cells per pixel at most: what a field says between them is interpolated as well as it can be drawn. */
const MAX_MULTIPLE = 8;

/** Outputs that are larger than the picture lie between cells of the next whole multiple of it, others between its pixels. */
function multipleOf(outputs: number, pixels: number): number {
  return Math.min(MAX_MULTIPLE, Math.ceil(outputs / pixels));
}

/** @param pixels of the picture in one of the output's, along the axis that shrinks less */
function levelOf(pixels: number): number {
  let level = 0;
  while (LEAST_CELLS * 2 ** (level + 1) <= pixels) level++;
  return level;
}

/** The lattices that a field with filters is evaluated at. */
export function latticesOf(
  { multipleX, multipleY, level }: Geometry,
  picture: Size,
): { across: LatticeAxis; down: LatticeAxis } {
  return {
    across: latticeOf(multipleX, level, picture.width),
    down: latticeOf(multipleY, level, picture.height),
  };
}

function latticeOf(multiple: number, level: number, pixels: number): LatticeAxis {
  if (level > 0) return { pixels, count: cellCount(pixels, level), density: 2 ** -level };
  return { pixels, count: pixels * multiple, density: multiple };
}

/**
 * Pixels of the picture around an output's position that it depends on: taps between cells, filters, and splines; of its previews too, whose
 * cells have up to 8 pixels.
 */
const ROWS_BESIDE = 64;

/** The rows of the picture that a crop depends on, at least. */
export function pictureRows(
  { crop, height, level }: Geometry,
  picture: Size,
): { firstRow: number; endRow: number } {
  const beside = ROWS_BESIDE * 2 ** level;
  const first = Math.floor((crop.y * picture.height) / height) - beside;
  const end = Math.ceil(((crop.y + crop.height) * picture.height) / height) + beside;
  return { firstRow: Math.max(0, first), endRow: Math.min(picture.height, end) };
}

function outputSize(picture: Size, options: OutputOptions) {
  const { scale, width, height } = options;
  if (width === undefined && height === undefined) return scaled(picture, scale ?? 1, 'scale');
  if (scale !== undefined) throw new LoecError('E_USAGE', 'scale and width/height exclude each other');
  for (const [name, value] of Object.entries({ width, height })) {
    if (value !== undefined && !(Number.isInteger(value) && value >= 1)) {
      throw optionError(name, 'a positive integer', value);
    }
  }
  if (height === undefined) {
    const fitted = scaled(picture, (width as number) / picture.width, 'width');
    return { ...fitted, width: width as number };
  }
  if (width === undefined) return { ...scaled(picture, height / picture.height, 'height'), height };
  for (const factor of [width / picture.width, height / picture.height])
    checkScale(factor, 'width and height');
  return { width, height };
}

function scaled(picture: Size, scale: number, option: string) {
  checkScale(scale, option);
  return {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  };
}

function checkScale(scale: number, option: string): void {
  // A side of a few pixels can't be scaled exactly; the rounding of one pixel is not held against the caller.
  if (!(scale >= MIN_SCALE && scale <= MAX_SCALE)) {
    throw optionError(option, `a scale from ${MIN_SCALE} to ${MAX_SCALE}`, scale);
  }
}

function checkCrop(crop: Crop, width: number, height: number): void {
  const { x, y } = crop;
  const whole = [x, y, crop.width, crop.height].every((value) => Number.isInteger(value) && value >= 0);
  const inside = crop.width >= 1 && crop.height >= 1 && x + crop.width <= width && y + crop.height <= height;
  if (!whole || !inside) {
    throw optionError(
      'crop',
      `x,y,width,height within the output of ${width}x${height}`,
      `${x},${y},${crop.width},${crop.height}`,
    );
  }
}
