/**
 * @file The outermost layer of the file: magic, version, total length, then sections of tag, length, payload and
 * CRC-32. Normative text: formats/loe.md, sections 2 and 3.
 */

import { ByteReader, ByteWriter, VARINT_BYTES } from '../bytes.ts';
import { crc32, crc32Steps } from '../crc32.ts';
import { damaged, LoecError } from '../errors.ts';
import type { Steps } from '../time-slices.ts';

/** 0x89 keeps text tools away, as in PNG; then "LOE". */
export const MAGIC = Uint8Array.of(0x89, 0x4c, 0x4f, 0x45);
export const VERSION = 1;

/** Bit 7 of a tag: a decoder that doesn't know the section may skip it. */
const ANCILLARY = 0x80;

/** Section tags by name, in the order in which sections stand in a file. */
export const TAGS = {
  header: 0x01,
  weights: 0x02,
  labels: 0x03,
  latents: 0x04,
  palette: 0x05,
  'colour labels': 0x06,
  alpha: 0x07,
  enhancement: 0x08,
  metadata: 0x81,
} as const;
export type SectionName = keyof typeof TAGS;

export interface Section {
  readonly tag: number;
  readonly payload: Uint8Array;
  /** Bytes in the file with tag, length and CRC. */
  readonly bytes: number;
}

/** The name of a tag, or `unknown 0x..`. */
export function sectionName(tag: number): string {
  const known = Object.entries(TAGS).find(([, value]) => value === tag);
  return known?.[0] ?? `unknown 0x${tag.toString(16).padStart(2, '0')}`;
}

/** The bytes of a file that holds the given sections. */
export function joinSections(
  sections: readonly { name: SectionName; payload: Uint8Array }[],
): Uint8Array<ArrayBuffer> {
  const body = new ByteWriter();
  for (const { name, payload } of sections) {
    const covered = new ByteWriter().uint8(TAGS[name]).varint(payload.length).bytes(payload).finish();
    body.bytes(covered).uint32(crc32(covered));
  }
  const bytes = body.finish();
  const prelude = new ByteWriter().bytes(MAGIC).uint8(VERSION).varint(bytes.length).finish();
  return new ByteWriter().bytes(prelude).bytes(bytes).finish();
}

/**
 * Checks the prelude and every CRC, and returns the sections that this version knows.
 * @throws LoecError E_FORMAT, or E_UNSUPPORTED for another version or an unknown critical section
 */
export function* splitSections(file: Uint8Array): Steps<{ version: number; sections: Section[] }> {
  const reader = new ByteReader(file);
  const { version, length } = readPrelude(reader, file);
  if (length !== reader.left) {
    const what = length > reader.left ? 'truncated' : 'damaged';
    throw new LoecError('E_FORMAT', `the file is ${what}: ${length} bytes expected, ${reader.left} found`);
  }
  const sections: Section[] = [];
  while (reader.left > 0) addSection(sections, yield* readSection(reader, file));
  return { version, sections };
}

/** @throws LoecError E_FORMAT for a second one of its kind */
export function addSection(sections: Section[], section: Section): void {
  if (sections.some(({ tag }) => tag === section.tag)) {
    throw damaged(`it has two ${sectionName(section.tag)} sections`);
  }
  sections.push(section);
}

/** @param file of which perhaps only the first bytes are there */
export function beginsAsLoe(file: Uint8Array): boolean {
  return MAGIC.subarray(0, file.length).every((byte, i) => byte === file[i]);
}

/** @throws LoecError E_FORMAT @param file of which perhaps only the first bytes are there: these are to be those of the magic */
export function checkMagic(file: Uint8Array): void {
  if (!beginsAsLoe(file)) throw notLoe();
}

/** What the file is instead says `other-format.ts`. */
function notLoe(): LoecError {
  return new LoecError('E_FORMAT', 'not a .loe file: it does not begin with the bytes 89 4C 4F 45');
}

/** Magic, version and length at most. */
export const PRELUDE_BYTES = MAGIC.length + 1 + VARINT_BYTES;

/** @returns the version, and how many bytes follow */
export function readPrelude(reader: ByteReader, file: Uint8Array): { version: number; length: number } {
  if (reader.left < MAGIC.length) throw notLoe();
  checkMagic(file);
  reader.bytes(MAGIC.length);
  const version = reader.uint8();
  if (version !== VERSION) {
    const message = `file version ${version} is not known to this decoder (it reads ${VERSION})`;
    throw new LoecError('E_UNSUPPORTED', message);
  }
  return { version, length: reader.varint() };
}

export function* readSection(reader: ByteReader, file: Uint8Array): Steps<Section> {
  const start = reader.offset;
  const tag = reader.uint8();
  const payload = reader.bytes(reader.varint());
  const covered = file.subarray(start, reader.offset);
  if ((yield* crc32Steps(covered)) !== reader.uint32()) {
    throw damaged(`the CRC of the ${sectionName(tag)} section at offset ${start} does not match`);
  }
  if (!Object.values<number>(TAGS).includes(tag) && (tag & ANCILLARY) === 0) {
    throw new LoecError('E_UNSUPPORTED', `the file needs a newer decoder: ${sectionName(tag)} section`);
  }
  return { tag, payload, bytes: reader.offset - start };
}
