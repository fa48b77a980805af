/**
 * @file The header: one array of values described by one table, which the writer, the reader and the specification
 * (formats/loe.md, section 5) share.
 */

import { MAX_WIDTH as MAX_CONTEXT_WIDTH } from '../entropy/latents/constants.ts';
import { damaged } from '../errors.ts';
import { COARSER_CELLS, NEIGHBOURS } from '../field/context.ts';
import { MAX_PLANES } from '../field/pyramid.ts';
import { MAX_STEP_INDEX, MIN_STEP_INDEX } from '../field/quantizer.ts';
import { MAX_LAYERS } from '../field/spec.ts';
import { DISPLAY_CHUNKS } from '../image/chunk-kinds.ts';
import type { Raster } from '../image/raster.ts';
import { unpackValue } from './packed.ts';

/** Hidden units that a layer may have. */
export const MAX_WIDTH = 1024;

/** Filters that a pyramid field may have. */
const MAX_FILTERS = 4;

/** An overlap of tiles is told in such parts of a tile's side; it is at most half of it. */
export const OVERLAP_UNITS = 64;

/** Weights and biases of the layers, the filters and the context model's three affine maps. */
const MAX_TENSORS = 2 * (MAX_LAYERS + MAX_FILTERS + 3);

export type PyramidCodes = readonly [
  planes: number,
  filters: number,
  neighbours: number,
  coarser: number,
  contextWidth: number,
  start: number,
  /** Bit i for the i-th tensor: its integers are differences to the start. */
  fromStart: number,
];

/** What the headers of all pictures begin with, as it stands in the file; a flat picture's has no more. */
export interface PictureHeader extends Pick<Raster, 'width' | 'height' | 'channels' | 'depth'> {
  /** Code and data of each colour chunk in turn. */
  readonly colour: readonly (number | Uint8Array)[];
}

export interface FieldHeader extends PictureHeader {
  /** Outputs of colour, their range, what alpha is where the picture has it, and bases; null where outputs are the channels. */
  readonly samples: readonly number[] | null;
  /** Width, selector and activation of each layer in turn; at last, where tiles overlap, by how much. */
  readonly layers: readonly number[];
  /**
   * The index of the first quantization step, then differences; at last, where tensors of a field of coordinates are differences
   * from a start, its number and the bit set of these tensors. null for float32 weights.
   */
  readonly steps: readonly number[] | null;
  readonly thresholds: readonly number[] | null;
  readonly preset: string;
  /** null where the field has no pyramid. */
  readonly pyramid: PyramidCodes | null;
}

export type Header = PictureHeader | FieldHeader;

export function isFieldHeader(header: Header): header is FieldHeader {
  return 'layers' in header;
}

interface HeaderField {
  readonly name: keyof FieldHeader;
  /** What a reader may rely on, as the specification says it. */
  readonly rule: string;
  readonly valid: (value: unknown) => boolean;
}

const isInteger = (value: unknown, low: number, high: number): boolean =>
  Number.isInteger(value) && (value as number) >= low && (value as number) <= high;

const isArray = (value: unknown, valid: (items: readonly unknown[]) => boolean): boolean =>
  Array.isArray(value) && valid(value);

const isSelector = (value: unknown): boolean => isInteger(value, -1, 65536);
const isActivation = (value: unknown): boolean =>
  value === -1 || (typeof value === 'number' && value >= 0 && value <= 65536);

function areLayers(items: readonly unknown[]): boolean {
  const codes = items.length - (items.length % 3);
  return (
    isInteger(codes / 3, 2, MAX_LAYERS) &&
    items.length <= codes + 1 &&
    items.every(
      (item, i) =>
        [isInteger(item, 1, i < codes ? MAX_WIDTH : OVERLAP_UNITS / 2), isSelector(item), isActivation(item)][
          i % 3
        ],
    )
  );
}

/** Codes of display chunks are their places in the list. */
const LAST_DISPLAY_CHUNK = DISPLAY_CHUNKS.length - 1;

function areColourChunks(items: readonly unknown[]): boolean {
  const codes = items.filter((_, i) => i % 2 === 0);
  return (
    items.length === 2 * new Set(codes).size &&
    items.every((item, i) =>
      i % 2 === 0 ? isInteger(item, 0, LAST_DISPLAY_CHUNK) : item instanceof Uint8Array,
    )
  );
}

function areSampleCodes(items: readonly unknown[]): boolean {
  const [colours, low, high, alpha = 0, ...base] = items;
  return (
    items.length >= 3 &&
    items.length <= 7 &&
    base.every((item) => isInteger(item, 0, 65535)) &&
    (colours === 1 || colours === 3) &&
    isInteger(low, 0, 65535) &&
    isInteger(high, low as number, 65535) &&
    isInteger(alpha, -2, 65535)
  );
}

/** Differences may be twice as large as the indices. */
const isStep = (item: unknown): boolean =>
  isInteger(item, MIN_STEP_INDEX - MAX_STEP_INDEX, MAX_STEP_INDEX - MIN_STEP_INDEX);

/** A start and its tensors may follow; how many steps there are is not known here. */
const areSteps = (items: readonly unknown[]): boolean =>
  items.every(
    (item, i) => isStep(item) || (i >= items.length - 2 && isInteger(item, -(2 ** 31), 2 ** 32 - 1)),
  );

/** The fields in the order in which they stand in the file. */
export const HEADER_FIELDS: readonly HeaderField[] = [
  { name: 'width', rule: 'integer, 1 … 2^31 − 1', valid: (v) => isInteger(v, 1, 2 ** 31 - 1) },
  { name: 'height', rule: 'integer, 1 … 2^31 − 1', valid: (v) => isInteger(v, 1, 2 ** 31 - 1) },
  { name: 'channels', rule: 'integer, 1 … 4', valid: (v) => isInteger(v, 1, 4) },
  { name: 'depth', rule: '8 or 16', valid: (v) => v === 8 || v === 16 },
  {
    name: 'colour',
    rule: `array of pairs: integer 0 … ${LAST_DISPLAY_CHUNK}, each at most once; byte string`,
    valid: (v) => isArray(v, areColourChunks),
  },
  {
    name: 'samples',
    rule: 'null, or array of 3 … 7 integers: 1 or 3; 0 … 65535; 0 … 65535, not falling; −2 … 65535; 0 … 65535, …',
    valid: (v) => v === null || isArray(v, areSampleCodes),
  },
  {
    name: 'layers',
    rule: `array of 2 … ${MAX_LAYERS} triples: integer 1 … ${MAX_WIDTH}, integer −1 … 65536, −1 or number 0 … 65536; none or one`,
    valid: (v) => isArray(v, areLayers),
  },
  {
    name: 'steps',
    rule: 'null, or array of one integer per tensor; none or two',
    valid: (v) => v === null || isArray(v, areSteps),
  },
  {
    name: 'thresholds',
    rule: 'null, or array of 3 integers 0 … 255, not falling',
    valid: (v) => v === null || isArray(v, areThresholds),
  },
  {
    name: 'preset',
    rule: 'string of at most 32 characters',
    valid: (v) => typeof v === 'string' && [...v].length <= 32,
  },
  {
    name: 'pyramid',
    rule:
      `absent, or array of 7 integers: 1 … ${MAX_PLANES}, 0 … ${MAX_FILTERS}, 1 … ${NEIGHBOURS.length}, ` +
      `0 … ${COARSER_CELLS.length}, multiple of 8 up to ${MAX_CONTEXT_WIDTH}, 0 … 65535, 0 … 2^${MAX_TENSORS} − 1`,
    valid: (v) => isArray(v, isPyramid),
  },
];

/** Bounds of `PyramidCodes`. */
const PYRAMID_RANGES = [
  [1, MAX_PLANES],
  [0, MAX_FILTERS],
  [1, NEIGHBOURS.length],
  [0, COARSER_CELLS.length],
  [8, MAX_CONTEXT_WIDTH],
  [0, 65535],
  [0, 2 ** MAX_TENSORS - 1],
] as const;

function isPyramid(items: readonly unknown[]): boolean {
  const areIntegers = PYRAMID_RANGES.every(([low, high], i) => isInteger(items[i], low, high));
  return items.length === PYRAMID_RANGES.length && areIntegers && (items[4] as number) % 8 === 0;
}

function areThresholds(items: readonly unknown[]): boolean {
  return (
    items.length === 3 && items.every((item, i) => isInteger(item, i > 0 ? (items[i - 1] as number) : 0, 255))
  );
}

/** Fields of a header without a pyramid, which is the last one. */
export const SHORT_HEADER = HEADER_FIELDS.length - 1;

/** Fields of a flat picture's header. */
export const FLAT_HEADER = 5;

/** @throws LoecError E_FORMAT naming the field and its rule */
export function unpackHeader(payload: Uint8Array): Header {
  const values = unpackValue(payload, 'header');
  const lengths = [FLAT_HEADER, SHORT_HEADER, HEADER_FIELDS.length];
  if (!Array.isArray(values) || !lengths.includes(values.length)) {
    throw damaged(`the header is not an array of ${lengths.join(', ')} values`);
  }
  const fields = HEADER_FIELDS.slice(0, values.length);
  for (const [i, { name, rule, valid }] of fields.entries()) {
    if (!valid(values[i])) throw damaged(`header field ${name} is not: ${rule}`);
  }
  const present = Object.fromEntries(fields.map(({ name }, i) => [name, values[i]]));
  return (fields.length > FLAT_HEADER ? { pyramid: null, ...present } : present) as unknown as Header;
}
