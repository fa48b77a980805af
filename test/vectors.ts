/** @file What a golden file decodes to. */

import { crc32 } from '../src/crc32.ts';
import type { Raster } from '../src/image/raster.ts';

export const SCALES = ['0.1', '0.5', '1', '2', '3.7'].map(Number);

export interface Vector {
  readonly name: string;
  readonly bytes: number;
  /** By scale: `width`x`height` and the CRC-32 of the samples, 16-bit ones little-endian. */
  readonly crcs: Readonly<Record<string, string>>;
}

export function pixelCrc({ width, height, data }: Raster): string {
  const bytes = new Uint8Array(data.length * data.BYTES_PER_ELEMENT);
  const view = new DataView(bytes.buffer);
  data.forEach((sample, i) => {
    if (data instanceof Uint8Array) view.setUint8(i, sample);
    else view.setUint16(2 * i, sample, true);
  });
  return `${width}x${height} ${crc32(bytes).toString(16).padStart(8, '0')}`;
}
