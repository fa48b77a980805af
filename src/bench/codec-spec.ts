/**
 * @file What `--codec` says, as curves to measure:
 *
 *     jpeg,webp:effort=6,q=10..90/10,loe:effort=1+5,bpp=0.1+0.2+0.4,external:mine=./mine.sh,q=1+2+3
 *
 * Specifications are parted by commas, and so are a codec's parameters: a piece with `=` and no `:` before it belongs to the
 * codec in front of it. A rate parameter chooses the points of a curve, each value of another one has a curve of its own.
 */

import { LoecError, optionError } from '../errors.ts';
import type { BenchCodec, Setting } from './codec.ts';
import { createExternalCodec } from './codecs/external.ts';
import { CODECS } from './codecs/index.ts';
import { settingText } from './row.ts';
import { expandValues, MAX_VALUES } from './value-list.ts';

/** A codec with all but the rate fixed. */
export interface Curve {
  readonly codec: BenchCodec;
  /** Names the curve in tables and results: `jpeg`, `loe effort=1`. */
  readonly name: string;
  readonly settings: readonly Setting[];
}

/** Values by parameter, as given. */
type Given = Readonly<Record<string, readonly (number | string)[]>>;

const EXTERNAL = 'external:';

/** @throws LoecError E_USAGE */
export function parseCodecs(text: string): Curve[] {
  const curves = splitSpecifications(text).flatMap(curvesOf);
  const twice = curves.find(({ name }, i) => curves.findIndex((other) => other.name === name) !== i);
  if (!twice) return curves;
  throw new LoecError('E_USAGE', `--codec names ${twice.name} twice: join its values, as in q=10+20..90/5`);
}

function splitSpecifications(text: string): string[] {
  const specifications: string[] = [];
  for (const piece of text.split(',').map((part) => part.trim())) {
    const last = specifications.length - 1;
    if (last >= 0 && /^[^:=]*=/.test(piece)) specifications[last] += `,${piece}`;
    else specifications.push(piece);
  }
  return specifications;
}

function curvesOf(specification: string): Curve[] {
  const [head = '', ...pieces] = specification.split(',');
  const colon = head.indexOf(':');
  if (colon < 0 || head.startsWith(EXTERNAL)) return combine(specification, codecOf(head), pieces);
  return combine(specification, codecOf(head.slice(0, colon)), [head.slice(colon + 1), ...pieces]);
}

function codecOf(head: string): BenchCodec {
  if (!head.startsWith(EXTERNAL)) {
    const codec = CODECS.get(head);
    if (codec) return codec;
    const known = [...CODECS.keys(), `${EXTERNAL}NAME=CMD`].join(', ');
    throw optionError('--codec', `one of ${known}`, head || 'nothing');
  }
  const codec = createExternalCodec(head.slice(EXTERNAL.length));
  if (!CODECS.has(codec.id)) return codec;
  throw new LoecError('E_USAGE', `--codec ${head}: ${codec.id} is a codec of the bench; choose another name`);
}

function combine(specification: string, codec: BenchCodec, pieces: readonly string[]): Curve[] {
  const given = readParameters(specification, codec, pieces);
  const names = Object.keys(given);
  const points = pointsOf(specification, codec, given);
  const others = names.filter((name) => !codec.rates.includes(name));
  const count = others.reduce((total, name) => total * (given[name] ?? []).length, points.length);
  if (count > MAX_VALUES) {
    throw optionError(`--codec ${specification}`, `at most ${MAX_VALUES} settings`, count);
  }
  return product(given, others).map((fixed) => ({
    codec,
    name: `${codec.id} ${settingText(fixed)}`.trim(),
    settings: points.map((point) => ({ ...fixed, ...point })),
  }));
}

/** The values of the one rate that is given, else the codec's own. */
function pointsOf(specification: string, { rates, sweep }: BenchCodec, given: Given): readonly Setting[] {
  const chosen = rates.filter((rate) => rate in given);
  const points = chosen.length === 0 ? sweep : product(given, chosen.slice(0, 1));
  if (chosen.length < 2 && points.length > 0) return points;
  const expected = `${rates.map((rate) => `${rate}=…`).join(' or ')}, the settings to measure,`;
  throw optionError(`--codec ${specification}`, expected, chosen.join(' and ') || 'none');
}

function readParameters(specification: string, codec: BenchCodec, pieces: readonly string[]): Given {
  const given: Record<string, readonly (number | string)[]> = {};
  for (const piece of pieces) {
    const [name = '', ...values] = piece.split('=');
    const parser = Object.hasOwn(codec.parameters, name) ? codec.parameters[name] : undefined;
    if (!parser || values.length === 0) {
      const known = Object.keys(codec.parameters).map((parameter) => `${parameter}=…`);
      throw optionError(`--codec ${specification}`, known.join(' or '), piece || 'nothing');
    }
    const option = `${name} in --codec ${specification}`;
    if (name in given) throw optionError(option, 'its values once, joined by +,', piece);
    given[name] = expandValues(values.join('='), option).map((value) => {
      const parsed = parser.parse(value);
      if (parsed === undefined) throw optionError(option, parser.expected, value || 'nothing');
      return parsed;
    });
  }
  return given;
}

/** Every combination of the values of the named parameters. */
function product(given: Given, names: readonly string[]): Setting[] {
  let settings: Setting[] = [{}];
  for (const name of names) {
    settings = settings.flatMap((setting) =>
      (given[name] ?? []).map((value) => ({ ...setting, [name]: value })),
    );
  }
  return settings;
}
