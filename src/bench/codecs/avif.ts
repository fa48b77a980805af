/**
 * @file AVIF by libaom. Tuned for PSNR and with full chroma unless told otherwise, as the bench ranks by the PSNR of RGB:
 * on kodim05 and kodim23 the tuning saves up to 10 % at equal PSNR, and 4:4:4 another 7 to 20 %.
 */

import { integer, oneOf } from '../../parsers.ts';
import { CHROMA, createSharpCodec, QUALITY, qualities, subsamplingOf } from './sharp-codec.ts';

const TUNES = ['psnr', 'ssim', 'iq', 'auto'] as const;
type Tune = (typeof TUNES)[number];

export const avif = createSharpCodec({
  id: 'avif',
  parameters: { q: QUALITY, effort: integer(0, 9), chroma: CHROMA, tune: oneOf(TUNES) },
  sweep: qualities(1, 10, 20, 30, 40, 50, 60, 70, 80),
  alpha: true,
  libraries: ['aom', 'heif'],
  save: (picture, setting) =>
    picture.avif({
      quality: setting.q as number,
      effort: (setting.effort ?? 4) as number,
      chromaSubsampling: subsamplingOf(setting, '444'),
      tune: (setting.tune ?? 'psnr') as Tune,
    }),
});
