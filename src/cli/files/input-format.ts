/** @file What an input is by its first bytes, so that a wrong command is told as such before anything else. */

import { open, stat } from 'node:fs/promises';
import { LoecError } from '../../errors.ts';
import { describeFormat, formatOf } from '../../image/signature.ts';

/** As many as tell a format. */
const BYTES = 1024;

/** @throws LoecError E_FORMAT for a file of another known format */
export async function expectLoe(input: string): Promise<void> {
  const format = await formatOfFile(input);
  // Any short word is text.
  if (format === null || format === '.loe' || format === 'text') return;
  const found = describeFormat(format);
  throw new LoecError('E_FORMAT', `expected a .loe file, this is ${found}; did you mean loec encode?`);
}

/** @throws LoecError E_INPUT for a .loe file */
export async function expectPicture(input: string): Promise<void> {
  if ((await formatOfFile(input)) !== '.loe') return;
  throw new LoecError('E_INPUT', 'expected a picture, this is a .loe file; did you mean loec decode?');
}

/** null for what can't be read twice, and what can't be read at all: its reader says why. */
async function formatOfFile(path: string): Promise<string | null> {
  const isFile = (await stat(path).catch(() => null))?.isFile();
  const file = isFile ? await open(path).catch(() => null) : null;
  if (file === null) return null;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BYTES), 0, BYTES, 0);
    return formatOf(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
