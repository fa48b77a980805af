/** @file The picture in memory: what encode takes and decode gives. */

import { allocate } from '../allocate.ts';

/** 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha. */
export type ChannelCount = 1 | 2 | 3 | 4;

/** Whether the last channel is alpha. */
export function hasAlpha({ channels }: { readonly channels: number }): boolean {
  return channels % 2 === 0;
}

/** Bits per sample. Pictures of 1, 2 and 4 bits are widened to 8 when they are read. */
export type BitDepth = 8 | 16;

/**
 * A named blob that travels with the picture, in PNG's terms: the chunk type (one of DISPLAY_CHUNKS or METADATA_CHUNKS) and the
 * chunk's data.
 */
export interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/** In pixels of a picture, or in cells of what is laid over it. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A picture: interleaved samples, rows from top to bottom. */
export interface Raster extends Size {
  readonly channels: ChannelCount;
  readonly depth: BitDepth;
  /** [height, width, channels], row-major, 0 … 2^depth − 1. */
  readonly data: Uint8Array | Uint16Array;
  /** How to display the samples: at most one of each of DISPLAY_CHUNKS. Picture data: always kept. */
  readonly colour: readonly Chunk[];
  /** EXIF, XMP and text: METADATA_CHUNKS, of eXIf at most one. Kept only where the user asks. */
  readonly metadata: readonly Chunk[];
}

/** A picture without what says how to display it. */
export type Picture = Omit<Raster, 'colour' | 'metadata'>;

/** The largest sample value: 255 or 65535. */
export function peakOf(depth: BitDepth): number {
  return depth === 8 ? 255 : 65535;
}

/** What holds samples. */
export function sampleArrayOf(depth: BitDepth): typeof Uint8Array | typeof Uint16Array {
  return depth === 8 ? Uint8Array : Uint16Array;
}

/** So many samples, all 0. @throws LoecError E_LIMIT where the machine has not the memory */
export function allocateSamples(depth: BitDepth, count: number): Uint8Array | Uint16Array {
  return allocate(() => new (sampleArrayOf(depth))(count));
}

/** A decode under way: what the output will be, and its rows as they are evaluated. */
export interface BandedPicture extends Omit<Raster, 'data'> {
  /** Successive groups of whole rows, top to bottom; each array is the reader's to keep. */
  readonly bands: AsyncIterable<Uint8Array | Uint16Array>;
}
