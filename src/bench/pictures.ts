/** @file The pictures of a bench: files and the PNG files of folders, read and written whole. */

import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LoecError } from '../errors.ts';
import { readPng } from '../image/png/read.ts';
import { writePng } from '../image/png/write.ts';
import type { Raster } from '../image/raster.ts';

/** A picture before it is read. */
export interface PictureFile {
  readonly path: string;
  /** File name, which stands for the picture in tables. */
  readonly name: string;
  readonly sha256: string;
}

/**
 * The files, and the PNG files of the folders, in order.
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
  const names = (await readdir(input)).filter((name) => /\.png$/i.test(name)).sort();
  if (names.length === 0) throw new LoecError('E_INPUT', `${input}: there is no .png file in this folder`);
  return names.map((name) => join(input, name));
}

/** @throws LoecError E_INPUT for a file that is no PNG, or a broken one */
export async function readPicture({ path, name }: Pick<PictureFile, 'path' | 'name'>): Promise<Raster> {
  return (await readPng(await readFile(path), { name })).raster;
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
