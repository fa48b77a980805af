/**
 * @file Filtered rows to the bytes that they stand for, by pngjs. It is given a PNG of our own making of these rows alone, in which a pixel has as
 * many bytes as in the file, since that is all that filters depend on: never a chunk of the file.
 */

import { deflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { pngChunk, SIGNATURE } from './chunks.ts';
import { headerData } from './header.ts';

/** What pngjs makes RGBA of: colour type and bit depth, and which of R, G, B, A are the pixel's own. */
interface Layout {
  readonly colourType: number;
  readonly bitDepth: 8 | 16;
  readonly samples: readonly number[];
}

/** By the bytes of a pixel; of two bytes are also grey samples of 16 bits. */
const LAYOUTS: Readonly<Record<number, Layout>> = {
  1: { colourType: 0, bitDepth: 8, samples: [0] },
  2: { colourType: 4, bitDepth: 8, samples: [0, 3] },
  3: { colourType: 2, bitDepth: 8, samples: [0, 1, 2] },
  4: { colourType: 6, bitDepth: 8, samples: [0, 1, 2, 3] },
  6: { colourType: 2, bitDepth: 16, samples: [0, 1, 2] },
  8: { colourType: 6, bitDepth: 16, samples: [0, 1, 2, 3] },
};

/**
 * @param lines [rows][1 + bytes per row]; each begins with the number of its filter, 0 to 4
 * @param pixelBytes bytes of a pixel, 1 where a byte holds several
 * @returns [rows][bytes per row]
 */
export function unfilter(lines: Uint8Array, rows: number, pixelBytes: number): Uint8Array {
  const layout = LAYOUTS[pixelBytes] as Layout;
  const width = (lines.length / rows - 1) / pixelBytes;
  const png = Buffer.concat([
    SIGNATURE,
    pngChunk('IHDR', headerData({ width, height: rows, ...layout })),
    // Stored: what is deflated here is inflated at once.
    pngChunk('IDAT', deflateSync(lines, { level: 0 })),
    pngChunk('IEND', new Uint8Array(0)),
  ]);
  const rgba: ArrayLike<number> = PNG.sync.read(png, { skipRescale: layout.bitDepth === 16 }).data;
  return bytesOf(rgba, layout, width * rows);
}

/** Samples of 16 bits are big-endian. */
function bytesOf(rgba: ArrayLike<number>, { bitDepth, samples }: Layout, pixels: number): Uint8Array {
  const bytes = new Uint8Array((pixels * samples.length * bitDepth) / 8);
  let at = 0;
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (const sample of samples) {
      const value = rgba[4 * pixel + sample] as number;
      if (bitDepth === 16) bytes[at++] = value >> 8;
      bytes[at++] = value;
    }
  }
  return bytes;
}
