/** @file The options of encode and the rules that they obey, checked before any work begins. */

import { MAX_WIDTH } from '../container/header.ts';
import { TUNES, type Tune } from '../distortion/tunes.ts';
import { ENGINE_NAMES, type EngineName, type EngineNotice } from '../engine/names.ts';
import { LoecError, optionError } from '../errors.ts';
import {
  DEFAULT_PRESET,
  defaultDepth,
  isPyramid,
  isSegmented,
  PRESET_NAMES,
  type PresetName,
  SEGMENTED_PRESETS,
} from '../field/presets.ts';
import { MAX_LAYERS } from '../field/spec.ts';
import { THRESHOLD_METHODS, type ThresholdMethod } from '../field/thresholds.ts';
import { ICC_MODES, type IccMode } from '../image/icc/reduce-chunks.ts';
import type { Raster } from '../image/raster.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import {
  A_BOOLEAN,
  A_FUNCTION,
  A_TELLING_SIGNAL,
  BYTES,
  checkOptions,
  inRanges,
  type OptionRule,
  oneOf,
} from '../options.ts';
import { integers, numbers } from '../ranges.ts';
import type { EncodeProgress } from './progress.ts';

export interface EncodeOptions {
  /** 0 … 100; `docs/quality.md` has the rate of each. At most one of `quality`, `bpp`, `size`, `psnr` and `ssimulacra2`. @default 50 */
  readonly quality?: number;
  /** Bits per pixel of the file, never exceeded; coordinate presets meet it within 2 % (pyramids: docs/quality.md). */
  readonly bpp?: number;
  /** Bytes of the file, as `bpp`. */
  readonly size?: number;
  /** PSNR in dB that the decoded file must reach. */
  readonly psnr?: number;
  /** SSIMULACRA2 that the decoded file must reach: 90 looks lossless, 70 high, 50 medium. */
  readonly ssimulacra2?: number;
  /** What the fit lowers: error as the eye sees it, or the squared error. @default 'visual', with `psnr` and float32 weights 'psnr' */
  readonly tune?: Tune;
  /** 1 (a preview in seconds) … 9 (patience). @default 5 */
  readonly effort?: number;
  /** @default 'flat' where the picture's map of colours is expected to be smaller than a fit of what is asked for, else 'pyramid' */
  readonly preset?: PresetName;
  /** Presets `loe` and `seg-loe`: which layer the segmentation selects, 1 … depth; 0 for a field without one, to compare. @default the last */
  readonly segmentLayer?: number;
  /** Presets `loe`, `seg-loe` and `pyramid-seg`: how luminance is cut into classes. @default 'multi-otsu' */
  readonly thresholds?: ThresholdMethod;
  /** Coordinate presets: hidden width, 1 … 1024. @default chosen for the target */
  readonly width?: number;
  /** Coordinate presets: linear layers, 2 … 16. @default the preset's */
  readonly depth?: number;
  /** Training steps. @default the effort's */
  readonly steps?: number;
  /** Coordinate presets: `float32` stores the weights as they are fitted, without a target. @default 'quantized' */
  readonly weights?: 'quantized' | 'float32';
  /** @default 'auto' */
  readonly engine?: 'auto' | EngineName;
  /** Threads of the wasm engine, and of trials, which no engine does. The file does not depend on it. @default the machine's cores */
  readonly threads?: number;
  /** Any 32-bit integer; the same seed gives the same file. @default 1 */
  readonly seed?: number;
  /** Whether EXIF, XMP and text chunks go into the file. @default 'none' */
  readonly metadata?: 'none' | 'all';
  /** Whether a colour profile becomes the smallest that gives the same colours within ¼ level of 8 bits, or keeps its bytes. @default 'smallest' */
  readonly icc?: IccMode;
  /** Stops the encode with E_ABORTED: at once, with `onCheckpoint` or `bestSoFar` at the next moment that suits. */
  readonly signal?: AbortSignal;
  /**
   * Told where the fit stands, every `checkpointInterval` seconds and when it is stopped, as bytes for `resume`: some 20 for each pixel.
   * Maps of colours have none. Nobody waits for a promise; one that is rejected ends the encode with its reason.
   */
  readonly onCheckpoint?: (checkpoint: Uint8Array) => unknown;
  /** Seconds between two checkpoints at least; they take a twentieth of the time at most. 0 makes one wherever there can be one. @default 30 */
  readonly checkpointInterval?: number;
  /**
   * A checkpoint of the same picture and options, from which the fit goes on; `onNotice` is told whether it is one, and else the fit begins
   * anew. With engine `wasm` the file is the same as without an interruption, with others as good.
   */
  readonly resume?: Uint8Array;
  /** Whether an encode that `signal` stops comes to a file of what there is then, of less quality, in place of E_ABORTED. @default false */
  readonly bestSoFar?: boolean;
  readonly onProgress?: (progress: EncodeProgress) => void;
  /**
   * Pyramid presets: told what the fit draws so far, about every second; at half the picture's size at first, where it begins so. It takes a
   * twentieth of the time at most, and changes no file.
   */
  readonly onPreview?: (preview: Raster) => void;
  /** Told what `auto` has chosen, where a GPU fails and the CPU goes on, and what a picture is not suited for. */
  readonly onNotice?: (notice: EncodeNotice) => void;
}

/** Something about a picture that someone may want to know, for people. */
export interface PictureNotice {
  readonly kind: 'picture';
  readonly text: string;
}

/** Whether the fit goes on from the checkpoint that `resume` gave it. */
export interface ResumeNotice {
  readonly kind: 'resume';
  readonly isAccepted: boolean;
  readonly text: string;
}

export type EncodeNotice = EngineNotice | PictureNotice | ResumeNotice;

/** Options that obey the rules, with the defaults of all presets filled in. */
export type CheckedOptions = EncodeOptions &
  Required<Pick<EncodeOptions, 'quality' | 'tune' | 'effort' | 'thresholds' | 'weights' | 'seed'>>;

/** What options with numbers accept. A segmentation selects one of the layers that there are, which `checkCombinations` looks at. */
export const RANGES = {
  quality: numbers(0, 100),
  bpp: numbers(0, 1000),
  size: integers(1, DEFAULT_LIMITS.bytes),
  psnr: numbers(1, 200),
  ssimulacra2: numbers(1, 100),
  effort: integers(1, 9),
  width: integers(1, MAX_WIDTH),
  depth: integers(2, MAX_LAYERS),
  segmentLayer: integers(0, MAX_LAYERS),
  steps: integers(1, 1e9),
  threads: integers(1, 256),
  seed: integers(-(2 ** 31), 2 ** 32 - 1),
  checkpointInterval: numbers(0, 1e6),
} as const;

/** What each option accepts; there are no others. */
const RULES: Readonly<Record<keyof EncodeOptions, OptionRule>> = {
  ...inRanges(RANGES),
  tune: oneOf(TUNES),
  preset: oneOf(PRESET_NAMES),
  thresholds: oneOf(THRESHOLD_METHODS),
  weights: oneOf(['quantized', 'float32']),
  engine: oneOf(['auto', ...ENGINE_NAMES]),
  metadata: oneOf(['none', 'all']),
  icc: oneOf(ICC_MODES),
  signal: A_TELLING_SIGNAL,
  onCheckpoint: A_FUNCTION,
  resume: BYTES,
  bestSoFar: A_BOOLEAN,
  onProgress: A_FUNCTION,
  onPreview: A_FUNCTION,
  onNotice: A_FUNCTION,
};

const TARGETS = ['quality', 'bpp', 'size', 'psnr', 'ssimulacra2'] as const;

/** @throws LoecError E_USAGE naming the option */
export function checkedOptions(options: EncodeOptions): CheckedOptions {
  checkOptions('encode', options, RULES);
  const { preset = DEFAULT_PRESET } = options;
  const checked: CheckedOptions = {
    ...options,
    quality: options.quality ?? 50,
    tune: options.tune ?? defaultTune(options),
    effort: options.effort ?? 5,
    thresholds: options.thresholds ?? 'multi-otsu',
    weights: options.weights ?? 'quantized',
    seed: options.seed ?? 1,
  };
  checkCombinations(options, preset);
  return checked;
}

/** Nothing is lowered for the eye where a PSNR is aimed at, nor where weights are fitted as they are published. */
function defaultTune({ psnr, weights }: EncodeOptions): Tune {
  return psnr === undefined && weights !== 'float32' ? 'visual' : 'psnr';
}

function checkCombinations(options: EncodeOptions, preset: PresetName): void {
  const targets = TARGETS.filter((target) => options[target] !== undefined);
  if (targets.length > 1) {
    throw new LoecError('E_USAGE', `${targets.join(' and ')} exclude each other: give one target`);
  }
  if (options.weights === 'float32' && targets.length > 0) {
    const message = `float32 weights have no ${targets[0]} to aim at: their size follows from the width`;
    throw new LoecError('E_USAGE', message);
  }
  if (options.tune === 'visual' && options.psnr !== undefined) {
    const message = 'a fit with tune visual has no psnr to aim at: leave tune away, or aim at ssimulacra2';
    throw new LoecError('E_USAGE', message);
  }
  if (preset === 'flat') {
    checkFlat(options);
    return;
  }
  if (isPyramid(preset)) checkPyramid(preset, options);
  else checkCoordinates(options);
  for (const name of ['segmentLayer', 'thresholds'] as const) {
    if (options[name] === undefined || isSegmented(preset)) continue;
    const presets = SEGMENTED_PRESETS.join(', ');
    throw new LoecError('E_USAGE', `${name} belongs to segmented presets (${presets}), not to ${preset}`);
  }
  const { segmentLayer = 1, depth = defaultDepth(preset) } = options;
  if (segmentLayer > depth) throw optionError('segmentLayer', integers(0, depth).expected, segmentLayer);
}

/** What shapes a field does not shape a map of colours. */
function checkFlat(options: EncodeOptions): void {
  for (const name of ['width', 'depth', 'segmentLayer', 'thresholds'] as const) {
    if (options[name] === undefined) continue;
    throw new LoecError('E_USAGE', `${name} belongs to presets that fit a field, not to flat`);
  }
  if (options.weights === 'float32') {
    throw new LoecError('E_USAGE', 'float32 weights belong to presets that fit a field, not to flat');
  }
}

/** What shapes a coordinate field does not shape a pyramid. */
function checkPyramid(preset: PresetName, options: EncodeOptions): void {
  const rule = `to coordinate presets (loe, siren …), not to ${preset}`;
  for (const name of ['width', 'depth', 'segmentLayer'] as const) {
    if (options[name] !== undefined) throw new LoecError('E_USAGE', `${name} belongs ${rule}`);
  }
  if (options.weights === 'float32') throw new LoecError('E_USAGE', `float32 weights belong ${rule}`);
}

/** Float32 weights are fitted as published. */
function checkCoordinates({ tune, weights }: EncodeOptions): void {
  if (tune === 'visual' && weights === 'float32') {
    throw new LoecError('E_USAGE', 'float32 weights lower the squared error alone: leave tune visual away');
  }
}
