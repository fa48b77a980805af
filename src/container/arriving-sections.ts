/** @file The sections of a file that still comes: each is checked as soon as its last byte is there. */

import { ByteReader, VARINT_BYTES } from '../bytes.ts';
import { damaged, LoecError } from '../errors.ts';
import { finish } from '../time-slices.ts';
import {
  addSection,
  checkMagic,
  PRELUDE_BYTES,
  readPrelude,
  readSection,
  type Section,
  sectionName,
} from './sections.ts';

/** A section of which some bytes have come; nothing has checked them yet. */
export interface ArrivingSection extends Section {
  /** Whether the payload's last bytes have not come. */
  readonly isCut: boolean;
}

/** Tag and length at most. */
const HEAD_BYTES = 1 + VARINT_BYTES;
const CRC_BYTES = 4;

export class ArrivingSections {
  /** Those that have come and been checked. */
  readonly whole: Section[] = [];
  /** The one that comes, once its length is known. */
  arriving: ArrivingSection | null = null;
  #version = 0;
  /** Where the next section begins; 0 while the prelude is missing. */
  #offset = 0;
  #fileBytes = Number.POSITIVE_INFINITY;

  get version(): number {
    return this.#version;
  }

  /** Bytes of the whole file; infinite while they are not known. */
  get fileBytes(): number {
    return this.#fileBytes;
  }

  /** @throws LoecError E_FORMAT where some of the file has not come @param found bytes that have */
  checkWhole(found: number): void {
    if (found === this.#fileBytes) return;
    const expected = Number.isFinite(this.#fileBytes) ? `${this.#fileBytes} bytes` : 'more bytes';
    const what = found === 0 ? 'empty' : `truncated: ${expected} expected, ${found} found`;
    throw new LoecError('E_FORMAT', `the file is ${what}`);
  }

  /** Goes on reading. @param bytes all that have come @throws LoecError E_FORMAT or E_UNSUPPORTED */
  read(bytes: Uint8Array): void {
    if (this.#offset === 0) this.#readPrelude(bytes);
    if (bytes.length > this.#fileBytes) throw damaged(`it has more than its ${this.#fileBytes} bytes`);
    while (this.#offset > 0 && this.#offset < this.#fileBytes && this.#readSection(bytes));
  }

  #readPrelude(bytes: Uint8Array): void {
    checkMagic(bytes);
    if (bytes.length < PRELUDE_BYTES) return;
    const reader = new ByteReader(bytes);
    const { version, length } = readPrelude(reader, bytes);
    this.#version = version;
    this.#offset = reader.offset;
    this.#fileBytes = reader.offset + length;
  }

  /** @returns whether there was a whole one */
  #readSection(bytes: Uint8Array): boolean {
    const left = this.#fileBytes - this.#offset;
    const reader = new ByteReader(bytes.subarray(this.#offset));
    if (reader.left < Math.min(HEAD_BYTES, left)) return false;
    const tag = reader.uint8();
    const length = reader.varint();
    const end = reader.offset + length + CRC_BYTES;
    if (end > left) throw damaged(`its ${sectionName(tag)} section is longer than the file`);
    const come = Math.min(length, reader.left);
    this.arriving = { tag, payload: reader.bytes(come), bytes: end, isCut: come < length };
    if (bytes.length < this.#offset + end) return false;
    this.arriving = null;
    const whole = bytes.subarray(0, this.#offset + end);
    const fromHere = new ByteReader(whole);
    fromHere.offset = this.#offset;
    addSection(this.whole, finish(readSection(fromHere, whole)));
    this.#offset += end;
    return true;
  }
}
