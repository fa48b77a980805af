/** @file What a file may cost its reader: checked against what the file announces, before the work. docs/security.md tells whom to give what. */

import { LoecError, optionError } from './errors.ts';
import { numbers, type Range } from './ranges.ts';

/** Bounds of reading one file; every one of them a finite number. */
export interface Limits {
  /** Pixels of the coded picture, or of the PNG. */
  readonly pixels: number;
  /** Pixels of the output of one decode. */
  readonly outputPixels: number;
  /** Multiply-adds of one decode in all, in millions. */
  readonly megaMultiplyAdds: number;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Bytes that reading takes at most at a time, besides the file and the program. */
  readonly memory: number;
  /** Seconds from the beginning to the last row. */
  readonly seconds: number;
}

/** For a person who opens files of their own. */
export const DEFAULT_LIMITS: Limits = {
  pixels: 2 ** 27,
  outputPixels: 2 ** 30,
  megaMultiplyAdds: 50_000,
  bytes: 2 ** 28,
  memory: 2 ** 32,
  seconds: 3600,
};

/** For a server that opens files of strangers. */
export const UNTRUSTED_LIMITS: Limits = {
  pixels: 2 ** 25,
  outputPixels: 2 ** 25,
  megaMultiplyAdds: 50_000,
  bytes: 2 ** 25,
  memory: 2 ** 29,
  seconds: 10,
};

/** What every limit accepts. */
export const LIMIT_RANGE: Range = numbers(0, Number.MAX_SAFE_INTEGER);

/**
 * The given limits, and the defaults of the others.
 * @throws LoecError E_USAGE for one that is not a finite number from 0 up, or that there is not
 */
export function checkedLimits(given: Partial<Limits> = {}): Limits {
  for (const [name, value] of Object.entries(given)) {
    if (!(name in DEFAULT_LIMITS)) {
      throw optionError('limits', `fields ${Object.keys(DEFAULT_LIMITS).join(', ')}`, name);
    }
    if (typeof value !== 'number' || !LIMIT_RANGE.contains(value)) {
      throw optionError(`limits.${name}`, LIMIT_RANGE.expected, value);
    }
  }
  return { ...DEFAULT_LIMITS, ...given };
}

/**
 * @param found what was found, for people: `the picture has 12 pixels`
 * @throws LoecError E_LIMIT that names the limit
 */
export function checkLimit(limits: Limits, name: keyof Limits, value: number, found: string): void {
  if (value > limits[name])
    throw new LoecError('E_LIMIT', `${found}; the limit \`${name}\` is ${limits[name]}`);
}
