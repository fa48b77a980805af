/** @file Reads latents in parts: from coarse planes to fine ones, and only the slices that some rows of the picture need. */

import { allocate } from '../../allocate.ts';
import { damaged } from '../../errors.ts';
import type { LatentModel, Plane } from '../../field/model.ts';
import type { TimeSlices } from '../../time-slices.ts';
import type { PlaneValues } from './bands.ts';
import { type CodedSlice, type Splitting, splitSlices } from './payload.ts';
import { SliceDecoder, type SliceTask } from './slice-decoder.ts';
import type { PlaneRows } from './slices.ts';

/** Which latents are wanted. */
export interface LatentRequest {
  /** The finest level; planes of it and of all coarser ones are read. */
  readonly finest: number;
  /** Rows of the picture: all latents that its outputs there depend on are read. */
  readonly firstRow: number;
  /** The first row after them. */
  readonly endRow: number;
}

/** Decodes slices that do not need each other, on as many threads as it likes. */
export type DecodeSlices = (tasks: readonly SliceTask[], latents: PlaneValues) => Promise<void>;

/** Cells above and below that the spline sees. */
const SPLINE_CELLS = 2;
/** Rows of a coarser plane that its cells see above and below their own. */
const CONTEXT_ROWS = 1;

interface Rows {
  readonly first: number;
  readonly end: number;
}

export class LatentReader {
  readonly #model: LatentModel;
  readonly #parameters: Float32Array;
  readonly #allocate: (length: number) => Int16Array;
  readonly #latents: (Int16Array | null)[];
  readonly #base: CodedSlice | undefined;
  /** Planes of the base that have not been read. */
  readonly #unreadBase: PlaneRows[];
  /** Slices of planes that have not been read. */
  readonly #unread: Set<CodedSlice>;
  #decoder: SliceDecoder | undefined;

  /**
   * @param bytes of all latents
   * @param parameters of the context model
   * @param allocate makes zeros, in memory that threads share where these decode
   * @param splitting how the bytes are split into slices
   * @throws LoecError E_FORMAT
   */
  constructor(
    bytes: Uint8Array,
    model: LatentModel,
    parameters: Float32Array,
    allocate: (length: number) => Int16Array = (length) => new Int16Array(length),
    splitting: Splitting = {},
  ) {
    const slices = splitSlices(bytes, model, splitting);
    this.#model = model;
    this.#parameters = parameters;
    this.#allocate = allocate;
    this.#latents = model.planes.map(() => null);
    this.#base = slices.find(({ isBase }) => isBase);
    this.#unreadBase = [...(this.#base?.parts ?? [])];
    this.#unread = new Set(slices.filter(({ isBase }) => !isBase));
  }

  /** Per plane its latents, zeros where none have been read; null where the plane is finer than all that was wanted. */
  get latents(): PlaneValues {
    return this.#latents;
  }

  /**
   * Reads what is wanted and has not been read before.
   * @param decodeSlices @default one after the other, here
   * @throws LoecError E_FORMAT where the bytes end too early or stand for a latent that is none; E_LIMIT, E_ABORTED or E_ENGINE
   */
  async read(request: LatentRequest, timeSlices: TimeSlices, decodeSlices?: DecodeSlices): Promise<void> {
    const wanted = this.#wantedSlices(request);
    const base = this.#wantedBase(request.finest);
    const isWholeBase = base.length > 0 && base.length === this.#unreadBase.length;
    if (wanted.flat().some(({ isCut }) => isCut) || (isWholeBase && this.#base?.isCut)) {
      throw damaged('latents have not come yet');
    }
    for (const plane of this.#model.planes) if (plane.level >= request.finest) this.#allocatePlane(plane);
    await this.#readBase(base, timeSlices);
    for (const slices of wanted) {
      const tasks = slices.map(taskOf);
      if (decodeSlices) await decodeSlices(tasks, this.#latents);
      else await this.#decodeHere(tasks, timeSlices);
      for (const slice of slices) this.#unread.delete(slice);
    }
  }

  #allocatePlane({ index, width, height }: Plane): void {
    this.#latents[index] ??= allocate(() => this.#allocate(width * height));
  }

  /** Planes of the base follow each other in its bytes, so those before one that is wanted are read with it. */
  #wantedBase(finest: number): PlaneRows[] {
    return this.#unreadBase.slice(
      0,
      1 + this.#unreadBase.findLastIndex(({ plane }) => plane.level >= finest),
    );
  }

  async #readBase(parts: readonly PlaneRows[], timeSlices: TimeSlices): Promise<void> {
    for (const part of parts) {
      this.#unreadBase.shift();
      this.#allocatePlane(part.plane);
      await timeSlices.take(this.#ownDecoder().decodeRows(part, this.#latents));
    }
  }

  /** It has begun to read the base. */
  #ownDecoder(): SliceDecoder {
    if (this.#decoder) return this.#decoder;
    const decoder = SliceDecoder.create(this.#model, this.#parameters);
    if (this.#base) decoder.begin(this.#base.bytes, this.#base.isCut);
    this.#decoder = decoder;
    return decoder;
  }

  async #decodeHere(tasks: readonly SliceTask[], timeSlices: TimeSlices): Promise<void> {
    const decoder = this.#ownDecoder();
    for (const task of tasks) await timeSlices.take(decoder.decode(task, this.#latents));
  }

  /** The slices to read, those of a plane together, coarse planes first. */
  #wantedSlices({ finest, firstRow, endRow }: LatentRequest): CodedSlice[][] {
    const wanted: CodedSlice[][] = [];
    const rowsOf = new Map<number, Rows>();
    // A plane's context is in planes that come after it in the list.
    for (const { index, level, reading } of this.#model.planes) {
      if (level >= finest) {
        const beside = reading === 'spline' ? SPLINE_CELLS : 0;
        include(rowsOf, index, (firstRow >> level) - beside, ((endRow - 1) >> level) + beside + 1);
      }
      const slices = this.#slicesWithin(index, rowsOf.get(index));
      for (const slice of slices) this.#includeContext(rowsOf, slice);
      if (slices.length > 0) wanted.unshift(slices);
    }
    return wanted;
  }

  /** The slices of a plane that have rows of these and have not been read. */
  #slicesWithin(index: number, rows?: Rows): CodedSlice[] {
    return [...this.#unread].filter(({ parts: [part] }) => {
      const { plane, firstRow, endRow } = part as PlaneRows;
      return rows !== undefined && plane.index === index && firstRow < rows.end && endRow > rows.first;
    });
  }

  /** The rows of coarser planes that a slice sees. */
  #includeContext(rowsOf: Map<number, Rows>, { parts: [part] }: CodedSlice): void {
    const { plane, firstRow, endRow } = part as PlaneRows;
    for (const source of [...plane.sources, plane.parent]) {
      if (source === null || source === plane.index) continue;
      const levels = (this.#model.planes[source] as Plane).level - plane.level;
      const end = ((endRow - 1) >> levels) + CONTEXT_ROWS + 1;
      include(rowsOf, source, (firstRow >> levels) - CONTEXT_ROWS, end);
    }
  }
}

function taskOf({ bytes, parts }: CodedSlice): SliceTask {
  return { bytes, rows: parts[0] as PlaneRows };
}

function include(rowsOf: Map<number, Rows>, index: number, first: number, end: number): void {
  const before = rowsOf.get(index) ?? { first, end };
  rowsOf.set(index, { first: Math.min(before.first, first), end: Math.max(before.end, end) });
}
