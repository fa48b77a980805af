/** @file A file that still comes: what its picture is, and its previews, as soon as the bytes that they take are there. */

import { ArrivingSections } from '../container/arriving-sections.ts';
import { colourOf } from '../container/codes.ts';
import type { Header } from '../container/header.ts';
import {
  isReducible,
  type OpenedFile,
  type OpenedPyramid,
  openSections,
  readHeader,
} from '../container/read.ts';
import { type Section, TAGS } from '../container/sections.ts';
import { LoecError } from '../errors.ts';
import type { Raster } from '../image/raster.ts';
import { type CheckedLimits, checkLimit } from '../limits.ts';
import { alphaClassCount } from '../samples/mapping.ts';
import { TimeSlices } from '../time-slices.ts';
import { checkCost } from './cost.ts';
import { type Preview, readPreview, wholeGeometry, wholePreviews } from './previews.ts';

/** What a picture is, besides its samples. */
export type PictureHead = Omit<Raster, 'data' | 'metadata'>;

/** Bytes, as a multiple of those that were too few for a preview, at which it is tried again: from the start, so that all tries take 5 times the last one. */
const TRY_AGAIN = 1.25;

export class ArrivingFile {
  readonly #limits: CheckedLimits;
  readonly #sections = new ArrivingSections();
  /** Room for more bytes than have come. */
  #room = new Uint8Array(0);
  #length = 0;
  #header: Header | null = null;
  /** Once all that comes before latents is there: those that are not given yet. */
  #previews: Preview[] | null = null;
  /** Bytes from which on a preview may be there. */
  #enough = 0;

  constructor(limits: CheckedLimits) {
    this.#limits = limits;
  }

  /**
   * Takes the next bytes, which the caller may change after it.
   * @throws LoecError E_FORMAT, E_UNSUPPORTED or E_LIMIT as soon as it is known
   */
  append(chunk: Uint8Array): void {
    const length = this.#length + chunk.length;
    checkLimit(this.#limits, 'bytes', length, `the file has ${length} bytes or more`);
    this.#grow(length);
    this.#room.set(chunk, this.#length);
    this.#length = length;
    this.#sections.read(this.bytes());
    const { fileBytes, whole } = this.#sections;
    if (Number.isFinite(fileBytes))
      checkLimit(this.#limits, 'bytes', fileBytes, `the file has ${fileBytes} bytes`);
    if (whole.length > 0) this.#header ??= readHeader(whole, this.#limits);
    this.#previews ??= this.#previewsToCome();
  }

  /**
   * The whole file, once all of it has come: every part has been checked by then.
   * @throws LoecError E_FORMAT or E_UNSUPPORTED
   */
  opened(): OpenedFile {
    const { version, whole } = this.#sections;
    this.#sections.checkWhole(this.#length);
    return openSections(version, this.#header ?? readHeader(whole, this.#limits), whole);
  }

  /** null while the file's first section is not whole. */
  get head(): PictureHead | null {
    if (!this.#header) return null;
    const { width, height, channels, depth } = this.#header;
    return { width, height, channels, depth, colour: colourOf(this.#header) };
  }

  /** All that have come; a view that later ones do not change. */
  bytes(): Uint8Array {
    return this.#room.subarray(0, this.#length);
  }

  /** Whether it is worth asking for a preview. */
  get canPreview(): boolean {
    const hasSome = this.#previews !== null && this.#previews.length > 0;
    return hasSome && (this.#length >= this.#enough || !this.#isCut);
  }

  /**
   * The next preview of the whole picture: the one at an eighth of its size, then the one at half of it, as far as the picture has them.
   * Its bytes have not been checked: those of a damaged file give any samples. One call at a time.
   * @returns null where its bytes have not come yet, and where there is none
   * @throws LoecError E_FORMAT, E_LIMIT, E_ABORTED or E_ENGINE
   */
  async preview({ signal }: { readonly signal?: AbortSignal } = {}): Promise<Raster | null> {
    const [preview] = this.#previews ?? [];
    const opened = this.#openedSoFar();
    if (!preview || !opened || !hasPreviews(opened) || !this.canPreview) return null;
    const limits = this.#limits;
    const isCut = this.#isCut;
    const geometry = wholeGeometry(opened.header, preview.level);
    await checkCost(opened, geometry, limits, geometry.height);
    const tried = this.#length;
    try {
      const raster = await readPreview(opened, preview, new TimeSlices(signal, limits.seconds), isCut);
      this.#previews?.shift();
      return raster;
    } catch (error) {
      const isTooEarly = isCut && error instanceof LoecError && error.code === 'E_FORMAT';
      if (!isTooEarly) throw error;
      this.#enough = TRY_AGAIN * tried;
      return null;
    }
  }

  /** Whether latents are missing, once some have come. */
  get #isCut(): boolean {
    const { arriving } = this.#sections;
    return arriving?.tag === TAGS.latents && arriving.isCut;
  }

  /** No more than twice what has come, and than there will be. */
  #grow(length: number): void {
    if (length <= this.#room.length) return;
    const most = Math.max(length, Math.min(2 * length, this.#sections.fileBytes));
    const room = new Uint8Array(most);
    room.set(this.bytes());
    this.#room = room;
  }

  /** null while it is not known. */
  #previewsToCome(): Preview[] | null {
    const opened = this.#openedSoFar();
    return opened && (hasPreviews(opened) ? wholePreviews(opened) : []);
  }

  /** The file as far as it has come; null before its latents, if it has any. */
  #openedSoFar(): OpenedFile | null {
    const { version, whole, arriving } = this.#sections;
    // Of other sections a part can't be read, and previews need none that comes after the latents.
    const sections: readonly Section[] = arriving?.tag === TAGS.latents ? [...whole, arriving] : whole;
    if (!this.#header || !sections.some(({ tag }) => tag === TAGS.latents)) return null;
    return openSections(version, this.#header, sections);
  }
}

/** Label maps of alpha come after the latents; where there may be one, there are no previews. */
function hasPreviews(opened: OpenedFile): opened is OpenedPyramid {
  return isReducible(opened) && alphaClassCount(opened.samples) === 0;
}
