/** @file Pictures that commands read. */

import { asPng } from '../../image/foreign/as-png.ts';
import { readPng } from '../../image/png/read.ts';
import type { Raster } from '../../image/raster.ts';
import { formatOf } from '../../image/signature.ts';
import type { Limits } from '../../limits.ts';
import { decode } from '../../threaded-decode.ts';
import type { Context } from '../context.ts';
import { inputName, readInput } from './input.ts';

/**
 * A picture of any format that is read here, .loe too, upright, with the size of its file.
 * @throws LoecError as readInput, asPng, readPng and decode
 */
export async function readAnyPicture(
  context: Context,
  input: string,
  limits: Partial<Limits>,
): Promise<{ raster: Raster; bytes: number }> {
  const { signal } = context;
  const name = inputName(input);
  const file = await readInput(context, input, limits);
  const bytes = file.length;
  if (formatOf(file) === '.loe') return { raster: await decode(file, { limits, signal }), bytes };
  const png = await asPng(file, name, limits, signal);
  const { raster } = await readPng(png.bytes, { name, limits: png.limits, signal });
  return { raster, bytes };
}
