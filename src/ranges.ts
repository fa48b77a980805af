/** @file Ranges of numbers, bounds included, with the words that help and errors have for them. */

export interface Range {
  /** The rule, for people: `a number from 0 to 100`. */
  readonly expected: string;
  readonly contains: (value: number) => boolean;
}

export function numbers(low: number, high: number): Range {
  return { expected: `a number from ${low} to ${high}`, contains: (value) => value >= low && value <= high };
}

export function integers(low: number, high: number): Range {
  return {
    expected: Number.isFinite(high) ? `an integer from ${low} to ${high}` : `an integer of at least ${low}`,
    contains: (value) => Number.isInteger(value) && value >= low && value <= high,
  };
}
