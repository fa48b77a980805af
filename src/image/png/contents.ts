/** @file All chunks of a PNG in turn: which count, which are left out, and what is said of them. Pixels stay where they are. */

import { LoecError } from '../../errors.ts';
import { checkLimit, type Limits } from '../../limits.ts';
import type { Steps } from '../../time-slices.ts';
import { DISPLAY_CHUNKS, isRepeatable, isWellFormed, METADATA_CHUNKS } from '../chunk-kinds.ts';
import { broken, chunkAt, isCritical, isIntact, type PngChunk, placeOf, SIGNATURE } from './chunks.ts';
import type { Colours } from './expand.ts';
import { PALETTE, type PngHeader, readHeader } from './header.ts';
import type { IdatRun } from './inflate.ts';
import { countOf, type Notes } from './notes.ts';

/** Bytes that a chunk takes in memory besides its data. */
const OBJECT_BYTES = 256;

/** Chunks of a list that are kept: files may have millions of empty texts. */
const MOST_KEPT = 2 ** 20;

/** What a file holds; chunks are views of it. */
export interface PngContents extends Colours {
  readonly header: PngHeader;
  readonly idat: IdatRun;
  /** One of each kind at most. */
  readonly display: readonly PngChunk[];
  /** Of eXIf one at most. */
  readonly metadata: readonly PngChunk[];
  /** That both take in memory. */
  readonly keptBytes: number;
}

/** @throws LoecError E_INPUT, E_UNSUPPORTED or E_LIMIT */
export function* readContents(bytes: Uint8Array, limits: Limits, notes: Notes): Steps<PngContents> {
  const contents = new Contents(limits, notes);
  let offset = SIGNATURE.length;
  for (let type = ''; type !== 'IEND'; ) {
    const chunk = chunkAt(bytes, offset);
    if (yield* isIntact(bytes, chunk)) contents.take(chunk);
    else contents.takeDamaged(chunk);
    ({ type, end: offset } = chunk);
  }
  contents.takeTail(bytes.length - offset);
  return contents.whole();
}

class Contents {
  readonly #limits: Limits;
  readonly #notes: Notes;
  #header: PngHeader | undefined;
  #palette: Uint8Array | undefined;
  #transparency: Uint8Array | undefined;
  #idat: IdatRun = { offset: 0, end: 0, bytes: 0 };
  readonly #display: PngChunk[] = [];
  readonly #metadata: PngChunk[] = [];
  /** Kinds of kept chunks. */
  readonly #kinds = new Set<string>();
  /** That the kept chunks take. */
  #bytes = 0;
  /** Frames of an animation, and how many of them the pixels are: one or none. */
  #frames = 0;
  #stillFrames = 0;

  constructor(limits: Limits, notes: Notes) {
    this.#limits = limits;
    this.#notes = notes;
  }

  /** A chunk whose CRC matches. */
  take(chunk: PngChunk): void {
    const { type } = chunk;
    if (type === 'CgBI') throw appleOnly();
    if (!this.#header) this.#takeHeader(chunk);
    else if (type === 'PLTE') this.#takePalette(chunk, this.#header);
    else if (type === 'tRNS') this.#takeTransparency(chunk, this.#header);
    else if (type === 'IDAT') this.#takePixels(chunk, this.#header);
    else if (type === 'fcTL') this.#takeFrame();
    else if (isOneOf(DISPLAY_CHUNKS, type)) this.#keep(this.#display, chunk, this.#header);
    else if (isOneOf(METADATA_CHUNKS, type)) this.#keep(this.#metadata, chunk, this.#header);
    else if (type === 'IHDR') throw broken(`${placeOf(chunk)} is a second header`);
    else if (isCritical(type) && type !== 'IEND') throw unknown(chunk);
  }

  takeDamaged(chunk: PngChunk): void {
    const reason = 'its CRC does not match';
    if (isCritical(chunk.type) || !this.#header)
      throw broken(`${placeOf(chunk)} can't be trusted: ${reason}`);
    this.#leaveOut('CRC', chunk, reason);
  }

  takeTail(length: number): void {
    if (length > 0) this.#notes.add('tail', `left out: ${countOf(length, 'byte')} behind IEND`, true);
  }

  whole(): PngContents {
    if (!this.#header) throw broken('it has no header, IHDR');
    if (this.#idat.bytes === 0) throw broken('it has no pixels: there is no IDAT chunk with data');
    this.#noteFrames();
    return {
      header: this.#header,
      palette: this.#palette,
      transparency: this.#transparency,
      idat: this.#idat,
      display: this.#display,
      metadata: this.#metadata,
      keptBytes: this.#bytes,
    };
  }

  #takeHeader(chunk: PngChunk): void {
    const header = readHeader(chunk);
    const { width, height } = header;
    checkLimit(this.#limits, 'pixels', width * height, `the picture has ${width}x${height} pixels`);
    this.#header = header;
  }

  #takePalette(chunk: PngChunk, { colourType, bitDepth }: PngHeader): void {
    // In other colour types it only suggests colours to displays that have few.
    if (colourType !== PALETTE) return;
    if (this.#palette) throw broken(`${placeOf(chunk)} is a second palette`);
    const { length } = chunk.data;
    if (length === 0 || length % 3 !== 0 || length > 3 * 256) {
      throw broken(`${placeOf(chunk)} has ${length} bytes; a palette has 1 to 256 colours of 3`);
    }
    const most = 2 ** bitDepth;
    if (length > 3 * most) {
      const surplus = countOf(length / 3 - most, 'surplus colour');
      this.#notes.add('palette', `left out: ${surplus} of ${placeOf(chunk)}`, true);
    }
    this.#palette = chunk.data.subarray(0, 3 * most);
  }

  /** What libpng warns of and ignores is left out. */
  #takeTransparency(chunk: PngChunk, { colourType, samples }: PngHeader): void {
    const { length } = chunk.data;
    const most = colourType === PALETTE ? (this.#palette?.length ?? 0) / 3 : 2 * samples;
    const isLong = colourType === PALETTE ? length >= 1 && length <= most : length === most;
    if (colourType >= 4) this.#leaveOut('tRNS', chunk, 'the picture has an alpha channel');
    else if (this.#transparency) this.#leaveOut('tRNS', chunk, 'the first one counts');
    else if (this.#idat.end > 0) this.#leaveOut('tRNS', chunk, 'it stands behind the pixels');
    else if (!isLong) this.#leaveOut('tRNS', chunk, `it has ${countOf(length, 'byte')}, ${most} expected`);
    else this.#transparency = chunk.data;
  }

  #takePixels(chunk: PngChunk, { colourType }: PngHeader): void {
    const { offset, end, data } = chunk;
    if (colourType === PALETTE && !this.#palette)
      throw broken(`${placeOf(chunk)} has no palette, PLTE, before it`);
    const run = this.#idat;
    if (run.end === 0) this.#idat = { offset, end, bytes: data.length };
    else if (run.end === offset) this.#idat = { offset: run.offset, end, bytes: run.bytes + data.length };
    else this.#leaveOut('IDAT', chunk, 'it does not follow the other IDAT chunks');
  }

  #takeFrame(): void {
    this.#frames++;
    if (this.#idat.end === 0) this.#stillFrames = 1;
  }

  #noteFrames(): void {
    const left = this.#frames - this.#stillFrames;
    if (left === 0) return;
    const text =
      this.#stillFrames === 0
        ? `left out: an animation of ${countOf(left, 'frame')}; the still picture was read`
        : `left out: ${left} of ${this.#frames} frames; the first one was read`;
    this.#notes.add('frames', text);
  }

  #keep(chunks: PngChunk[], chunk: PngChunk, header: PngHeader): void {
    const { type, data } = chunk;
    if (!isWellFormed(chunk, colourSamples(header)))
      this.#leaveOut(`malformed ${type}`, chunk, 'it is malformed');
    else if (this.#kinds.has(type) && !isRepeatable(type))
      this.#leaveOut(type, chunk, 'the first one counts');
    else if (chunks.length === MOST_KEPT) this.#leaveOut('kept', chunk, `there are ${MOST_KEPT} before it`);
    else {
      chunks.push(chunk);
      this.#kinds.add(type);
      this.#bytes += data.length + OBJECT_BYTES;
      checkLimit(this.#limits, 'memory', this.#bytes, `its chunks take ${this.#bytes} bytes of memory`);
    }
  }

  #leaveOut(kind: string, chunk: PngChunk, reason: string): void {
    this.#notes.add(kind, `left out: ${placeOf(chunk)}: ${reason}`);
  }
}

function isOneOf(kinds: readonly string[], type: string): boolean {
  return kinds.includes(type);
}

/** Of a palette its colours are meant, not the indices. */
function colourSamples({ colourType, samples, bitDepth }: PngHeader): { channels: number; depth: number } {
  return colourType === PALETTE ? { channels: 3, depth: 8 } : { channels: samples, depth: bitDepth };
}

function appleOnly(): LoecError {
  const remedy = 'convert it on a Mac by `sips -s format png IN --out OUT`, or get the original';
  return new LoecError('E_INPUT', `this is Apple's own kind of PNG for iPhones (CgBI); ${remedy}`);
}

function unknown(chunk: PngChunk): LoecError {
  return new LoecError(
    'E_UNSUPPORTED',
    `${placeOf(chunk)} is needed to show the picture, and not known to loec`,
  );
}
