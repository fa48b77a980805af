/** @file Measures a codec at a setting on a picture: encode, write, read back, decode, score. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { LoecError } from '../errors.ts';
import { cropRaster } from '../image/crop.ts';
import type { Raster } from '../image/raster.ts';
import { type Kernel, resample } from '../image/resample.ts';
import { shrinkBox } from '../image/shrink.ts';
import type { BenchCodec } from './codec.ts';
import { atDepth, depthWithin } from './kind.ts';
import type { Metric } from './metric.ts';
import { fileName, type Outcome, pointText, type Row, type Subject } from './row.ts';

/** What is measured, with all that it takes. */
interface Point {
  readonly codec: BenchCodec;
  readonly subject: Omit<Subject, 'codec'>;
  /** Of the curve, without the enlargement. */
  readonly name: string;
  readonly raster: Raster;
  readonly metrics: readonly Metric[];
  /** The bench's folder. */
  readonly folder: string;
  readonly signal: AbortSignal | undefined;
}

/** How pictures that a codec has shrunk come back to their size. */
const ENLARGERS: readonly Kernel[] = ['lanczos3', 'cubic'];

/**
 * One row, or with an upscale factor one per way to enlarge; a failure gives one row that says why.
 * @throws what the signal was aborted with, as the codec reports it
 */
export async function measurePoint(point: Point): Promise<Row[]> {
  try {
    const outcomes = await measured(point);
    const names = curveNames(point.codec, point.name, point.subject.upscale);
    return outcomes.map((outcome, i) => ({ ...headOf(point.subject, names[i] as string), ...outcome }));
  } catch (error) {
    if (point.signal?.aborted) throw error;
    return failedRows(point, (error as Error).message);
  }
}

/** The rows of a point that could not be measured. */
export function failedRows(
  { codec, name, subject }: Pick<Point, 'codec' | 'name' | 'subject'>,
  error: string,
): Row[] {
  return curveNames(codec, name, subject.upscale).map((curve) => ({ ...headOf(subject, curve), error }));
}

function headOf(subject: Point['subject'], codec: string) {
  return { ...subject, codec, machine: machine(), measured: new Date().toISOString() };
}

/** The curves that a codec gives: with an upscale factor one per way to enlarge. */
export function curveNames(codec: BenchCodec, name: string, upscale: number): string[] {
  return upscale === 1 || codec.decodeAt ? [name] : ENLARGERS.map((kernel) => `${name} + ${kernel}`);
}

async function measured(point: Point): Promise<Outcome[]> {
  const { codec, subject, raster, signal, metrics } = point;
  const { upscale, setting } = subject;
  const reference = cropToMultiple(raster, upscale);
  const version = await codec.version();
  const codedDepth = depthWithin(codec, reference);
  const given = atDepth(shrinkBox(reference, upscale), codedDepth);
  const encoded = await timed(() => codec.encode(given, setting, signal));
  const file = await writeCoded(point, encoded.value);
  const bytes = Uint8Array.from(await readFile(join(point.folder, file)));
  const decoded = await timed(() => decodeAll(codec, bytes, given, upscale));
  const { width, height, depth } = reference;
  return Promise.all(
    decoded.value.map(async (picture) => ({
      version,
      width,
      height,
      depth,
      codedDepth,
      bytes: bytes.length,
      bpp: (8 * bytes.length) / (width * height),
      scores: await scoresOf(metrics, reference, atDepth(picture, depth), signal),
      encodeSeconds: encoded.seconds,
      decodeSeconds: decoded.seconds,
      peakMemory: 1024 * process.resourceUsage().maxRSS,
      file,
    })),
  );
}

/** What was `given`, decoded at `upscale` times its size, once per way to enlarge. */
async function decodeAll(
  codec: BenchCodec,
  file: Uint8Array,
  given: Raster,
  upscale: number,
): Promise<Raster[]> {
  if (upscale === 1) return [await codec.decode(file, given)];
  if (codec.decodeAt) return [await codec.decodeAt(file, upscale)];
  const small = await codec.decode(file, given);
  return ENLARGERS.map((kernel) => resample(small, upscale * given.width, upscale * given.height, kernel));
}

async function scoresOf(
  metrics: readonly Metric[],
  reference: Raster,
  decoded: Raster,
  signal: AbortSignal | undefined,
): Promise<Record<string, number | null>> {
  const scores: Record<string, number | null> = {};
  for (const { id, score } of metrics) {
    const value = await score(reference, decoded, signal);
    scores[id] = Number.isFinite(value) ? value : null;
  }
  return scores;
}

/** @returns the path beneath the bench's folder */
async function writeCoded({ subject, name, codec, folder }: Point, bytes: Uint8Array): Promise<string> {
  const { picture, setting, upscale } = subject;
  const point = pointText({ codec: name, setting });
  const half = upscale === 1 ? '' : `_up${upscale}`;
  const label = fileName(`${picture}_${name}_${point}${half}`);
  const path = join('files', `${label}.${codec.id}`);
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), bytes);
  return path;
}

async function timed<Value>(work: () => Promise<Value>): Promise<{ value: Value; seconds: number }> {
  const started = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - started) / 1000 };
}

/** The top left part whose sides are multiples of `factor`. */
function cropToMultiple(raster: Raster, factor: number): Raster {
  const width = factor * Math.floor(raster.width / factor);
  const height = factor * Math.floor(raster.height / factor);
  if (width === 0 || height === 0) {
    throw new LoecError('E_USAGE', `${raster.width}x${raster.height} pixels can't be shrunk by ${factor}`);
  }
  return cropRaster(raster, 0, 0, width, height);
}

function machine(): string {
  const [{ model = 'unknown CPU' } = {}] = cpus();
  return `${cpus().length} × ${model.trim()}, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}
