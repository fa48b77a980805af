/** @file Pictures that `encode` reads. */

import { readForeign } from '../image/foreign/read.ts';
import { formatOf } from '../image/signature.ts';
import type { Limits } from '../limits.ts';
import { untilAborted } from '../until-aborted.ts';
import type { Context } from './context.ts';
import { inputName, readInput } from './input.ts';

/**
 * The bytes of a PNG, which other formats are brought to, what people should know of that, and the limits that hold for the PNG.
 * @throws LoecError E_INPUT, E_LIMIT, E_ENGINE or E_ABORTED
 */
export async function readPictureFile(
  context: Context,
  input: string,
  limits: Partial<Limits>,
): Promise<{ bytes: Uint8Array; notes: readonly string[]; limits: Partial<Limits> }> {
  const bytes = await readInput(context, input, limits);
  const format = formatOf(bytes);
  // What has no name is refused by the reader of PNG.
  if (format === null || format === 'PNG') return { bytes, notes: [], limits };
  const png = await untilAborted(context.signal, readForeign(bytes, format, inputName(input), limits));
  // The user's file has been counted, and is shorter than the PNG.
  return { ...png, limits: { ...limits, bytes: png.bytes.length } };
}
