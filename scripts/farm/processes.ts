/** @file A farm on this machine: a Redis, workers and producers as processes of `loec`, run from dist (`npm run build`). */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../dist/bin/loec.js', import.meta.url));

/** Starts a worker and waits until it takes jobs. @param records hears of each of its records */
export async function startWorker(
  url: string,
  flags: readonly string[],
  onRecord: (record: Record<string, unknown>) => void = () => {},
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [BIN, 'worker', '--json', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // An address as an argument shows its password to whoever lists processes.
    env: { ...process.env, LOEC_QUEUE: url },
  });
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) =>
    onRecord(JSON.parse(line)),
  );
  await once(child.stderr as NodeJS.ReadableStream, 'data');
  return child;
}

/** Ends a worker in order. */
export async function stopWorker(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Runs `loec`. @returns seconds @throws Error where it fails */
export async function time(argv: readonly string[]): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, [BIN, ...argv], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`loec ${argv[0]} ended with ${code}`);
  return (performance.now() - started) / 1000;
}
