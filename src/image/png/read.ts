/** @file From the bytes of a PNG to a raster with the channels and the depth that the picture has. */

import { LoecError } from '../../errors.ts';
import { bytesOf, type FileBytes } from '../../file-bytes.ts';
import { checkedLimits, checkLimit, type Limits } from '../../limits.ts';
import { A_BOOLEAN, AN_ABORT_SIGNAL, AN_OBJECT, checkOptions, type OptionRule } from '../../options.ts';
import { TimeSlices } from '../../time-slices.ts';
import { type Orientation, placementOf, swapsAxes } from '../orientation.ts';
import { allocateSamples, type BitDepth, type Chunk, type Raster } from '../raster.ts';
import { checkSignature } from './chunks.ts';
import { type PngContents, readContents } from './contents.ts';
import { displayOf } from './display.ts';
import { orientationOf, withoutOrientation } from './exif.ts';
import { channelsOf, createExpander } from './expand.ts';
import { checkIdatBytes, inflateIdat } from './inflate.ts';
import { countOf, Notes, type PngNote } from './notes.ts';
import { storedBytes } from './passes.ts';
import { RowReader, rowMemory } from './rows.ts';

export type { PngNote };

export interface ReadPngOptions {
  /** Name of the file, which messages then begin with. */
  readonly name?: string;
  /** Whether EXIF and text chunks are kept. @default false */
  readonly metadata?: boolean;
  /**
   * Whether the picture is turned as its EXIF says, so that it is upright wherever it is shown; of the EXIF that is kept the
   * orientation is removed then. @default true
   */
  readonly orient?: boolean;
  /** What reading may cost: `pixels`, `bytes`, `memory` and `seconds` count. @default DEFAULT_LIMITS for those that are not given */
  readonly limits?: Partial<Limits>;
  /** Stops reading with E_ABORTED, within a fifth of a second. */
  readonly signal?: AbortSignal;
}

/** Bytes of pieces of the file on their way through zlib. */
const WORKING_BYTES = 2 ** 20;

const RULES: Readonly<Record<keyof ReadPngOptions, OptionRule>> = {
  name: { expected: 'a string', accepts: (value) => typeof value === 'string' },
  metadata: A_BOOLEAN,
  orient: A_BOOLEAN,
  limits: AN_OBJECT,
  signal: AN_ABORT_SIGNAL,
};

export interface PngPicture {
  /** 1, 2 and 4 bits are widened to 8; a palette becomes RGB; tRNS becomes an alpha channel. `colour` is in the order of DISPLAY_CHUNKS. */
  readonly raster: Raster;
  /** What a person should know of how the file was read. */
  readonly notes: readonly PngNote[];
  /** Types of the metadata chunks that were left out, as `metadata` was not asked for. */
  readonly dropped: readonly string[];
}

/**
 * Reads a PNG of any kind; of an animation the first frame. What is too much is left out with a note, what is missing is an error. The
 * event loop gets its turn every 20 ms, and memory is in proportion to the picture.
 * @throws LoecError E_INPUT for a file that is no PNG or a damaged one, E_UNSUPPORTED, E_LIMIT, E_ABORTED, E_USAGE
 */
export async function readPng(bytes: FileBytes, options: ReadPngOptions = {}): Promise<PngPicture> {
  checkOptions('readPng', options, RULES);
  const file = bytesOf(bytes);
  const limits = checkedLimits(options.limits);
  try {
    return await readFile(file, options, limits);
  } catch (error) {
    if (!(error instanceof LoecError) || options.name === undefined) throw error;
    throw new LoecError(error.code, `${options.name}: ${error.message}`, { cause: error });
  }
}

async function readFile(file: Uint8Array, options: ReadPngOptions, limits: Limits): Promise<PngPicture> {
  const { metadata = false, orient = true, signal } = options;
  checkLimit(limits, 'bytes', file.length, `the file has ${file.length} bytes`);
  checkSignature(file);
  const slices = new TimeSlices(signal, limits.seconds);
  const notes = new Notes();
  const contents = await slices.take(readContents(file, limits, notes));
  const orientation = chooseOrientation(contents, orient, notes);
  const texts = metadataOf(contents, orientation);
  const raster = await readRaster(file, contents, orientation, limits, notes, slices);
  return {
    raster: { ...raster, metadata: metadata ? texts.map(copyOf) : [] },
    notes: notes.list(),
    dropped: metadata ? [] : [...new Set(texts.map(({ type }) => type))],
  };
}

/** How the pixels are to be turned. */
function chooseOrientation({ metadata }: PngContents, orient: boolean, notes: Notes): Orientation {
  const exif = metadata.find(({ type }) => type === 'eXIf');
  const orientation = exif ? orientationOf(exif.data) : 1;
  if (orientation === 1) return 1;
  const found = `EXIF orientation ${orientation}`;
  if (orient) notes.add('orientation', `the picture was turned upright: ${found}`, true);
  else notes.add('orientation', `the picture was not turned upright: ${found}`);
  return orient ? orientation : 1;
}

function metadataOf({ metadata }: PngContents, orientation: Orientation): Chunk[] {
  if (orientation === 1) return [...metadata];
  return metadata.flatMap(({ type, data }) => {
    const rest = type === 'eXIf' ? withoutOrientation(data) : data;
    return rest ? [{ type, data: rest }] : [];
  });
}

/** A chunk that does not keep the whole file in memory, as a view of it would. */
function copyOf({ type, data }: Chunk): Chunk {
  return { type, data: Uint8Array.from(data) };
}

async function readRaster(
  file: Uint8Array,
  contents: PngContents,
  orientation: Orientation,
  limits: Limits,
  notes: Notes,
  slices: TimeSlices,
): Promise<Omit<Raster, 'metadata'>> {
  const { header, idat, display } = contents;
  const channels = channelsOf(header, contents);
  const depth: BitDepth = header.bitDepth === 16 ? 16 : 8;
  const placement = placementOf(orientation, header, channels);
  const { width, height, origin, xStep, yStep } = placement;
  const stored = storedBytes(header);
  checkIdatBytes(idat, stored);
  checkMemory(contents, (width * height * channels * depth) / 8, limits);
  const data = allocateSamples(depth, width * height * channels);
  let missing = 0;
  const expander = createExpander(header, contents, () => missing++);
  const rows = new RowReader(header, (bytes, { pass, row, column, columns }) => {
    const [x0, y0, dx, dy] = pass.grid;
    const at = origin + (x0 + column * dx) * xStep + (y0 + row * dy) * yStep;
    expander.expand(bytes, columns, data, at, dx * xStep);
  });
  await inflateIdat(file, idat, stored, (piece) => rows.push(piece), notes, slices);
  if (missing > 0)
    notes.add('index', `${countOf(missing, 'pixel')} of colours that the palette lacks: black`);
  const colour = displayOf(display, channels, depth, swapsAxes(orientation));
  return { width, height, channels, depth, data, colour };
}

/** @param rasterBytes of the samples */
function checkMemory({ header, keptBytes }: PngContents, rasterBytes: number, limits: Limits): void {
  const bytes = rasterBytes + rowMemory(header) + keptBytes + WORKING_BYTES;
  checkLimit(limits, 'memory', bytes, `reading it takes ${bytes} bytes of memory`);
}
