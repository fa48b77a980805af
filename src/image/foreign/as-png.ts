/** @file Pictures of any format as the bytes of a PNG, so that one reader takes care of all. */

import type { Limits } from '../../limits.ts';
import { untilAborted } from '../../until-aborted.ts';
import { formatOf } from '../signature.ts';
import { readForeign } from './read.ts';

/** The bytes of a PNG. */
interface PngFile {
  readonly bytes: Uint8Array;
  /** What people should know of how it was read. */
  readonly notes: readonly string[];
  /** Those that hold for the PNG. */
  readonly limits: Partial<Limits>;
}

/**
 * A PNG stays as it is, other formats are brought to one by way of sharp.
 * @param bytes of the file, which whoever has read them has counted
 * @param name of the file, for messages
 * @throws LoecError E_INPUT, E_LIMIT, E_ENGINE where sharp is missing, or E_ABORTED
 */
export async function asPng(
  bytes: Uint8Array,
  name: string,
  limits: Partial<Limits>,
  signal: AbortSignal,
): Promise<PngFile> {
  const format = formatOf(bytes);
  // What has no name is refused by the reader of PNG.
  if (format === null || format === 'PNG') return { bytes, notes: [], limits };
  const png = await untilAborted(signal, readForeign(bytes, format, name, limits));
  // The user's file has been counted, and is shorter than the PNG.
  return { ...png, limits: { ...limits, bytes: png.bytes.length } };
}
