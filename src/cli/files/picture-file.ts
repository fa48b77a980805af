/** @file Pictures that commands read. */

import { readForeign } from '../../image/foreign/read.ts';
import { readPng } from '../../image/png/read.ts';
import type { Raster } from '../../image/raster.ts';
import { formatOf } from '../../image/signature.ts';
import type { Limits } from '../../limits.ts';
import { decode } from '../../threaded-decode.ts';
import { untilAborted } from '../../until-aborted.ts';
import type { Context } from '../context.ts';
import { inputName, readInput } from './input.ts';

/** The bytes of a PNG. */
interface PngFile {
  readonly bytes: Uint8Array;
  /** What people should know of how it was read. */
  readonly notes: readonly string[];
  /** Those that hold for the PNG. */
  readonly limits: Partial<Limits>;
}

/**
 * The bytes of a PNG, which other formats are brought to.
 * @throws LoecError E_INPUT, E_LIMIT, E_ENGINE or E_ABORTED
 */
export async function readPictureFile(
  context: Context,
  input: string,
  limits: Partial<Limits>,
): Promise<PngFile> {
  return asPng(context, input, await readInput(context, input, limits), limits);
}

/**
 * A picture of any format that is read here, .loe too, upright, with the size of its file.
 * @throws LoecError as {@link readPictureFile}, readPng and decode
 */
export async function readAnyPicture(
  context: Context,
  input: string,
  limits: Partial<Limits>,
): Promise<{ raster: Raster; bytes: number }> {
  const { signal } = context;
  const file = await readInput(context, input, limits);
  const bytes = file.length;
  if (formatOf(file) === '.loe') return { raster: await decode(file, { limits, signal }), bytes };
  const png = await asPng(context, input, file, limits);
  const { raster } = await readPng(png.bytes, { name: inputName(input), limits: png.limits, signal });
  return { raster, bytes };
}

async function asPng(
  { signal }: Context,
  input: string,
  bytes: Uint8Array,
  limits: Partial<Limits>,
): Promise<PngFile> {
  const format = formatOf(bytes);
  // What has no name is refused by the reader of PNG.
  if (format === null || format === 'PNG') return { bytes, notes: [], limits };
  const png = await untilAborted(signal, readForeign(bytes, format, inputName(input), limits));
  // The user's file has been counted, and is shorter than the PNG.
  return { ...png, limits: { ...limits, bytes: png.bytes.length } };
}
