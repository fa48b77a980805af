/** @file Writing outputs: whole or not at all, and never over something without being told so. */

import { randomBytes } from 'node:crypto';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, parse } from 'node:path';
import { LoecError } from '../errors.ts';
import type { Context } from './context.ts';
import { DASH } from './input.ts';

export interface OutputArguments {
  readonly output?: string | undefined;
  readonly outDir?: string | undefined;
  readonly force: boolean;
}

/**
 * Where an input's result goes: `--output`, or the input's name with `extension` in `--out-dir` or beside it; stdin
 * goes to stdout.
 * @param inputs how many inputs there are in all
 * @throws LoecError E_USAGE
 */
export function outputPath(input: string, inputs: number, extension: string, args: OutputArguments): string {
  const { output, outDir } = args;
  if (output !== undefined && outDir !== undefined) {
    throw new LoecError('E_USAGE', '--output and --out-dir exclude each other');
  }
  if (output !== undefined && inputs > 1) {
    throw new LoecError('E_USAGE', `--output names one file for ${inputs} inputs; use --out-dir`);
  }
  if (output !== undefined) return output;
  if (input === DASH) return DASH;
  return join(outDir ?? dirname(input), `${parse(basename(input)).name}${extension}`);
}

/** Refuses at the start what would fail at the end. @throws LoecError E_OVERWRITE or E_USAGE */
export async function checkOutput(context: Context, path: string, { force }: OutputArguments): Promise<void> {
  if (path === DASH) {
    if (!context.stdout.isTTY) return;
    throw new LoecError(
      'E_USAGE',
      'binary data does not go to a terminal: redirect stdout or name a file with -o',
    );
  }
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists && !force) {
    throw new LoecError('E_OVERWRITE', `${path} exists; use --force to replace it or -o for another name`);
  }
}

/** Writes the pieces; a file appears under its name only when it is complete. @throws LoecError E_INPUT */
export async function writeOutput(
  context: Context,
  path: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  if (path === DASH) return writeStream(context, pieces);
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    await writeWhole(temporary, pieces);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw asWriteError(error, path);
  }
}

async function writeStream(
  { stdout }: Context,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  for await (const piece of pieces) {
    await new Promise<void>((resolve, reject) => {
      stdout.write(piece, (error) => (error ? reject(error) : resolve()));
    });
  }
}

async function writeWhole(
  path: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for await (const piece of pieces) await file.writeFile(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}

function asWriteError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof LoecError || typeof code !== 'string') return error;
  return new LoecError('E_INPUT', `${path} can't be written: ${(error as Error).message}`, { cause: error });
}
