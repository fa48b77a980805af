/** @file A picture that is read once and evaluated often, as what shows parts of it at many scales does. */

import { isReducible, type OpenedFile, openFile } from '../container/read.ts';
import { bytesOf, type FileBytes } from '../file-bytes.ts';
import type { Chunk, Raster } from '../image/raster.ts';
import { type CheckedLimits, checkedLimits, type Limits } from '../limits.ts';
import { TimeSlices } from '../time-slices.ts';
import { contentsMemory } from './contents-memory.ts';
import { checkCost, memoryOf, threadMemory } from './cost.ts';
import { outputGeometry } from './geometry.ts';
import { checkDecodeOptions, type OutputOptions } from './options.ts';
import { previewGeometries, wholeGeometry } from './previews.ts';
import { type Evaluated, readFor, renderingOf, wholeOutput } from './rendering.ts';
import { SceneParts } from './scene-parts.ts';
import { type Threads, threadsFor } from './threads/threads.ts';

export interface ReadOptions {
  /** What reading may cost, and each decode. @default DEFAULT_LIMITS for those that are not given */
  readonly limits?: Partial<Limits>;
  /** Stops the reading with E_ABORTED. */
  readonly signal?: AbortSignal;
  /** Called while latents are read, as `DecodeOptions` says, with the whole picture. */
  readonly onPreview?: (preview: Raster) => void;
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
 * Reads all of a picture.
 * @param threads null where there are none
 * @throws LoecError E_USAGE, E_FORMAT, E_UNSUPPORTED, E_LIMIT, E_ABORTED or E_ENGINE
 */
export async function readPicture(
  threads: Threads | null,
  file: FileBytes,
  options: ReadOptions = {},
): Promise<ReadPicture> {
  checkDecodeOptions(options);
  const limits = checkedLimits(options.limits);
  const slices = new TimeSlices(options.signal, limits.seconds);
  const opened = await slices.take(openFile(bytesOf(file), limits));
  const whole = wholeGeometry(opened.header, 0);
  const nothing = { ...whole, crop: { x: 0, y: 0, width: 1, height: 1 } };
  const previews = options.onPreview ? previewGeometries(opened, whole) : [];
  for (const geometry of [nothing, ...previews]) checkCost(opened, geometry, limits, geometry.crop.height);
  const room = limits.memory - memoryOf(opened, nothing, 1);
  const some = threadsFor(threads, Math.floor(room / threadMemory(opened)));
  const contents = await readFor(opened, whole, slices, some, options.onPreview);
  const own = { ...contents, colour: copies(contents.colour), metadata: copies(contents.metadata) };
  const evaluated = { opened: withoutBytes(opened), contents: own, parts: new SceneParts(), gpu: null };
  return new PictureInMemory({ ...evaluated, threads }, limits);
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
  readonly #evaluated: Evaluated;
  readonly #limits: CheckedLimits;
  /** Ends with the last decode that was asked for. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(evaluated: Evaluated, limits: CheckedLimits) {
    const { width, height, channels, depth, colour } = evaluated.contents;
    [this.width, this.height, this.channels, this.depth, this.colour] = [
      width,
      height,
      channels,
      depth,
      colour,
    ];
    this.#evaluated = evaluated;
    this.#limits = limits;
  }

  get memory(): number {
    const { contents, parts } = this.#evaluated;
    return contentsMemory(contents) + parts.memory;
  }

  async decode(options: EvaluateOptions = {}): Promise<Raster> {
    checkDecodeOptions(options);
    const before = this.#last;
    const decoded = new TimeSlices(options.signal).wait(before).then(() => this.#decodeNow(options));
    // Those that follow wait for one that still runs, whoever gave this one up. What they come to is not to be kept here.
    this.#last = Promise.allSettled([before, decoded]).then(() => undefined);
    return decoded;
  }

  async #decodeNow(options: EvaluateOptions): Promise<Raster> {
    const { opened, threads } = this.#evaluated;
    const slices = new TimeSlices(options.signal, this.#limits.seconds);
    const geometry = outputGeometry(opened.header, options, this.#limits, isReducible(opened));
    checkCost(opened, geometry, this.#limits, geometry.crop.height);
    const room = this.#limits.memory - memoryOf(opened, geometry, geometry.crop.height);
    const some = threadsFor(threads, Math.floor(room / threadMemory(opened)));
    return wholeOutput(await renderingOf({ ...this.#evaluated, threads: some }, geometry, slices, options));
  }
}
