/** @file Lists of values as a specification writes them: `1+5+9`, `10..90/10`, or both joined: `1+10..90/10`. */

import { optionError } from '../errors.ts';
import { number } from '../parsers.ts';

/** More than any curve needs: a typing error in a range, most likely. */
export const MAX_VALUES = 200;

const RANGE = /^(.+)\.\.(.+)\/(.+)$/;
const bound = number(-1e9, 1e9);
const RANGE_RULE = 'LOW..HIGH/STEP with LOW <= HIGH and STEP > 0, like 10..90/10,';

/**
 * The values in order, each once; ranges hold their upper bound where a step meets it.
 * @param option where the text stands, for messages
 * @throws LoecError E_USAGE
 */
export function expandValues(text: string, option: string): string[] {
  const values = text
    .split('+')
    .flatMap((item) => (item.includes('..') ? expandRange(item, option) : [item]));
  return [...new Set(values)];
}

function expandRange(text: string, option: string): string[] {
  const [low, high, step] = (RANGE.exec(text) ?? []).slice(1).map(bound.parse);
  if (low === undefined || high === undefined || step === undefined || !(step > 0 && low <= high)) {
    throw optionError(option, RANGE_RULE, text);
  }
  // A billionth of a step, so that 0.1..0.3/0.1 reaches its end.
  const count = Math.floor((high - low) / step + 1e-9) + 1;
  if (count > MAX_VALUES)
    throw optionError(option, `at most ${MAX_VALUES} values`, `${text}, ${count} values`);
  return Array.from({ length: count }, (_, i) => String(Number((low + i * step).toPrecision(12))));
}
