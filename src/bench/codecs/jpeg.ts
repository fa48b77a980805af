/** @file JPEG: as everybody writes it, and by mozjpeg. Both are at their best: what is gained over them is not gained over bad Huffman tables. */

import type { JpegOptions } from 'sharp';
import type { BenchCodec } from '../codec.ts';
import { CHROMA, createSharpCodec, QUALITY, qualities, subsamplingOf } from './sharp-codec.ts';

/**
 * sharp links mozjpeg, which with its extensions off codes as the libjpeg-turbo that it descends from: the files are those
 * of Pillow's `optimize, progressive` without the 18 bytes of the JFIF header (test/bench/codecs.test.ts).
 */
export const jpeg = createJpegCodec('jpeg', { optimiseCoding: true, progressive: true });

/** Trellis quantization, optimised scans, its own quantization tables. */
export const mozjpeg = createJpegCodec('mozjpeg', { mozjpeg: true });

function createJpegCodec(id: string, options: JpegOptions): BenchCodec {
  return createSharpCodec({
    id,
    parameters: { q: QUALITY, chroma: CHROMA },
    sweep: qualities(5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 95),
    alpha: false,
    libraries: ['mozjpeg'],
    save: (picture, setting) =>
      picture.jpeg({
        quality: setting.q as number,
        chromaSubsampling: subsamplingOf(setting, '420'),
        ...options,
      }),
  });
}
