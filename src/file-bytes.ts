/** @file The bytes of a file, in whatever a caller has them. */

import { classNameOf } from './class-name.ts';
import { optionError } from './errors.ts';

/** A whole file. It is not to be changed before what reads it is done. */
export type FileBytes = Uint8Array | Uint8ClampedArray | DataView | ArrayBufferLike;

/** Kinds by name, as those of other realms are no instances of ours. */
const VIEWS = ['Uint8Array', 'Uint8ClampedArray', 'DataView'];
const BUFFERS = ['ArrayBuffer', 'SharedArrayBuffer'];

/** @throws LoecError E_USAGE for anything else */
export function bytesOf(file: FileBytes): Uint8Array {
  const kind = classNameOf(file);
  const isView = ArrayBuffer.isView(file) && VIEWS.includes(kind);
  if (!isView && !BUFFERS.includes(kind)) {
    throw optionError('the file', `its bytes as one of ${[...VIEWS, ...BUFFERS].join(', ')}`, file);
  }
  // A detached buffer has no bytes and can't be viewed.
  if (file.byteLength === 0) return new Uint8Array(0);
  const bytes = isView
    ? new Uint8Array(file.buffer, file.byteOffset, file.byteLength)
    : new Uint8Array(file as ArrayBufferLike);
  // What other threads may write to is copied, so that what has been checked stays so.
  return typeof SharedArrayBuffer !== 'undefined' && bytes.buffer instanceof SharedArrayBuffer
    ? Uint8Array.from(bytes)
    : bytes;
}
