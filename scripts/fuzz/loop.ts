/** @file The loop of all fuzzers: mutants by number, each from a seed of its own, and what became of them. */

import { LoecError } from '../../src/errors.ts';
import { type Random, seededRandom } from '../../src/field/random.ts';

export interface Target {
  /** A sound file with some faults. */
  readonly make: (random: Random) => Uint8Array;
  /** Reads it; any error but a LoecError is a fault. */
  readonly read: (file: Uint8Array, random: Random) => Promise<void>;
}

/** How files ended, and the slowest one. */
export interface Tally {
  /** `read`, or the code of the error. */
  readonly ends: Map<string, number>;
  readonly faults: { readonly seed: number; readonly error: unknown }[];
  slowest: { seed: number; milliseconds: number };
}

/** @param onTurn called after each file with how many there were */
export async function fuzz(
  target: Target,
  count: number,
  firstSeed: number,
  onTurn: (done: number) => void,
): Promise<Tally> {
  const tally: Tally = { ends: new Map(), faults: [], slowest: { seed: 0, milliseconds: 0 } };
  for (let i = 0; i < count; i++) {
    const seed = firstSeed + i;
    const random = seededRandom(seed);
    const file = target.make(random);
    const started = performance.now();
    const end = await endOf(target, file, random, (error) => tally.faults.push({ seed, error }));
    const milliseconds = performance.now() - started;
    tally.ends.set(end, (tally.ends.get(end) ?? 0) + 1);
    if (milliseconds > tally.slowest.milliseconds) tally.slowest = { seed, milliseconds };
    onTurn(i + 1);
  }
  return tally;
}

async function endOf(
  { read }: Target,
  file: Uint8Array,
  random: Random,
  onFault: (error: unknown) => void,
): Promise<string> {
  try {
    await read(file, random);
    return 'read';
  } catch (error) {
    if (error instanceof LoecError) return error.code;
    onFault(error);
    return 'fault';
  }
}

export function pick<Value>(random: Random, values: readonly Value[]): Value {
  return values[Math.floor(random() * values.length)] as Value;
}

/** 0 … end − 1 */
export function below(random: Random, end: number): number {
  return Math.floor(random() * end);
}
