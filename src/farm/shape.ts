/** @file What values that were read from Redis must look like: whoever can write there may have written them. Fields that are not named may be there. */

import { classNameOf } from '../class-name.ts';

type Test = (value: unknown) => boolean;

/** A test for each field of an object. */
export type Shape<Fields> = Readonly<Record<keyof Fields, Test>>;

export const isText: Test = (value) => typeof value === 'string';
export const isFlag: Test = (value) => typeof value === 'boolean';
/** JSON has larger ones than numbers hold, which are read as infinite. */
export const isNumber: Test = (value) => Number.isFinite(value);
export const isObject: Test = (value) => classNameOf(value) === 'Object';
export const isSha256: Test = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

export function isOneOf(names: readonly string[]): Test {
  return (value) => names.includes(value as string);
}

export function isListOf(is: Test): Test {
  return (value) => Array.isArray(value) && value.every(is);
}

/** A field that may be missing. */
export function isMaybe(is: Test): Test {
  return (value) => value === undefined || is(value);
}

export function isNullOr(is: Test): Test {
  return (value) => value === null || is(value);
}

export function hasShape<Fields>(shape: Shape<Fields>): (value: unknown) => value is Fields {
  const tests = Object.entries<Test>(shape);
  return (value): value is Fields =>
    isObject(value) && tests.every(([name, is]) => is((value as Record<string, unknown>)[name]));
}

/** The value of a JSON text; null of a text that is none, or not of the shape. */
export function shapedJson<Value>(text: string, has: (value: unknown) => value is Value): Value | null {
  try {
    const value: unknown = JSON.parse(text);
    return has(value) ? value : null;
  } catch {
    return null;
  }
}
