/** @file What programs may ask of a decode. */

import { LoecError } from '../errors.ts';
import type { Raster } from '../image/raster.ts';
import type { Limits } from '../limits.ts';
import {
  A_BOOLEAN,
  A_FUNCTION,
  A_NUMBER,
  AN_ABORT_SIGNAL,
  AN_OBJECT,
  checkOptions,
  type OptionRule,
  oneOf,
} from '../options.ts';

export const MIN_SCALE = 0.05;
export const MAX_SCALE = 64;

/** A rectangle of output pixels. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What is wanted of a picture: its size, and which part of it. */
export interface OutputOptions {
  /** Output size over the picture's own, 0.05 … 64. Excludes `width` and `height`. @default 1 */
  readonly scale?: number;
  /** Output width in pixels; with `width` alone the height keeps the aspect ratio, and the other way round. */
  readonly width?: number;
  readonly height?: number;
  /** Evaluates only this part of the output picture. */
  readonly crop?: Crop;
}

/** What evaluates a pyramid field. */
export const DECODE_ENGINES = ['wasm', 'webgpu'] as const;
export type DecodeEngine = (typeof DECODE_ENGINES)[number];

export interface DecodeOptions extends OutputOptions {
  /**
   * What evaluates a pyramid field: `wasm` gives the same bits on every machine; `webgpu`, the machine's GPU, samples within ±1 of these, ±⌈P/A⌉ of
   * colours under an alpha of A in 0 … P. All other pictures, and those of an eighth of the size or less, are evaluated by
   * `wasm`. In Node `webgpu` needs the package of that name, in a browser `navigator.gpu`. @default 'wasm'
   */
  readonly engine?: DecodeEngine;
  /** What the file may cost; `Limits` says what each of them bounds. @default DEFAULT_LIMITS for those that are not given */
  readonly limits?: Partial<Limits>;
  /** Stops the decode with E_ABORTED, within a fifth of a second. */
  readonly signal?: AbortSignal;
  /** Called with the share of pixels done, 0 … 1. What it throws ends the decode. */
  readonly onProgress?: (done: number) => void;
  /**
   * Called while latents are read, with what is wanted as it looks without the finest of them: first at an eighth of the picture's size, then
   * at half of it, as far as the output is larger. Colours and contrast are not yet right. Not called for fields without a pyramid,
   * with experts or a mask, and for flat pictures. What it throws ends the decode.
   */
  readonly onPreview?: (preview: Raster) => void;
  /**
   * Gives the first of these previews, of the whole picture, and reads no more of the file: at once, however large the picture is. Where there are
   * no previews the picture is decoded at an eighth of its size. Excludes all that says what size or part is wanted. @default false
   */
  readonly preview?: boolean;
  /** Told what renders the picture. */
  readonly onNotice?: (notice: DecodeNotice) => void;
}

/** Something about a decode that someone may want to know. */
export interface DecodeNotice {
  /** Which engine renders, on how many threads, and why not on more. */
  readonly kind: 'choice';
  /** For people. */
  readonly text: string;
}

export const DECODE_RULES: Readonly<Record<keyof DecodeOptions, OptionRule>> = {
  scale: A_NUMBER,
  width: A_NUMBER,
  height: A_NUMBER,
  crop: {
    expected: 'an object of four numbers x, y, width and height, and nothing else',
    accepts: isCrop,
  },
  engine: oneOf(DECODE_ENGINES),
  limits: AN_OBJECT,
  signal: AN_ABORT_SIGNAL,
  onProgress: A_FUNCTION,
  onPreview: A_FUNCTION,
  preview: A_BOOLEAN,
  onNotice: A_FUNCTION,
};

function isCrop(value: unknown): boolean {
  if (!AN_OBJECT.accepts(value)) return false;
  const { x, y, width, height, ...others } = value as Crop;
  return [x, y, width, height].every(A_NUMBER.accepts) && Object.keys(others).length === 0;
}

/** @throws LoecError E_USAGE */
export function checkDecodeOptions(options: DecodeOptions): void {
  checkOptions('decode', options, DECODE_RULES);
  const { preview, scale, width, height, crop } = options;
  if (!preview || [scale, width, height, crop].every((option) => option === undefined)) return;
  throw new LoecError('E_USAGE', 'preview excludes scale, width, height and crop: give one of them');
}
