/** @file The one way in which the command line reads numbers; yargs would make NaN of a typing error. */

import type { Crop } from '../decode.ts';
import { optionError } from '../errors.ts';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const SIZE = /^(\d+\.?\d*|\.\d+)\s*([kM]?)B?$/;
const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1000, M: 1_000_000 };

/** A finite number; ranges are checked where the option is used. @throws LoecError E_USAGE */
export function parseNumber(option: string, text: string): number {
  if (!NUMBER.test(text)) throw optionError(option, 'a number', text);
  return Number(text);
}

/** Bytes: `20000`, `20k`, `1.5M` (decimal units). @throws LoecError E_USAGE */
export function parseSize(option: string, text: string): number {
  const match = SIZE.exec(text);
  if (!match) throw optionError(option, 'a number of bytes like 20000, 20k or 1.5M', text);
  return Math.round(Number(match[1]) * (UNITS[match[2] as string] as number));
}

/** `x,y,width,height`. @throws LoecError E_USAGE */
export function parseCrop(option: string, text: string): Crop {
  const numbers = text.split(',').map(Number);
  if (numbers.length !== 4 || !numbers.every(Number.isInteger)) {
    throw optionError(option, 'x,y,width,height in output pixels', text);
  }
  const [x, y, width, height] = numbers as [number, number, number, number];
  return { x, y, width, height };
}
