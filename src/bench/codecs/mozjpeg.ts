/** @file JPEG by mozjpeg: trellis quantization, optimised scans, its own quantization tables. */

import { CHROMA, createSharpCodec, QUALITY, qualities, subsamplingOf } from './sharp-codec.ts';

export const mozjpeg = createSharpCodec({
  id: 'mozjpeg',
  label: 'JPEG (mozjpeg)',
  parameters: { q: QUALITY, chroma: CHROMA },
  sweep: qualities(5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 95),
  alpha: false,
  libraries: ['mozjpeg'],
  save: (picture, setting) =>
    picture.jpeg({
      quality: setting.q as number,
      chromaSubsampling: subsamplingOf(setting, '420'),
      mozjpeg: true,
    }),
});
