/** @file What the section of a palette begins with. Normative text: formats/loe.md, section 13. */

import { ByteReader } from '../bytes.ts';
import { damaged } from '../errors.ts';
import { MOST_COLOURS } from '../image/palette.ts';

export interface PaletteHead {
  readonly colours: number;
  readonly isAntialiased: boolean;
}

/** @throws LoecError E_FORMAT for more colours than a palette can have */
export function readPaletteHead(payload: Uint8Array): PaletteHead {
  return headOf(new ByteReader(payload));
}

/** As `readPaletteHead`. @param reader is after it then */
export function headOf(reader: ByteReader): PaletteHead {
  const head = reader.varint();
  const colours = Math.floor(head / 2) + 1;
  if (colours > MOST_COLOURS) throw damaged(`${colours} colours; ${MOST_COLOURS} are allowed`);
  return { colours, isAntialiased: head % 2 === 1 };
}
