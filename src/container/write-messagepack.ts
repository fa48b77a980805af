/** @file A writer of the MessagePack that files hold, each value in its shortest form, but for fractions, which have 64 bits. */

import { ByteWriter } from '../bytes.ts';
import type { Packable } from './messagepack.ts';

/** Types whose length or value follows in 1, 2 or 4 bytes, by the first of each three. */
const UNSIGNED = 0xcc;
const SIGNED = 0xd0;
const BINARY = 0xc4;
const STRING = 0xd9;
/** Arrays have no length of 1 byte: what would be its type is another's. */
const ARRAY = 0xdb;

export function writeMessagePack(value: Packable): Uint8Array {
  const writer = new ByteWriter();
  write(writer, value);
  return writer.finish();
}

function write(writer: ByteWriter, value: Packable): void {
  if (value === null) writer.uint8(0xc0);
  else if (typeof value === 'number') writeNumber(writer, value);
  else if (typeof value === 'string') writeString(writer, new TextEncoder().encode(value));
  else if (value instanceof Uint8Array) writeSized(writer, BINARY, 1, value.length).bytes(value);
  else writeArray(writer, value);
}

function writeNumber(writer: ByteWriter, value: number): void {
  if (value >>> 0 === value) {
    if (value < 0x80) writer.uint8(value);
    else writeSized(writer, UNSIGNED, 1, value);
  } else if (value >> 0 === value) {
    if (value >= -0x20) writer.uint8(value);
    else writeNegative(writer, value);
  } else {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value);
    writer.uint8(0xcb).bytes(bytes);
  }
}

function writeNegative(writer: ByteWriter, value: number): void {
  const power = value >= -0x80 ? 0 : value >= -0x8000 ? 1 : 2;
  writer.uint8(SIGNED + power).bytes(bigEndian(value, 2 ** power));
}

function writeString(writer: ByteWriter, utf8: Uint8Array): void {
  if (utf8.length < 0x20) writer.uint8(0xa0 + utf8.length);
  else writeSized(writer, STRING, 1, utf8.length);
  writer.bytes(utf8);
}

function writeArray(writer: ByteWriter, values: readonly Packable[]): void {
  if (values.length < 0x10) writer.uint8(0x90 + values.length);
  else writeSized(writer, ARRAY, 2, values.length);
  for (const value of values) write(writer, value);
}

/** A type and what follows it. @param least bytes of `value` */
function writeSized(writer: ByteWriter, type: number, least: 1 | 2, value: number): ByteWriter {
  const power = value < 0x100 && least === 1 ? 0 : value < 0x10000 ? 1 : 2;
  return writer.uint8(type + power).bytes(bigEndian(value, 2 ** power));
}

function bigEndian(value: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => value >> (8 * (length - 1 - i)));
}
