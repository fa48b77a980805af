/** @file From the bytes of a picture file to those of a .loe file, wherever the work is done. */

import { type EncodeOptions, type EncodeProgress, type EncodeResult, encode } from './encode.ts';
import { LoecError } from './errors.ts';
import { asPng } from './image/foreign/as-png.ts';
import { readPng } from './image/png/read.ts';
import type { Raster } from './image/raster.ts';
import type { Limits } from './limits.ts';
import { psnr } from './metrics/psnr.ts';
import { decode } from './threaded-decode.ts';

/** What the place gives to the encoder, and hears of it. */
type OfPlace = 'signal' | 'threads' | 'resume' | 'onCheckpoint' | 'onProgress' | 'onPreview' | 'onNotice';

/** What is asked for. Plain data, which processes can send each other. */
export interface FileOptions {
  readonly options: Omit<EncodeOptions, OfPlace>;
  /** Whether the picture is turned as its EXIF says. */
  readonly orient: boolean;
  /** What reading the picture may cost; its bytes are counted by who reads them. */
  readonly limits: Partial<Limits>;
  /** Whether the new file is decoded, and compared with what the encoder has measured. */
  readonly verify: boolean;
  /** Of the picture, for messages. */
  readonly name: string;
}

/** Something about a picture or its fit, for people. */
export interface Note {
  readonly text: string;
  /** Whether only those who ask for details want to know. */
  readonly isMinor: boolean;
}

/** Where an interrupted fit is kept. */
export interface FitCheckpoint {
  /** What was there at first and is to be gone on from; null where there is nothing. */
  readonly resume: Uint8Array | null;
  /** To be told whether the fit goes on from what was there. */
  readonly accept: (isAccepted: boolean) => void;
  /** Keeps where the fit stands now, in place of what was kept before. */
  readonly keep: (checkpoint: Uint8Array) => void;
  /** Waits until what was given to keep is kept. */
  readonly settle: () => Promise<void>;
  /** The fit has ended before its end, and can go on from what is kept. */
  readonly leave: () => void;
  /** Nobody will go on from it. */
  readonly remove: () => Promise<void>;
}

/** What works for a picture: a machine, or what it has to spare. */
export interface Place {
  readonly signal: AbortSignal;
  /** Waits for a share of the cores, once the picture is read. */
  readonly threadsFor: (pixels: number) => Promise<number>;
  /** null where there is no place for one. Whoever takes the file removes it: until then the fit could be needed again. */
  readonly checkpointFor: (pixels: number) => Promise<FitCheckpoint | null>;
  readonly onProgress: (progress: EncodeProgress) => void;
  readonly onNote: (note: Note) => void;
}

/** What it has come to. Plain data, which processes can send each other. */
export interface EncodedFile {
  readonly result: EncodeResult;
  /** What is to be known of the picture. */
  readonly notes: readonly string[];
}

/**
 * Reads the picture, fits it and, with `verify`, decodes what has come out. Once the fit has ended, an interruption stops nothing.
 * @param bytes of a PNG, or of what sharp reads
 * @param encoder the verb, replaceable in tests
 * @throws LoecError as readPng, readForeign and encode, and E_FORMAT for a new file that does not decode to what was measured
 */
export async function encodeFile(
  bytes: Uint8Array,
  file: FileOptions,
  place: Place,
  encoder = encode,
): Promise<EncodedFile> {
  const { raster, notes } = await readPicture(bytes, file, place);
  const pixels = raster.width * raster.height;
  const threads = await place.threadsFor(pixels);
  const checkpoint = await place.checkpointFor(pixels);
  const options: EncodeOptions = {
    ...file.options,
    ...(checkpoint && { onCheckpoint: (kept) => checkpoint.keep(kept) }),
    ...(checkpoint?.resume && { resume: checkpoint.resume }),
    threads,
    signal: place.signal,
    onProgress: place.onProgress,
    onNotice: (notice) => {
      const { kind, text } = notice;
      if (kind === 'resume') return checkpoint?.accept(notice.isAccepted);
      if (kind === 'picture') notes.push(text);
      place.onNote(kind === 'choice' ? { text: `fits on ${text}`, isMinor: true } : { text, isMinor: false });
    },
  };
  const result = await fit(raster, options, checkpoint, encoder);
  if (file.verify) await verify(result, raster, threads);
  return { result, notes };
}

async function readPicture(
  bytes: Uint8Array,
  { options: { metadata }, orient, limits, name }: FileOptions,
  { signal, onNote }: Place,
): Promise<{ raster: Raster; notes: string[] }> {
  const png = await asPng(bytes, name, limits, signal);
  const options = { name, orient, metadata: metadata === 'all', limits: png.limits, signal };
  const { raster, dropped, notes: found } = await readPng(png.bytes, options);
  const notes = [...png.notes.map((text) => ({ text, isMinor: false })), ...found];
  for (const note of notes) onNote(note);
  const kinds = [...new Set(dropped.map((type) => (type === 'eXIf' ? 'EXIF' : 'text')))];
  if (kinds.length > 0)
    onNote({ text: `${kinds.join(' and ')} left out; --metadata all keeps it`, isMinor: false });
  return { raster, notes: notes.map(({ text }) => text) };
}

async function fit(
  raster: Raster,
  options: EncodeOptions,
  checkpoint: FitCheckpoint | null,
  encoder: typeof encode,
): Promise<EncodeResult> {
  try {
    return await encoder(raster, options).finally(() => checkpoint?.settle());
  } catch (error) {
    // A fit that has found that its target can't be reached does so again.
    if (error instanceof LoecError && error.code === 'E_TARGET') await checkpoint?.remove();
    else checkpoint?.leave();
    throw error;
  }
}

/** Decibels by which sums in another order may differ. */
const TOLERANCE = 1e-6;

/** The new file is decoded as anyone would. */
async function verify(
  { file, psnr: expected }: EncodeResult,
  raster: Raster,
  threads: number,
): Promise<void> {
  const decoded = await decode(file, { threads }).catch((cause) => {
    throw new LoecError('E_FORMAT', `the new file can't be decoded, and is not kept: ${cause.message}`, {
      cause,
    });
  });
  const found = hasShapeOf(decoded, raster) ? psnr(raster, decoded) : Number.NaN;
  if (found === expected || Math.abs(found - expected) < TOLERANCE) return;
  const message = `expected a picture with a PSNR of ${expected.toFixed(2)} dB, found ${found.toFixed(2)} when the new file was decoded; it is not kept`;
  throw new LoecError('E_FORMAT', message);
}

function hasShapeOf(a: Raster, b: Raster): boolean {
  return a.width === b.width && a.height === b.height && a.channels === b.channels && a.depth === b.depth;
}
