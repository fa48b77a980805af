/** @file A fit under way: its progress, its preview and its curves. */

import { type EncodeProgress, type EncodeResult, encode } from 'loec/web';
import { parts } from './parts.ts';
import { bytesText, timeText } from './words.ts';

/** What the phases of a fit are called here. */
const PHASES: Readonly<Record<string, string>> = {
  start: 'Beginning',
  fit: 'Fitting the field',
  quantize: 'Rounding latents and weights',
  write: 'Writing the file',
};

/** @throws LoecError, E_ABORTED by the signal */
export async function fitPicture(
  image: ImageData,
  { quality, effort, signal }: { quality: number; effort: number; signal: AbortSignal },
): Promise<EncodeResult> {
  parts.chart.clear();
  parts.left.textContent = '';
  return encode(image, { quality, effort, signal, onProgress: showProgress });
}

function showProgress({ phase, done, secondsLeft }: EncodeProgress): void {
  parts.done.value = done;
  parts.phase.textContent = PHASES[phase] ?? phase;
  parts.left.textContent = secondsLeft === undefined ? '' : `${timeText(secondsLeft)} left`;
}

/** Draws the picture as it is; all of it fits the canvas. */
export function drawPicture(image: ImageData): void {
  const { canvas } = parts;
  Object.assign(canvas, { width: image.width, height: image.height });
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}

export const sizeText = (bytes: number, { width, height }: ImageData): string =>
  `${bytesText(bytes)}, ${((8 * bytes) / (width * height)).toFixed(2)} bits per pixel`;
