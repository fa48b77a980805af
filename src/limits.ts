/**
 * @file What a file may cost its reader: checked against what the file announces, before the work. docs/security.md tells whom to
 * give what.
 */

import { LoecError, optionError } from './errors.ts';
import { AN_OBJECT } from './options.ts';
import { numbers, type Range } from './ranges.ts';

/** Bounds of reading one file; every one of them a finite number. */
export interface Limits {
  /** Pixels of the coded picture, or of the PNG. */
  readonly pixels: number;
  /** Pixels of the output of one decode: of the crop, where only a part is asked for. */
  readonly outputPixels: number;
  /**
   * Multiply-adds of one decode in all, in millions: reading weights, labels and latents, which count what takes as long, and
   * evaluating the field. A number that is given is the most. Where none is given, large pictures may take more than the default:
   * 24,000 multiply-adds for each pixel of the picture and each position that is evaluated, which the costliest of presets stay below.
   */
  readonly megaMultiplyAdds: number;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Bytes that reading takes at most at a time, besides the file and the program; of `decode` the output too, of `decodeBands` a band. */
  readonly memory: number;
  /** Seconds from the call to the last row; what the reader of bands does in between counts too. */
  readonly seconds: number;
}

/** For a person who opens files of their own: a picture of 134 megapixels is read, a small file takes ten seconds at most. */
export const DEFAULT_LIMITS: Limits = {
  pixels: 2 ** 27,
  outputPixels: 2 ** 30,
  megaMultiplyAdds: 50_000,
  bytes: 2 ** 28,
  memory: 1.5e9,
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

/** For a file that this process has made itself. */
export const UNBOUNDED_LIMITS: Limits = {
  pixels: Number.MAX_SAFE_INTEGER,
  outputPixels: Number.MAX_SAFE_INTEGER,
  megaMultiplyAdds: Number.MAX_SAFE_INTEGER,
  bytes: Number.MAX_SAFE_INTEGER,
  memory: Number.MAX_SAFE_INTEGER,
  seconds: Number.MAX_SAFE_INTEGER,
};

/** Limits that have been checked. */
export interface CheckedLimits extends Limits {
  /** Multiply-adds of a pixel of the picture, and of a position, that are allowed beyond `megaMultiplyAdds`; 0 where the caller has given that. */
  readonly multiplyAddsPerPosition: number;
}

/** What every limit accepts. */
export const LIMIT_RANGE: Range = numbers(0, Number.MAX_SAFE_INTEGER);

/**
 * The given limits, and the defaults of the others.
 * @throws LoecError E_USAGE for one that is not a finite number from 0 up, or that there is not
 */
export function checkedLimits(given: Partial<Limits> = {}): CheckedLimits {
  const names = Object.keys(DEFAULT_LIMITS);
  if (!AN_OBJECT.accepts(given)) {
    throw optionError('limits', `${AN_OBJECT.expected} with fields of ${names.join(', ')}`, given);
  }
  for (const [name, value] of Object.entries(given)) {
    if (!names.includes(name)) throw optionError('limits', `fields ${names.join(', ')}`, name);
    if (typeof value !== 'number' || !LIMIT_RANGE.contains(value)) {
      throw optionError(`limits.${name}`, LIMIT_RANGE.expected, value);
    }
  }
  const multiplyAddsPerPosition = given.megaMultiplyAdds === undefined ? 24_000 : 0;
  return { ...DEFAULT_LIMITS, ...given, multiplyAddsPerPosition };
}

/**
 * @param found what was found, for people: `the picture has 12 pixels`
 * @throws LoecError E_LIMIT that names the limit
 */
export function checkLimit(limits: Limits, name: keyof Limits, value: number, found: string): void {
  if (value > limits[name]) {
    const remedy = 'raise it if you trust the file';
    throw new LoecError('E_LIMIT', `${found}; the limit \`${name}\` is ${limits[name]}: ${remedy}`);
  }
}
