/** @file From what the user asks (quality, bits per pixel, bytes, PSNR) to fits of a size. */

import type { Contents } from '../../container/contents.ts';
import { writeContents } from '../../container/write.ts';
import { decode } from '../../decode.ts';
import type { Engine } from '../../engine/engine.ts';
import { assert, LoecError } from '../../errors.ts';
import { DEFAULT_PRESET, isPyramid, presetSpec } from '../../field/presets.ts';
import type { Raster } from '../../image/raster.ts';
import { psnr } from '../../metrics/psnr.ts';
import type { Fitted } from '../fitted.ts';
import { DEFAULT_EFFORT, DEFAULT_QUALITY, DEFAULT_THRESHOLDS, type EncodeOptions } from '../options.ts';
import { ProgressMeter } from '../progress.ts';
import type { CoordinateJob } from './coordinate-job.ts';
import { pictureSegmentation } from './coordinate-problem.ts';
import { fitPicture } from './fit-picture.ts';
import { widthByPilotFit } from './pilot-fit.ts';
import { EFFORT_STEPS, type FieldRequest, PAPER_WIDTH, specForSize } from './width-plan.ts';

/** Bits per pixel of quality 0; every 16 points double them. The table is in docs/quality.md. */
const LOWEST_BPP = 0.05;

/** Fits that a search for a PSNR may take. */
const MAX_TRIALS = 6;

/** A search ends with a PSNR at most this far above the asked one, in dB. */
const PSNR_TOLERANCE = 0.25;

/** Gain in dB for twice the bits, as a first guess: 3.3 dB per e-fold (see `relabel.ts`). */
const DB_PER_OCTAVE = 2.3;

/** Bits per pixel of a quality of 0 … 100. */
export function bppOfQuality(quality: number): number {
  return LOWEST_BPP * 2 ** (quality / 16);
}

/** @throws LoecError E_TARGET or E_ABORTED */
export async function encodeCoordinates(
  engine: Engine,
  raster: Raster,
  options: EncodeOptions,
): Promise<Fitted> {
  if (options.psnr !== undefined) return fitToPsnr(engine, raster, options, options.psnr);
  return fitOnce(engine, raster, options, targetBytes(raster, options));
}

/** Bytes that the file shall have; null for float32 weights, which have the size that they have. */
function targetBytes({ width, height }: Raster, options: EncodeOptions): number | null {
  if (options.weights === 'float32') return null;
  const bpp = options.bpp ?? bppOfQuality(options.quality ?? DEFAULT_QUALITY);
  return options.size ?? Math.round((width * height * bpp) / 8);
}

async function fitOnce(
  engine: Engine,
  raster: Raster,
  options: EncodeOptions,
  bytes: number | null,
): Promise<Fitted> {
  const request = requestOf(raster, options);
  const job = jobOf(raster, options, request, bytes);
  const meter = new ProgressMeter(job.steps, options.onProgress);
  const isPlanned = options.width === undefined && bytes !== null;
  const planned = isPlanned && job.segmentation ? await widthByPilotFit(engine, job, request, meter) : job;
  const contents: Contents = await fitPicture(engine, planned, meter);
  meter.phase('write');
  const file = await writeContents(contents);
  const decoded = await decode(file, options.signal ? { signal: options.signal } : {});
  return { file, psnr: psnr(raster, decoded), steps: meter.taken };
}

function requestOf({ channels }: Raster, options: EncodeOptions): FieldRequest {
  const { preset = DEFAULT_PRESET, depth, segmentLayer } = options;
  assert(!isPyramid(preset), 'pyramids are fitted elsewhere');
  return {
    preset,
    channels,
    ...(depth !== undefined && { depth }),
    ...(segmentLayer !== undefined && { segmentLayer }),
  };
}

function jobOf(
  raster: Raster,
  options: EncodeOptions,
  request: FieldRequest,
  bytes: number | null,
): CoordinateJob {
  const { width, signal } = options;
  const { preset } = request;
  const spec =
    width === undefined && bytes !== null
      ? specForSize(request, bytes)
      : presetSpec(preset, { ...request, width: width ?? PAPER_WIDTH });
  return {
    raster,
    preset,
    spec,
    segmentation: pictureSegmentation(spec, raster, options.thresholds ?? DEFAULT_THRESHOLDS),
    bytes,
    steps: options.steps ?? (EFFORT_STEPS[(options.effort ?? DEFAULT_EFFORT) - 1] as number),
    seed: options.seed ?? 1,
    signal,
  };
}

/** The smallest of a few fits that reaches `target`: a secant search on the logarithm of the size. */
async function fitToPsnr(
  engine: Engine,
  raster: Raster,
  options: EncodeOptions,
  target: number,
): Promise<Fitted> {
  let octaves = Math.log2((raster.width * raster.height * bppOfQuality(DEFAULT_QUALITY)) / 8);
  let slope = DB_PER_OCTAVE;
  let last: { octaves: number; psnr: number } | undefined;
  let best: Fitted | undefined;
  for (let trial = 0; trial < MAX_TRIALS; trial++) {
    const fitted = await fitOnce(engine, raster, options, Math.round(2 ** octaves));
    const reaches = fitted.psnr >= target;
    if (reaches && (!best || fitted.file.length < best.file.length)) best = fitted;
    if (reaches && fitted.psnr <= target + PSNR_TOLERANCE) return fitted;
    if (last && Math.abs(octaves - last.octaves) > 0.01) {
      slope = Math.min(12, Math.max(0.5, (fitted.psnr - last.psnr) / (octaves - last.octaves)));
    }
    last = { octaves, psnr: fitted.psnr };
    // Aims a little above, so that the search ends on the right side.
    octaves += Math.min(2, Math.max(-2, (target + PSNR_TOLERANCE / 2 - fitted.psnr) / slope));
  }
  if (best) return best;
  throw new LoecError(
    'E_TARGET',
    `${target} dB were not reached: the last of ${MAX_TRIALS} fits has ${last?.psnr.toFixed(2)} dB; try a higher effort`,
  );
}
