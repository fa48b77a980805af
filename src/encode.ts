/** @file The verb: a picture in, the bytes of a .loe file out. */

import { chooseEngine, type EngineNotice } from './engine/choose.ts';
import type { EngineName } from './engine/engine.ts';
import { DEFAULT_PRESET, isPyramid, type PresetName } from './field/presets.ts';
import type { ThresholdMethod } from './field/thresholds.ts';
import { checkOptions } from './fit/options.ts';
import { fitPyramidToTarget } from './fit/pyramid/target.ts';
import { fitToTarget } from './fit/target.ts';
import type { Raster } from './image/raster.ts';

/** Where an encode stands. */
export interface EncodeProgress {
  /** What is being done: for example `fit`, `quantize`, `write`. */
  readonly phase: string;
  /** Share of the whole encode that is done, 0 … 1, by expected time. */
  readonly done: number;
  /** Expected seconds to the end, once there is a basis for it. */
  readonly secondsLeft?: number;
  /** PSNR in dB of the fit so far, before quantization where `phase` is `fit`. */
  readonly psnr?: number;
}

export interface EncodeOptions {
  /** 0 … 100; `docs/quality.md` has the rate of each. At most one of `quality`, `bpp`, `size` and `psnr`. @default 50 */
  readonly quality?: number;
  /** Bits per pixel of the file, never exceeded; coordinate presets meet it within 2 % (pyramids: docs/quality.md). */
  readonly bpp?: number;
  /** Bytes of the file, as `bpp`. */
  readonly size?: number;
  /** PSNR in dB that the decoded file must reach. */
  readonly psnr?: number;
  /** 1 (a preview in seconds) … 9 (patience). @default 5 */
  readonly effort?: number;
  /** @default 'pyramid' */
  readonly preset?: PresetName;
  /** Presets `loe` and `seg-loe`: which layer the segmentation selects, 1 … depth. @default the last */
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
  /** Stops the encode with E_ABORTED. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EncodeProgress) => void;
  /** Told what `auto` has chosen, and where a GPU fails and the CPU goes on. */
  readonly onNotice?: (notice: EngineNotice) => void;
}

export interface EncodeResult {
  /** The .loe file. */
  readonly file: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly bpp: number;
  /** PSNR in dB of the decoded file against the input, all channels; Infinity where they are equal. */
  readonly psnr: number;
  readonly preset: PresetName;
  /** The one that ended the fit. */
  readonly engine: EngineName;
  /** Training steps taken. */
  readonly steps: number;
  readonly seconds: number;
}

/**
 * Fits a field to the picture and packs it into a file.
 * @throws LoecError E_USAGE, E_LIMIT, E_TARGET, E_ENGINE or E_ABORTED
 */
export async function encode(raster: Raster, options: EncodeOptions = {}): Promise<EncodeResult> {
  const started = performance.now();
  checkOptions(raster, options);
  const { engine: name = 'auto', threads, onNotice } = options;
  const engine = await chooseEngine(name, { threads, onNotice });
  try {
    const preset = options.preset ?? DEFAULT_PRESET;
    const fit = isPyramid(preset) ? fitPyramidToTarget : fitToTarget;
    const fitted = await fit(engine, raster, options);
    return {
      ...fitted,
      width: raster.width,
      height: raster.height,
      bpp: (8 * fitted.file.length) / (raster.width * raster.height),
      preset,
      engine: engine.name,
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await engine.dispose();
  }
}
