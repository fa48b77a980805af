/** @file A picture that is read once and evaluated often, as what shows parts of it at many scales does. */

import { checkFormat } from '../container/check-format.ts';
import { isReducible, type OpenedFile, openFile } from '../container/read.ts';
import type { Chunk, Raster } from '../image/raster.ts';
import { type CheckedLimits, checkedLimits, type Limits } from '../limits.ts';
import { TimeSlices } from '../time-slices.ts';
import { contentsMemory } from './contents-memory.ts';
import { checkCost } from './cost.ts';
import { outputGeometry } from './geometry.ts';
import type { OutputOptions } from './options.ts';
import { wholeGeometry } from './previews.ts';
import { type Evaluated, readFor, renderingOf, wholeOutput } from './rendering.ts';
import { SceneParts } from './scene-parts.ts';

export interface ReadOptions {
  /** What reading may cost, and each decode. @default DEFAULT_LIMITS for those that are not given */
  readonly limits?: Partial<Limits>;
  /** Stops the reading with E_ABORTED. */
  readonly signal?: AbortSignal;
}

export interface EvaluateOptions extends OutputOptions {
  /** Stops this decode with E_ABORTED. */
  readonly signal?: AbortSignal;
  /** Called with the share of pixels done, 0 … 1. */
  readonly onProgress?: (done: number) => void;
}

export interface ReadPicture extends Omit<Raster, 'data' | 'metadata'> {
  /** Bytes that it holds, what decodes have left for the next ones among them. */
  readonly memory: number;
  /**
   * What `decode` gives of the file. One after the other: a decode that begins while another is under way waits for it.
   * @throws LoecError E_USAGE, E_LIMIT, E_ABORTED or E_ENGINE
   */
  decode(options?: EvaluateOptions): Promise<Raster>;
}

/**
 * Reads all of a picture, on this thread.
 * @throws LoecError E_USAGE, E_FORMAT, E_UNSUPPORTED, E_LIMIT, E_ABORTED or E_ENGINE
 */
export async function readPicture(file: Uint8Array, options: ReadOptions = {}): Promise<ReadPicture> {
  const limits = checkedLimits(options.limits);
  const slices = new TimeSlices(options.signal, limits.seconds);
  await checkFormat(file);
  return readOpened(await slices.take(openFile(file, limits)), limits, slices);
}

/** As {@link readPicture}, of a file that has been opened. */
export async function readOpened(
  opened: OpenedFile,
  limits: CheckedLimits,
  slices: TimeSlices,
): Promise<ReadPicture> {
  const whole = wholeGeometry(opened.header, 0);
  const nothing = { ...whole, crop: { x: 0, y: 0, width: 1, height: 1 } };
  await checkCost(opened, nothing, limits, nothing.crop.height);
  const contents = await readFor(opened, whole, slices);
  const own = { ...contents, colour: copies(contents.colour), metadata: copies(contents.metadata) };
  const evaluated = { contents: own, parts: new SceneParts(), gpu: null };
  return new PictureInMemory(withoutBytes(opened), evaluated, limits);
}

const NO_BYTES = new Uint8Array(0);

/** The file's bytes are in memory as long as there are views of them; what a decode costs needs their number alone. */
function withoutBytes(opened: OpenedFile): OpenedFile {
  const sections = opened.sections.map((section) => ({ ...section, payload: NO_BYTES }));
  return { ...opened, sections };
}

function copies(chunks: readonly Chunk[]): readonly Chunk[] {
  return chunks.map(({ type, data }) => ({ type, data: data.slice() }));
}

class PictureInMemory implements ReadPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: Raster['channels'];
  readonly depth: Raster['depth'];
  readonly colour: readonly Chunk[];
  readonly #opened: OpenedFile;
  readonly #evaluated: Evaluated;
  readonly #limits: CheckedLimits;
  /** Ends with the last decode that was asked for. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(opened: OpenedFile, evaluated: Evaluated, limits: CheckedLimits) {
    const { width, height, channels, depth, colour } = evaluated.contents;
    [this.width, this.height, this.channels, this.depth, this.colour] = [
      width,
      height,
      channels,
      depth,
      colour,
    ];
    this.#opened = opened;
    this.#evaluated = evaluated;
    this.#limits = limits;
  }

  get memory(): number {
    const { contents, parts } = this.#evaluated;
    return contentsMemory(contents) + parts.memory;
  }

  async decode(options: EvaluateOptions = {}): Promise<Raster> {
    const before = this.#last;
    const decoded = new TimeSlices(options.signal).wait(before).then(() => this.#decodeNow(options));
    // Those that follow wait for one that still runs, whoever gave this one up. What they come to is not to be kept here.
    this.#last = Promise.allSettled([before, decoded]).then(() => undefined);
    return decoded;
  }

  async #decodeNow(options: EvaluateOptions): Promise<Raster> {
    const opened = this.#opened;
    const slices = new TimeSlices(options.signal, this.#limits.seconds);
    const geometry = outputGeometry(opened.header, options, this.#limits, isReducible(opened));
    await checkCost(opened, geometry, this.#limits, geometry.crop.height, this.#evaluated.contents);
    return wholeOutput(await renderingOf(this.#evaluated, geometry, slices, options.onProgress));
  }
}
