/** @file The pictures of a bench: files and the pictures in folders, read whole, and PNG, written whole. */

import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LoecError } from '../errors.ts';
import { isReadName } from '../image/extensions.ts';
import { readForeign } from '../image/foreign/read.ts';
import { readPng } from '../image/png/read.ts';
import { writePng } from '../image/png/write.ts';
import type { Raster } from '../image/raster.ts';
import { formatOf } from '../image/signature.ts';

/** A picture before it is read. */
export interface PictureFile {
  readonly path: string;
  /** File name, which stands for the picture in tables. */
  readonly name: string;
  readonly sha256: string;
}

/**
 * The files, and the pictures in the folders, in order.
 * @throws LoecError E_INPUT for what is not there, E_USAGE for two pictures of one name
 */
export async function findPictures(inputs: readonly string[]): Promise<PictureFile[]> {
  const paths = (await Promise.all(inputs.map(pathsOf))).flat();
  const pictures = await Promise.all(
    paths.map(async (path) => {
      const sha256 = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      return { path, name: basename(path), sha256 };
    }),
  );
  const twice = pictures.find(({ name }, i) => pictures.findIndex((other) => other.name === name) !== i);
  if (twice) throw new LoecError('E_USAGE', `two pictures are called ${twice.name}: rename one`);
  return pictures;
}

async function pathsOf(input: string): Promise<string[]> {
  const found = await stat(input).catch((cause: Error) => {
    throw new LoecError('E_INPUT', `${input}: no such file or folder; check the path`, { cause });
  });
  if (!found.isDirectory()) return [input];
  const names = (await readdir(input)).filter(isReadName).sort();
  if (names.length === 0) throw new LoecError('E_INPUT', `${input}: there is no picture in this folder`);
  return names.map((name) => join(input, name));
}

/**
 * Formats other than PNG are read by way of sharp, as `encode` does.
 * @throws LoecError E_INPUT for a file that is no picture, or a broken one
 */
export async function readPicture({ path, name }: Pick<PictureFile, 'path' | 'name'>): Promise<Raster> {
  const bytes = await readFile(path);
  const format = formatOf(bytes);
  // What has no name is refused by the reader of PNG.
  const isPng = format === null || format === 'PNG';
  const png = isPng ? bytes : (await readForeign(bytes, format, name, {})).bytes;
  return (await readPng(png, { name })).raster;
}

/** A raster as PNG. */
export async function pictureBytes(raster: Raster): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of writePng(raster)) pieces.push(piece);
  return Buffer.concat(pieces);
}

export async function writePicture(path: string, raster: Raster): Promise<void> {
  await writeFile(path, await pictureBytes(raster));
}
