/** @file What a decoder is willing to allocate; checked against the header before anything is. */

import { LoecError } from '../errors.ts';

export interface Limits {
  /** Pixels of the coded picture. */
  readonly pixels: number;
  /** Pixels of the output of one decode. */
  readonly outputPixels: number;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Parameters of the field and of its context model. */
  readonly parameters: number;
}

export const DEFAULT_LIMITS: Limits = {
  pixels: 2 ** 27,
  outputPixels: 2 ** 30,
  bytes: 2 ** 28,
  parameters: 2 ** 24,
};

/** @throws LoecError E_LIMIT */
export function checkLimit(what: string, value: number, unit: string, limit: number): void {
  if (value > limit) {
    throw new LoecError('E_LIMIT', `the ${what} has ${value} ${unit}; the limit is ${limit}`);
  }
}
