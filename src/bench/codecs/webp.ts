/** @file Lossy WebP by libwebp. */

import { integer } from '../../parsers.ts';
import { createSharpCodec, QUALITY, qualities } from './sharp-codec.ts';

export const webp = createSharpCodec({
  id: 'webp',
  parameters: { q: QUALITY, effort: integer(0, 6) },
  sweep: qualities(1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95),
  alpha: true,
  libraries: ['webp'],
  // The metrics look at the colour of transparent pixels too.
  save: (picture, { q, effort = 4 }) =>
    picture.webp({ quality: q as number, effort: effort as number, exact: true }),
});
