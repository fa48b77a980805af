/** @file What the codecs that are programs have in common: PNG files in a folder that goes away. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LoecError } from '../../errors.ts';
import { readPng } from '../../image/png/read.ts';
import type { Raster } from '../../image/raster.ts';
import type { BenchCodec, Setting } from '../codec.ts';
import { inKind } from '../kind.ts';
import { writePicture } from '../pictures.ts';
import { runCommand } from '../run-command.ts';
import { inTemporaryFolder } from '../temporary-folder.ts';

interface CommandCodec extends Omit<BenchCodec, 'encode' | 'decode'> {
  /** Of the coded file: for example `.jxl`. */
  readonly extension: string;
  readonly encodeCommand: (picture: string, coded: string, setting: Setting) => readonly string[];
  readonly decodeCommand: (coded: string, picture: string) => readonly string[];
}

export function createCommandCodec(parts: CommandCodec): BenchCodec {
  const { extension, encodeCommand, decodeCommand, ...description } = parts;
  const codedName = `coded${extension}`;
  return {
    ...description,
    encode: (raster, setting, signal) =>
      inTemporaryFolder(async (folder) => {
        const [picture, coded] = [join(folder, 'picture.png'), join(folder, codedName)];
        // Bare samples for every codec: what a profile costs is not what is measured.
        await writePicture(picture, { ...raster, colour: [], metadata: [] });
        const command = encodeCommand(picture, coded, setting);
        await runCommand(command, signal);
        return readResult(coded, command);
      }),
    decode: (file, like) =>
      inTemporaryFolder(async (folder) => {
        const [coded, picture] = [join(folder, codedName), join(folder, 'decoded.png')];
        await writeFile(coded, file);
        const command = decodeCommand(coded, picture);
        await runCommand(command, undefined);
        return inKind(await bareRaster(await readResult(picture, command), parts.id), like);
      }),
  };
}

async function readResult(path: string, command: readonly string[]): Promise<Uint8Array> {
  try {
    return Uint8Array.from(await readFile(path));
  } catch (cause) {
    throw new LoecError('E_ENGINE', `${command.join(' ')} ended well but has not written ${path}`, { cause });
  }
}

async function bareRaster(png: Uint8Array, id: string): Promise<Raster> {
  const { raster } = await readPng(png, { name: `what ${id} decodes` });
  return { ...raster, colour: [] };
}
