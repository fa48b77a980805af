/**
 * @file Mutants of PNGs that know the format: values of the header, kinds, order and contents of chunks, the zlib stream and the rows in it;
 * CRCs and lengths are made right, but for some. What is read must be a sound raster: it is written and read again.
 */

import { deepStrictEqual } from 'node:assert';
import { crc32, deflateSync } from 'node:zlib';
import type { Random } from '../../src/field/random.ts';
import { readPng } from '../../src/image/png/read.ts';
import { writePng } from '../../src/image/png/write.ts';
import { below, pick } from './loop.ts';

interface Part {
  type: string;
  data: Buffer;
  /** Changes the bytes of the whole chunk after its length and CRC have been worked out. */
  spoil?: (chunk: Buffer) => void;
}

const KINDS = (
  'IHDR PLTE tRNS IDAT IEND cICP iCCP sRGB gAMA cHRM mDCV cLLI sBIT pHYs eXIf iTXt tEXt zTXt ' +
  'bKGD hIST sPLT tIME acTL fcTL fdAT CgBI caBX iDOT LoEc loEc \x1b[2J'
).split(' ');

/** Of integers of one, two and four bytes. */
const EDGES = [0, 1, 2, 3, 7, 8, 9, 16, 255, 256, 2 ** 15, 2 ** 16 - 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

/** Colour types with their depths. */
const COLOURS = [
  [0, 1],
  [0, 4],
  [0, 8],
  [0, 16],
  [2, 8],
  [2, 16],
  [3, 1],
  [3, 4],
  [3, 8],
  [4, 8],
  [4, 16],
  [6, 8],
  [6, 16],
] as const;

/** Sound data of chunks that travel with pictures. */
const EXTRAS: readonly (readonly [string, string])[] = [
  ['cICP', '\x09\x10\0\x01'],
  ['iCCP', 'a\0\0zzzz'],
  ['sRGB', '\0'],
  ['gAMA', '\0\0\xb1\x8f'],
  ['cHRM', '\0\0\x7a\x26'.repeat(8)],
  ['mDCV', '\x07'.repeat(24)],
  ['cLLI', '\0\0\x01\0'.repeat(2)],
  ['sBIT', '\x05'],
  ['sBIT', '\x05\x06\x05'],
  ['pHYs', '\0\0\x2e\x23\0\0\x2e\x23\x01'],
  ['eXIf', 'MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0'],
  ['eXIf', 'II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x03\0\0\0\0\0\0\0'],
  ['tEXt', 'Title\0a'],
  ['zTXt', 'Title\0\0z'],
  ['iTXt', 'Title\0\0\0en\0t\0a'],
  ['tRNS', '\0\x01'],
  ['tRNS', '\0\x01\0\x02\0\x03'],
  ['acTL', '\0\0\0\x02\0\0\0\0'],
  ['fcTL', '\0'.repeat(26)],
];

function soundParts(random: Random): Part[] {
  const [colourType, depth] = pick(random, COLOURS);
  const [width, height] = [1 + below(random, 20), 1 + below(random, 20)];
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, below(random, 2)], 8);
  const parts: Part[] = [{ type: 'IHDR', data: header }];
  if (colourType === 3) parts.push({ type: 'PLTE', data: noise(random, 3 * 2 ** depth) });
  for (let i = below(random, 4); i > 0; i--) {
    const [type, data] = pick(random, EXTRAS);
    parts.push({ type, data: Buffer.from(data, 'latin1') });
  }
  parts.push({ type: 'IDAT', data: deflateSync(rowsOf(random, header)) });
  parts.push({ type: 'IEND', data: Buffer.alloc(0) });
  return parts;
}

/** Enough bytes for the rows of any pass, where no byte is a filter that there is not. */
function rowsOf(random: Random, header: Buffer): Buffer {
  const samples = [1, 1, 3, 1, 2, 1, 4][header[9] as number] as number;
  const rowBytes = 1 + Math.ceil((header.readUInt32BE(0) * samples * (header[8] as number)) / 8);
  const bytes = noise(random, header.readUInt32BE(4) * rowBytes * (1 + below(random, 2)));
  return bytes.map((byte) => byte % 5) as Buffer;
}

function noise(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => below(random, 256)));
}

type Mutation = (random: Random, parts: Part[]) => void;

const MUTATIONS: readonly Mutation[] = [
  // A value of the header, or of any other chunk.
  (random, parts) => edge(random, (parts[0] as Part).data),
  (random, parts) => edge(random, pick(random, parts).data),
  (random, parts) => {
    const part = pick(random, parts);
    part.data = noise(random, below(random, 40));
  },
  // Length of the data.
  (random, parts) => {
    const part = pick(random, parts);
    part.data = Buffer.from(part.data.subarray(0, below(random, part.data.length + 1)));
  },
  (random, parts) => {
    const part = pick(random, parts);
    part.data = Buffer.concat([part.data, noise(random, 1 + below(random, 30))]);
  },
  // Kinds and order.
  (random, parts) => {
    pick(random, parts).type = pick(random, KINDS);
  },
  (random, parts) => {
    const [type, data] = pick(random, EXTRAS);
    parts.splice(below(random, parts.length + 1), 0, { type, data: Buffer.from(data, 'latin1') });
  },
  (random, parts) => {
    const { type, data } = pick(random, parts);
    parts.splice(below(random, parts.length + 1), 0, { type, data: Buffer.from(data) });
  },
  (random, parts) => void parts.splice(below(random, parts.length), 1),
  (random, parts) => {
    const [part] = parts.splice(below(random, parts.length), 1);
    if (part) parts.splice(below(random, parts.length + 1), 0, part);
  },
  // The pixels: other bytes or other rows in a sound stream, a damaged stream, one in pieces.
  (random, parts) => {
    const header = parts[0]?.data ?? Buffer.alloc(0);
    if (header.length !== 13 || header.readUInt32BE(0) > 100 || header.readUInt32BE(4) > 100) return;
    const length = below(random, 4000);
    for (const part of parts) if (part.type === 'IDAT') part.data = deflateSync(noise(random, length));
  },
  (random, parts) => {
    const part = parts.find(({ type }) => type === 'IDAT');
    if (part) part.data[below(random, part.data.length)] = below(random, 256);
  },
  (random, parts) => {
    const at = parts.findIndex(({ type }) => type === 'IDAT');
    const part = parts[at];
    if (!part) return;
    const cut = below(random, part.data.length + 1);
    const halves = [part.data.subarray(0, cut), part.data.subarray(cut)];
    parts.splice(at, 1, ...halves.map((data) => ({ type: 'IDAT', data: Buffer.from(data) })));
  },
  // What the frame says of a chunk.
  (random, parts) => {
    pick(random, parts).spoil = (chunk) => void chunk.writeUInt32BE(pick(random, EDGES), 0);
  },
  (random, parts) => {
    pick(random, parts).spoil = (chunk) => {
      chunk[chunk.length - 1 - below(random, 4)] = below(random, 256);
    };
  },
];

/** Sets a value of one, two or four bytes. */
function edge(random: Random, data: Buffer): void {
  const size = pick(random, [1, 2, 4]);
  if (data.length < size) return;
  const at = below(random, data.length - size + 1);
  data.writeUIntBE(pick(random, EDGES) % 2 ** (8 * size), at, size);
}

function chunkOf({ type, data, spoil }: Part): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  spoil?.(chunk);
  return chunk;
}

/** A PNG with some faults, or none. */
export function make(random: Random): Uint8Array {
  const parts = soundParts(random);
  for (let i = below(random, 4); i > 0 && parts.length > 0; i--) pick(random, MUTATIONS)(random, parts);
  const file = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts.map(chunkOf)]);
  const end = random() < 0.05 ? below(random, file.length) : file.length;
  const tail = random() < 0.05 ? noise(random, below(random, 20)) : Buffer.alloc(0);
  return Buffer.concat([file.subarray(0, end), tail]);
}

/** @throws whatever reading throws, and where what was read can't be written and read again */
export async function read(file: Uint8Array, random: Random): Promise<void> {
  const { raster } = await readPng(file, { metadata: random() < 0.5, orient: random() < 0.5 });
  // What an upright picture says of its orientation is not said again.
  const pieces: Uint8Array[] = [];
  for await (const piece of writePng(raster)) pieces.push(piece);
  const again = await readPng(Buffer.concat(pieces), { metadata: true, orient: false });
  deepStrictEqual(again.raster, raster);
}
