/** @file The orientation in a chunk eXIf: a TIFF file whose first directory may have the tag (EXIF 2.32, section 4.6). */

import type { Orientation } from '../orientation.ts';

const ORIENTATION = 0x0112;

/** TIFF's type of 16-bit integers. */
const SHORT = 3;

/** Bytes of TIFF's header: order of bytes, 42, offset of the first directory. */
const HEADER = 8;

/** Bytes of an entry of a directory: tag, type, count, value. */
const ENTRY = 12;

/** The first directory, as far as it lies within the data. */
interface Directory {
  readonly view: DataView;
  readonly isLittleEndian: boolean;
  /** Offset of the directory: the number of its entries, then they. */
  readonly start: number;
  readonly entries: number;
}

/** @param exif any bytes @returns 1 where none is said, or none that there is */
export function orientationOf(exif: Uint8Array): Orientation {
  const directory = directoryOf(exif);
  if (!directory) return 1;
  const { view, isLittleEndian, start, entries } = directory;
  for (let i = 0, at = start + 2; i < entries; i++, at += ENTRY) {
    if (view.getUint16(at, isLittleEndian) !== ORIENTATION) continue;
    const isShort = view.getUint16(at + 2, isLittleEndian) === SHORT;
    const value = view.getUint16(at + 8, isLittleEndian);
    return isShort && value >= 1 && value <= 8 ? (value as Orientation) : 1;
  }
  return 1;
}

/**
 * The same without the orientation: later entries move up, and what they point at stays where it is.
 * @returns undefined where nothing else was said
 */
export function withoutOrientation(exif: Uint8Array): Uint8Array | undefined {
  const copy = Uint8Array.from(exif);
  const directory = directoryOf(copy);
  if (!directory) return copy;
  const { view, isLittleEndian, start, entries } = directory;
  let end = start + 2;
  for (let i = 0, from = end; i < entries; i++, from += ENTRY) {
    if (view.getUint16(from, isLittleEndian) === ORIENTATION) continue;
    copy.copyWithin(end, from, from + ENTRY);
    end += ENTRY;
  }
  // Behind the entries stands the offset of the next directory.
  const behind = start + 2 + ENTRY * entries;
  const next = exif.subarray(behind, behind + 4);
  copy.fill(0, end, behind + next.length);
  copy.set(next, end);
  view.setUint16(start, (end - start - 2) / ENTRY, isLittleEndian);
  const isEmpty = end === start + 2 && next.every((byte) => byte === 0);
  return isEmpty && entries > 0 ? undefined : copy;
}

function directoryOf(exif: Uint8Array): Directory | undefined {
  if (exif.length < HEADER + 2) return undefined;
  const view = new DataView(exif.buffer, exif.byteOffset, exif.length);
  const isLittleEndian = exif[0] === 0x49;
  const start = view.getUint32(4, isLittleEndian);
  if (start < HEADER || start + 2 > exif.length) return undefined;
  const room = Math.floor((exif.length - start - 2) / ENTRY);
  const entries = Math.min(room, view.getUint16(start, isLittleEndian));
  return { view, isLittleEndian, start, entries };
}
