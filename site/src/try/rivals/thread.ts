/** @file The worker that makes files of other codecs with the bytes of a .loe, and scores them all. */

import { RIVALS, type Rival } from './codecs.ts';
import type { Compared, Comparison } from './messages.ts';
import { highestWithin } from './same-bytes.ts';
import { type Scores, scoresAgainst } from './score.ts';

const tell = (compared: Compared): void => postMessage(compared);

addEventListener('message', ({ data }: MessageEvent<Comparison>) => void compare(data));

async function compare({ original, decoded, bytes }: Comparison): Promise<void> {
  const scoresOf = scoresAgainst(original);
  tell({ name: 'loec', scores: scoresOf(decoded) });
  for (const rival of RIVALS) tell(await compareRival(rival, original, bytes, scoresOf));
}

async function compareRival(
  { name, prepare, ...range }: Rival,
  original: ImageData,
  bytes: number,
  scoresOf: (image: ImageData) => Scores,
): Promise<Compared> {
  try {
    const encode = await prepare(original);
    if (!encode) return { name, reason: 'this browser does not write it' };
    const { file, quality } = await highestWithin(bytes, range, encode);
    return { name, file, quality, scores: scoresOf(await decode(file)) };
  } catch (error) {
    return { name, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function decode(file: Blob): Promise<ImageData> {
  const bitmap = await createImageBitmap(file, { premultiplyAlpha: 'none' });
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, width, height);
}
