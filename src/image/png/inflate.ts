/** @file The zlib stream in the IDAT chunks: inflated piece by piece, so that neither what is missing nor what is too much takes memory. */

import { pipeline } from 'node:stream';
import { constants, createInflateRaw } from 'node:zlib';
import type { TimeSlices } from '../../time-slices.ts';
import { Adler32 } from './adler32.ts';
import { broken, chunkAt } from './chunks.ts';
import { countOf, type Notes } from './notes.ts';

/** Bytes that are given to zlib and taken from it at a time. */
const PIECE = 2 ** 16;

/** Chunks that are looked at between two pauses, some 5 ms. */
const CHUNKS_PER_PAUSE = 2 ** 12;

/** Deflate makes at most 258 bytes of 2 bits. */
const MOST_PER_BYTE = 1032;

/** Surplus bytes that are inflated to be counted, and to find the end of the stream. */
const MOST_SURPLUS = 2 ** 20;

/** Bytes of zlib's header, and of the checksum behind the deflated data. */
const ZLIB_HEADER = 2;
const ZLIB_TRAILER = 4;

/** Consecutive IDAT chunks of a file that have been checked. */
export interface IdatRun {
  /** Of the first one's frame; 0 where there is none. */
  readonly offset: number;
  /** Of what follows the last one. */
  readonly end: number;
  /** Of data in all of them. */
  readonly bytes: number;
}

/** Refuses what can't be whole before memory is taken for it. @throws LoecError E_INPUT */
export function checkIdatBytes({ bytes }: IdatRun, expected: number): void {
  if (bytes * MOST_PER_BYTE < expected)
    throw tooShort(`${bytes} bytes, which can't be inflated to`, expected);
}

/**
 * Gives `take` the pieces of the inflated data in order: `expected` bytes, and perhaps some more.
 * @throws LoecError E_INPUT for data that can't be inflated or is not enough, E_ABORTED, E_LIMIT
 */
export async function inflateIdat(
  file: Uint8Array,
  run: IdatRun,
  expected: number,
  take: (piece: Uint8Array) => void,
  notes: Notes,
  slices: TimeSlices,
): Promise<void> {
  checkZlibHeader(await dataAt(file, run, 0, ZLIB_HEADER, slices));
  const adler = new Adler32();
  // A stream that ends early is not zlib's to judge: the pixels that are there are counted below.
  const inflate = createInflateRaw({ chunkSize: PIECE, finishFlush: constants.Z_SYNC_FLUSH });
  let found = 0;
  try {
    // Errors of its source become the stream's.
    for await (const piece of pipeline(piecesOf(file, run, ZLIB_HEADER, slices), inflate, () => {})) {
      take(piece);
      adler.update(piece);
      found += piece.length;
      if (found > expected + MOST_SURPLUS) break;
      await slices.pause();
    }
  } catch (cause) {
    if (!isZlibError(cause)) throw cause;
    if (found < expected) throw broken('the zlib stream in its IDAT chunks can not be inflated', cause);
    notes.add('zlib', 'the zlib stream in the IDAT chunks is damaged behind its pixels');
    return;
  }
  if (found < expected) throw tooShort(`${found} bytes of`, expected);
  noteSurplusPixels(found - expected, notes);
  if (found > expected + MOST_SURPLUS) return;
  const end = ZLIB_HEADER + inflate.bytesWritten;
  noteEnd(run, end, await dataAt(file, run, end, ZLIB_TRAILER, slices), adler, notes);
}

function tooShort(found: string, expected: number): Error {
  return broken(`pixels are missing: its IDAT chunks hold ${found} the ${expected} bytes of its rows`);
}

/** RFC 1950, section 2.2. */
function checkZlibHeader([method = 0, flags = 0]: Uint8Array): void {
  const isDeflate = (method & 0x0f) === 8 && method >> 4 <= 7;
  const hasDictionary = (flags & 0x20) !== 0;
  if (isDeflate && !hasDictionary && (256 * method + flags) % 31 === 0) return;
  throw broken('its IDAT chunks do not begin with the header of a zlib stream');
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && /^Z_/.test(String((error as NodeJS.ErrnoException).code));
}

function noteSurplusPixels(surplus: number, notes: Notes): void {
  if (surplus === 0) return;
  const count =
    surplus > MOST_SURPLUS ? `more than ${MOST_SURPLUS} surplus bytes` : countOf(surplus, 'surplus byte');
  notes.add('pixels', `left out: ${count} of pixel data in the IDAT chunks`);
}

/** @param end offset in the IDAT data of what follows the deflated data: of the trailer, as far as it is there */
function noteEnd(run: IdatRun, end: number, trailer: Uint8Array, adler: Adler32, notes: Notes): void {
  if (trailer.length < ZLIB_TRAILER) {
    notes.add('end', 'the zlib stream in the IDAT chunks has no end; all pixels are there');
    return;
  }
  const checksum = new DataView(trailer.buffer).getUint32(0);
  if (checksum !== adler.value) {
    notes.add(
      'checksum',
      'the checksum of the pixels in the IDAT chunks does not match; they may be damaged',
    );
  }
  const surplus = run.bytes - end - ZLIB_TRAILER;
  if (surplus > 0) {
    notes.add(
      'behind',
      `left out: ${countOf(surplus, 'surplus byte')} behind the zlib stream in the IDAT chunks`,
    );
  }
}

/** Up to `length` bytes of the IDAT data from `start` on, copied. */
async function dataAt(
  file: Uint8Array,
  run: IdatRun,
  start: number,
  length: number,
  slices: TimeSlices,
): Promise<Uint8Array> {
  for await (const piece of piecesOf(file, run, start, slices)) return piece.slice(0, length);
  return new Uint8Array(0);
}

/** The IDAT data from `start` on, in pieces of one size, as files may cut it into millions. */
async function* piecesOf(
  file: Uint8Array,
  run: IdatRun,
  start: number,
  slices: TimeSlices,
): AsyncGenerator<Uint8Array> {
  let skip = start;
  let piece = new Uint8Array(PIECE);
  let filled = 0;
  let chunks = 0;
  for (const data of idatOf(file, run)) {
    if (++chunks % CHUNKS_PER_PAUSE === 0) await slices.pause();
    const skipped = Math.min(skip, data.length);
    skip -= skipped;
    for (let at = skipped; at < data.length; ) {
      const part = data.subarray(at, at + PIECE - filled);
      piece.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < PIECE) continue;
      yield piece;
      // A deflated stream may go on without any output.
      await slices.pause();
      piece = new Uint8Array(PIECE);
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}

function* idatOf(file: Uint8Array, { offset, end }: IdatRun): Generator<Uint8Array> {
  for (let at = offset; at < end; ) {
    const chunk = chunkAt(file, at);
    yield chunk.data;
    at = chunk.end;
  }
}
