/** @file How the bytes of pictures, results and checkpoints get from one machine to another. */

import type { JobPicture, PictureSource } from '../job.ts';

/** The bytes of a fit that was interrupted, and the attempt that wrote them. */
export interface StoredCheckpoint {
  readonly attempt: number;
  readonly bytes: Uint8Array;
}

/** Stores of one kind. Writes are whole or not at all; what is written twice is the same as once. */
export interface Transfer {
  /**
   * A worker's: the bytes of the picture, which are as many as the job says and have its SHA-256.
   * @param most bytes that are read
   * @throws LoecError E_INPUT for what is not there, lies outside of what the worker may read, or is another picture; E_LIMIT; E_ABORTED
   */
  fetchPicture(picture: JobPicture, most: number, signal: AbortSignal): Promise<Uint8Array>;
  /**
   * A worker's: keeps the .loe file of a job, and sends it where the job says.
   * @param sha256 of the file
   * @throws LoecError E_INPUT where it can't be written, E_LIMIT where the store takes none of this size
   */
  keepResult(job: JobBytes, sha256: string, file: Uint8Array): Promise<void>;
  /** Whether the file is there; its life begins anew. */
  hasResult(id: string, sha256: string): Promise<boolean>;
  /**
   * The .loe file of a job; null where there is none. It will not be needed for long from now on.
   * @throws LoecError E_INPUT where it has another SHA-256
   */
  takeResult(id: string, sha256: string): Promise<Uint8Array | null>;
  /** null where there is none. */
  takeCheckpoint(id: string): Promise<StoredCheckpoint | null>;
  /** Keeps it unless one of a later attempt is there, or it is too large for the store. @returns whether it was kept */
  keepCheckpoint(id: string, checkpoint: StoredCheckpoint): Promise<boolean>;
  dropCheckpoint(id: string): Promise<void>;
}

/** A job whose bytes are moved. */
export interface JobBytes {
  readonly id: string;
  readonly picture: JobPicture;
}

/** A producer's side: how workers get at pictures. */
export interface Offering {
  /**
   * What can be said before the picture is read: whether it lies where workers see it, or has an address.
   * @param path of the picture, as the user named it
   * @throws LoecError E_USAGE for one that can't be offered in this way
   */
  sourceOf(path: string): Promise<PictureSource>;
  /** Lets workers have the bytes, where they do not have them already. @throws LoecError E_LIMIT, or what Redis says */
  offer(picture: JobPicture, bytes: Uint8Array): Promise<void>;
}
