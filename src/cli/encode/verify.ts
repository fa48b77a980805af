/** @file `--verify`: what was written is read and decoded as anyone would, and compared with what the encoder said of it. */

import { readFile } from 'node:fs/promises';
import { LoecError, throwIfAborted } from '../../errors.ts';
import type { Raster } from '../../image/raster.ts';
import { psnr } from '../../metrics/psnr.ts';
import { decode } from '../../threaded-decode.ts';

/** What a file is compared with. */
interface Check {
  readonly raster: Raster;
  /** What the encoder measured. */
  readonly psnr: number;
  readonly threads: number;
  readonly signal: AbortSignal;
}

/** Decibels by which sums in another order may differ. */
const TOLERANCE = 1e-6;

/** @throws LoecError E_INPUT where the disk gives back other bytes, or as {@link verifyBytes} */
export async function verifyFile(path: string, written: Uint8Array, check: Check): Promise<void> {
  const found = await readFile(path);
  if (!found.equals(written)) {
    const message = `expected the ${written.length} bytes that were written, found ${found.length} others when they were read back: check the disk`;
    throw new LoecError('E_INPUT', message);
  }
  await verifyBytes(found, check);
}

/** @throws LoecError E_FORMAT where they do not decode to the picture that the encoder measured, E_ABORTED */
export async function verifyBytes(
  file: Uint8Array,
  { raster, psnr: expected, threads, signal }: Check,
): Promise<void> {
  const decoded = await decode(file, { threads, signal }).catch((cause) => {
    throwIfAborted(signal);
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
