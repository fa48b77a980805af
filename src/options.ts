/** @file Options that come from programs, where nothing else has checked them. */

import { classNameOf } from './class-name.ts';
import { LoecError, optionError } from './errors.ts';
import type { Range } from './ranges.ts';

/** What an option may be, in words and as a test; undefined is the option's absence and not asked. */
export interface OptionRule {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

export const A_NUMBER: OptionRule = { expected: 'a number', accepts: Number.isFinite };

export const A_BOOLEAN: OptionRule = {
  expected: 'true or false',
  accepts: (value) => typeof value === 'boolean',
};

export const A_FUNCTION: OptionRule = {
  expected: 'a function',
  accepts: (value) => typeof value === 'function',
};

export const BYTES: OptionRule = {
  expected: 'a Uint8Array',
  accepts: (value) => value instanceof Uint8Array,
};

/** What programs hand over by mistake, a Map or a Promise, would pass for an object without any fields. */
export const AN_OBJECT: OptionRule = {
  expected: 'a plain object',
  accepts: (value) => classNameOf(value) === 'Object',
};

/** Numbers in each range, by the names of the options. */
export function inRanges<Name extends string>(
  ranges: Readonly<Record<Name, Range>>,
): Record<Name, OptionRule> {
  const rules = Object.entries<Range>(ranges).map(([name, { expected, contains }]) => {
    const accepts = (value: unknown): boolean => typeof value === 'number' && contains(value);
    return [name, { expected, accepts }];
  });
  return Object.fromEntries(rules);
}

export function oneOf(names: readonly string[]): OptionRule {
  return { expected: `one of ${names.join(', ')}`, accepts: (value) => names.includes(value as string) };
}

/** Those of other realms and of libraries are as good as ours. */
export const AN_ABORT_SIGNAL: OptionRule = {
  expected: 'an AbortSignal',
  accepts: (value) =>
    typeof value === 'object' && value !== null && typeof (value as AbortSignal).aborted === 'boolean',
};

/** One that tells when it is aborted. */
export const A_TELLING_SIGNAL: OptionRule = {
  expected: 'an AbortSignal',
  accepts: (value) =>
    AN_ABORT_SIGNAL.accepts(value) && typeof (value as AbortSignal).addEventListener === 'function',
};

/**
 * Checks options against the rules of all that there are.
 * @param owner whose options they are, for messages: `decode`
 * @throws LoecError E_USAGE naming the first that there is not, or that breaks its rule
 */
export function checkOptions(
  owner: string,
  options: unknown,
  rules: Readonly<Record<string, OptionRule>>,
): void {
  if (!AN_OBJECT.accepts(options)) throw optionError(`the options of ${owner}`, AN_OBJECT.expected, options);
  for (const [name, value] of Object.entries(options as object)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) {
      const known = `its options are ${Object.keys(rules).join(', ')}`;
      throw new LoecError('E_USAGE', `${owner} has no option ${JSON.stringify(name)}; ${known}`);
    }
    if (value === undefined || rule.accepts(value)) continue;
    // In quotes a text is not taken for the number that it looks like.
    throw optionError(name, rule.expected, typeof value === 'string' ? JSON.stringify(value) : value);
  }
}
