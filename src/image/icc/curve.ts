/** @file From a sample to light: the tags `curv` and `para` (ICC.1:2022, sections 10.6 and 10.18). */

import { bytesOf, joined, textAt, viewOf, words } from './fields.ts';

/**
 * g, a, b, c, d of light = (a·x + b)^g from d on and c·x below it, in 65536ths, for samples x in 0 … 1: the third function of `para`.
 */
export type Formula = readonly [number, number, number, number, number];

export interface Curve {
  /** Light, 0 … 1, of a sample, 0 … 1. */
  readonly at: (sample: number) => number;
  /** The tag's data as the profile has it. */
  readonly data: Uint8Array;
  /** The curve as a formula; null where it is none. */
  readonly formula: Formula | null;
}

/** Entries of a table that are taken: with more, lcms takes the whole profile for none. */
const MOST_ENTRIES = 0x7fff;

/** Parameters of the five functions of `para`. */
const PARAMETERS = [1, 3, 4, 5, 7];

/** x^g. The line below 0 is never used; a slope of 0 would be taken for a curve without an inverse. */
export function gammaFormula(g: number): Formula {
  return [Math.round(g * 65536), 65536, 0, 65536, 0];
}

/** null for a tag that is none, or whose curve is not in 0 … 1. */
export function readCurve(data: Uint8Array | undefined): Curve | null {
  if (!data || data.length < 12) return null;
  const type = textAt(data, 0);
  if (type === 'curv') return readTable(data);
  return type === 'para' ? readFunction(data) : null;
}

/** The tag's data of a formula. */
export function formulaData(formula: Formula): Uint8Array {
  return joined(bytesOf('para'), words(0, 3 * 65536, ...formula));
}

/** A curve through so many points at equal distances, and its tag's data. */
export function tableCurve({ at }: Pick<Curve, 'at'>, points: number): Curve {
  const entries = Array.from({ length: points }, (_, i) => Math.round(65535 * at(i / (points - 1))));
  const bytes = entries.flatMap((entry) => [entry >> 8, entry & 0xff]);
  return throughEntries(joined(bytesOf('curv'), words(0, points), Uint8Array.from(bytes)), points);
}

export function formulaCurve(formula: Formula): Curve {
  const [g, a, b, c, d] = formula.map((value) => value / 65536) as unknown as Formula;
  const at = (x: number): number => (x >= d ? (a * x + b) ** g : c * x);
  return { at: (x) => bounded(at(x)), data: formulaData(formula), formula };
}

/** A table; of one entry it is an exponent in 256ths, of none the curve is straight. */
function readTable(data: Uint8Array): Curve | null {
  const view = viewOf(data);
  const entries = view.getUint32(8);
  if (entries > MOST_ENTRIES || data.length < 12 + 2 * entries) return null;
  if (entries === 0) return formulaCurve(gammaFormula(1));
  // Of an exponent of 0 readers make different things.
  if (entries === 1)
    return view.getUint16(12) === 0 ? null : formulaCurve(gammaFormula(view.getUint16(12) / 256));
  return throughEntries(data.subarray(0, 12 + 2 * entries), entries);
}

/** Straight from each entry to the next. */
function throughEntries(data: Uint8Array, entries: number): Curve {
  const view = viewOf(data);
  const entry = (i: number): number => view.getUint16(12 + 2 * i) / 65535;
  const at = (x: number): number => {
    const place = x * (entries - 1);
    const below = Math.min(Math.floor(place), entries - 2);
    return entry(below) + (place - below) * (entry(below + 1) - entry(below));
  };
  return { at, data, formula: null };
}

function readFunction(data: Uint8Array): Curve | null {
  const view = viewOf(data);
  const kind = view.getUint16(8);
  const count = PARAMETERS[kind];
  if (count === undefined || data.length < 12 + 4 * count) return null;
  const values = Array.from({ length: count }, (_, i) => view.getInt32(12 + 4 * i));
  const formula = formulaOf(kind, values);
  if (formula) return isSound(formula) ? formulaCurve(formula) : null;
  const at = functionOf(
    kind,
    values.map((value) => value / 65536),
  );
  return { at: (x) => bounded(at(x)), data: data.subarray(0, 12 + 4 * count), formula: null };
}

function formulaOf(kind: number, values: readonly number[]): Formula | null {
  const [g = 0, , , , , e, f] = values;
  if (kind === 0) return gammaFormula(g / 65536);
  if (kind === 3) return values as unknown as Formula;
  return kind === 4 && e === 0 && f === 0 ? (values.slice(0, 5) as unknown as Formula) : null;
}

/** Whether there is light for all samples. */
function isSound([g, a, b, c, d]: Formula): boolean {
  return g > 0 && a >= 0 && c >= 0 && (a * Math.max(d, 0)) / 65536 + b >= 0;
}

/** The functions that are not those of a `Formula`. */
function functionOf(kind: number, values: readonly number[]): (x: number) => number {
  const [g, a, b, c, d, e, f] = values as [number, number, number, number, number, number, number];
  if (kind === 1) return (x) => (a * x + b >= 0 ? (a * x + b) ** g : 0);
  if (kind === 2) return (x) => (a * x + b >= 0 ? (a * x + b) ** g : 0) + c;
  return (x) => (x >= d ? (a * x + b) ** g + e : c * x + f);
}

/** What is not a number, too: no light. */
function bounded(light: number): number {
  return light > 0 ? Math.min(light, 1) : 0;
}
