/** @file What both scripts do: pictures, folders, and `loec` as a process, run from dist (`npm run build`). */

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../dist/bin/loec.js', import.meta.url));

/** A folder that goes away with the process. */
export function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'loec-stress-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function start(argv: readonly string[], stdio: StdioOptions = 'ignore'): ChildProcess {
  return spawn(process.execPath, [BIN, ...argv], { stdio });
}

/** @throws Error where it fails */
export async function run(argv: readonly string[]): Promise<void> {
  const [code] = await once(start(argv, ['ignore', 'ignore', 'inherit']), 'exit');
  if (code !== 0) throw new Error(`loec ${argv.join(' ')} ended with ${code}`);
}

/** Numbers from 0 to 1, the same in every run. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
