/**
 * @file .loe files with faults that get past CRCs and lengths: golden files whose header, metadata, sections or coded bytes are others,
 * made whole again. One of them either decodes or is refused by a LoecError.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { ByteWriter } from '../../src/bytes.ts';
import { DICTIONARY } from '../../src/container/dictionary.ts';
import { unpackValue } from '../../src/container/packed.ts';
import { MAGIC, splitSections, TAGS, VERSION } from '../../src/container/sections.ts';
import { crc32 } from '../../src/crc32.ts';
import { decode } from '../../src/decode.ts';
import { LoecError } from '../../src/errors.ts';
import type { Random } from '../../src/field/random.ts';
import { inspect } from '../../src/inspect.ts';
import type { Limits } from '../../src/limits.ts';
import { finish } from '../../src/time-slices.ts';

const VECTORS = new URL('../../formats/vectors/', import.meta.url);

/** Small enough for thousands of decodes, and for what a header may ask for. */
const LIMITS: Partial<Limits> = {
  pixels: 20_000,
  outputPixels: 20_000,
  megaMultiplyAdds: 300,
  memory: 2 ** 28,
};

interface Section {
  readonly tag: number;
  readonly payload: Uint8Array;
}

/** A value of MessagePack as its bytes, or an array of such. */
type Piece = Uint8Array | readonly Piece[];

const FILES: readonly (readonly Section[])[] = readdirSync(VECTORS)
  .filter((name) => name.endsWith('.loe'))
  .map((name) => finish(splitSections(Uint8Array.from(readFileSync(new URL(name, VECTORS))))).sections);

/** A file with some faults. */
export function make(random: Random): Uint8Array {
  let sections = pick(random, FILES);
  for (let faults = 1 + Math.floor(3 * random()); faults > 0; faults--) sections = mutated(random, sections);
  return joined(random, sections);
}

/** Decodes and inspects. @throws whatever they throw */
export async function read(file: Uint8Array, random: Random): Promise<void> {
  const scale = pick(random, [1, 1, 0.3, 0.5, 2, 3.7]);
  const outcomes = await Promise.allSettled([
    decode(file, { limits: LIMITS, scale }),
    (async () => inspect(file, { limits: LIMITS }))(),
  ]);
  const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  // A fault of one must not hide behind the other's refusal.
  if (errors.length > 0) throw errors.find((error) => !(error instanceof LoecError)) ?? errors[0];
}

function mutated(random: Random, sections: readonly Section[]): readonly Section[] {
  const at = Math.floor(sections.length * random());
  const section = sections[at];
  if (section === undefined) return [foreignSection(random)];
  const packed = section.tag === TAGS.header || section.tag === TAGS.metadata;
  const kind = random();
  if (kind < 0.05) return sections.toSpliced(at, 1);
  if (kind < 0.1) return sections.toSpliced(Math.floor(sections.length * random()), 0, section);
  if (kind < 0.15) return sections.with(at, { ...section, tag: Math.floor(256 * random()) });
  if (kind < 0.2) return [...sections, foreignSection(random)];
  if (kind < 0.25) return sections.toReversed();
  if (packed && kind < 0.9) return sections.with(at, { ...section, payload: repacked(random, section) });
  return sections.with(at, { ...section, payload: damagedBytes(random, section.payload) });
}

/** A section of another golden file. */
function foreignSection(random: Random): Section {
  return pick(random, pick(random, FILES));
}

/** Another value in place of one of the section's, as plain or deflated bytes. */
function repacked(random: Random, { payload, tag }: Section): Uint8Array {
  try {
    const value = unpackValue(payload, String(tag));
    return pack(random, bytesOf(changed(random, piecesOf(value))));
  } catch {
    return damagedBytes(random, payload);
  }
}

function pack(random: Random, raw: Uint8Array): Uint8Array {
  const length = random() < 0.03 ? Math.floor(2 ** (26 * random())) : raw.length;
  const deflated = random() < 0.5;
  return new ByteWriter()
    .varint(2 * length + Number(deflated))
    .bytes(deflated ? deflateRawSync(raw, { dictionary: DICTIONARY }) : raw)
    .finish();
}

function piecesOf(value: unknown): Piece {
  return Array.isArray(value) ? value.map(piecesOf) : scalarBytes(value);
}

function scalarBytes(value: unknown): Uint8Array {
  if (value === null) return Uint8Array.of(0xc0);
  if (typeof value === 'string') return withLength(0xd9, new TextEncoder().encode(value));
  if (value instanceof Uint8Array) return withLength(0xc4, value);
  return numberBytes(value as number);
}

/** With a length of 4 bytes. @param type of a length of one byte */
function withLength(type: number, bytes: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(5));
  head.setUint8(0, type + 2);
  head.setUint32(1, bytes.length);
  return Uint8Array.of(...new Uint8Array(head.buffer), ...bytes);
}

function numberBytes(value: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(9));
  bytes.setUint8(0, Number.isSafeInteger(value) ? 0xd3 : 0xcb);
  if (Number.isSafeInteger(value)) bytes.setBigInt64(1, BigInt(value));
  else bytes.setFloat64(1, value);
  return new Uint8Array(bytes.buffer);
}

function bytesOf(piece: Piece): Uint8Array {
  if (piece instanceof Uint8Array) return piece;
  const head = Uint8Array.of(0xdc, piece.length >> 8, piece.length);
  return piece.reduce((writer, item) => writer.bytes(bytesOf(item)), new ByteWriter().bytes(head)).finish();
}

/** Goes down to some value and makes it another one. */
function changed(random: Random, piece: Piece): Piece {
  if (piece instanceof Uint8Array || piece.length === 0 || random() < 0.05) return otherValue(random);
  const at = Math.floor(piece.length * random());
  const kind = random();
  if (kind < 0.05) return piece.toSpliced(at, 1);
  if (kind < 0.1) return piece.toSpliced(at, 0, piece[at] as Piece);
  if (kind < 0.13) return piece.toSpliced(at, 0, otherValue(random));
  return piece.with(at, changed(random, piece[at] as Piece));
}

const NUMBERS = [
  0, 1, -1, 2, 3, 4, 7, 8, 9, 12, 13, 16, 30, 64, 127, 128, 255, 256, 300, 1024, 1025, 65535, 65536,
];
const LARGE = [2 ** 24, 2 ** 27, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 46, 2 ** 53 - 1, 2 ** 53, 2 ** 63];
const REALS = [0.5, -0.5, 1e-300, 1e300, Number.NaN, Number.POSITIVE_INFINITY, -0];
const STRINGS = ['', 'eXIf', 'tEXt', 'IDAT', 'IEND', '\u001b[2J', 'x'.repeat(33), '\ud83c\udf0a'.repeat(32)];

/** Mostly of a type that the format knows. */
function otherValue(random: Random): Piece {
  const kind = random();
  if (kind < 0.35) return numberBytes(pick(random, NUMBERS));
  if (kind < 0.45) return numberBytes(pick(random, LARGE));
  if (kind < 0.55) return numberBytes(pick(random, REALS));
  if (kind < 0.6) return numberBytes(Math.floor(400 * (random() - 0.5)));
  if (kind < 0.68) return scalarBytes(pick(random, STRINGS));
  if (kind < 0.75) return scalarBytes(randomBytes(random, Math.floor(40 * random())));
  if (kind < 0.8) return scalarBytes(null);
  if (kind < 0.9) return Array.from({ length: Math.floor(20 * random()) }, () => otherValue(random));
  return randomBytes(random, 1 + Math.floor(9 * random()));
}

function damagedBytes(random: Random, payload: Uint8Array): Uint8Array {
  const kind = random();
  if (kind < 0.15) return payload.slice(0, Math.floor(payload.length * random()));
  if (kind < 0.25) return Uint8Array.of(...payload, ...randomBytes(random, Math.floor(20 * random())));
  if (kind < 0.3) return randomBytes(random, payload.length);
  if (kind < 0.35) return new Uint8Array(payload.length).fill(random() < 0.5 ? 0 : 255);
  const copy = payload.slice();
  for (let count = 1 + Math.floor(4 * random()); count > 0 && copy.length > 0; count--)
    copy[Math.floor(copy.length * random())] = Math.floor(256 * random());
  return copy;
}

/** The sections with their CRCs; seldom with a wrong length, or cut. */
function joined(random: Random, sections: readonly Section[]): Uint8Array {
  const body = new ByteWriter();
  for (const { tag, payload } of sections) {
    const length = random() < 0.01 ? Math.floor(2 ** (35 * random())) : payload.length;
    const covered = new ByteWriter().uint8(tag).varint(length).bytes(payload).finish();
    body.bytes(covered).uint32(crc32(covered));
  }
  const bytes = body.finish();
  const version = random() < 0.01 ? Math.floor(256 * random()) : VERSION;
  const length = random() < 0.01 ? Math.floor(2 ** (35 * random())) : bytes.length;
  const file = new ByteWriter().bytes(MAGIC).uint8(version).varint(length).bytes(bytes).finish();
  return random() < 0.01 ? file.slice(0, Math.floor(file.length * random())) : file;
}

function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => Math.floor(256 * random()));
}

function pick<Value>(random: Random, values: readonly Value[]): Value {
  return values[Math.floor(values.length * random())] as Value;
}
