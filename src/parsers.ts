/**
 * @file The one way in which the command line reads values: yargs would make NaN of a typing error and tell nobody. What
 * a parser expects is said once and stands in the help and in the error.
 */

import { optionError } from './errors.ts';
import { DEFAULT_LIMITS, LIMIT_RANGE, type Limits } from './limits.ts';
import { integers, numbers, type Range } from './ranges.ts';
import type { Crop } from './render/options.ts';

export interface Parser<Value> {
  /** The rule, for people: `a number from 0 to 100`. */
  readonly expected: string;
  /** The value, or undefined where the text breaks the rule. */
  readonly parse: (text: string) => Value | undefined;
  /** All values that there are, where they can be listed. */
  readonly values?: readonly string[];
  /** What a value is the path of. */
  readonly names?: 'file' | 'folder';
  /** Whether values hold passwords, so that no error repeats one. */
  readonly isSecret?: true;
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const BYTES = /^(\d+\.?\d*|\.\d+)([kM]?)[bB]?$/;
const LIMIT = /^(\w+)=(.*?)([kMG]?)$/;
const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9 };

/** @throws LoecError E_USAGE */
export function parseValue<Value>(
  option: string,
  text: string,
  { parse, expected, isSecret }: Parser<Value>,
): Value {
  const value = parse(text);
  if (value !== undefined) return value;
  throw optionError(option, expected, text === '' ? 'nothing' : isSecret ? 'another text' : text);
}

export function inRange({ expected, contains }: Range): Parser<number> {
  return {
    expected,
    parse: (text) => {
      const value = toNumber(text);
      return contains(value) ? value : undefined;
    },
  };
}

/** Bounds are included. */
export function number(low: number, high: number): Parser<number> {
  return inRange(numbers(low, high));
}

/** Bounds are included. */
export function integer(low: number, high: number): Parser<number> {
  return inRange(integers(low, high));
}

export function oneOf<Name extends string>(names: readonly Name[]): Parser<Name> {
  const expected = `one of ${names.join(', ')}`;
  return { expected, parse: (text) => names.find((name) => name === text), values: names };
}

/** Decimal units, as disks and networks are sold. */
export const byteCount: Parser<number> = {
  expected: 'bytes like 20000, 20k or 1.5M',
  parse: (text) => {
    const [, digits, unit] = BYTES.exec(text) ?? [];
    if (digits === undefined || unit === undefined) return undefined;
    const bytes = Math.round(Number(digits) * (UNITS[unit] as number));
    return bytes >= 1 && bytes <= Number.MAX_SAFE_INTEGER ? bytes : undefined;
  },
};

/** Whether the crop lies within the output is known only once the file is read. */
export const cropRectangle: Parser<Crop> = {
  expected: 'x,y,width,height in output pixels',
  parse: (text) => {
    const [x, y, width, height, ...rest] = text.split(',').map(integer(0, Number.POSITIVE_INFINITY).parse);
    if (x === undefined || y === undefined || width === undefined || height === undefined) return undefined;
    return rest.length === 0 ? { x, y, width, height } : undefined;
  },
};

/** Limits of reading. Units are decimal. */
export const limitList: Parser<Partial<Limits>> = {
  expected: `name=value,.. like pixels=4e6,bytes=20M of ${Object.keys(DEFAULT_LIMITS).join(', ')}`,
  parse: (text) => {
    const limits = new Map<string, number>();
    for (const entry of text.split(',')) {
      const [, name = '', digits = '', unit = ''] = LIMIT.exec(entry) ?? [];
      const value = toNumber(digits) * (UNITS[unit] as number);
      if (!Object.hasOwn(DEFAULT_LIMITS, name) || limits.has(name) || !LIMIT_RANGE.contains(value))
        return undefined;
      limits.set(name, value);
    }
    return Object.fromEntries(limits);
  },
};

export const path: Parser<string> = { ...anyText('a path, or - for stdin and stdout'), names: 'file' };

export const folder: Parser<string> = { ...anyText('the path of a folder'), names: 'folder' };

export const text = anyText('a text');

export function anyText(expected: string): Parser<string> {
  return { expected, parse: (given) => given || undefined };
}

function toNumber(text: string): number {
  return DECIMAL.test(text) ? Number(text) : Number.NaN;
}
