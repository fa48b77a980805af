/** @file A fit under way: its progress, its preview and its curves. */

import { type EncodeOptions, type EncodeProgress, type EncodeResult, encode, imageDataOf } from 'loec/web';
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
  picture: ImageData,
  options: Pick<EncodeOptions, 'quality' | 'effort'> & { readonly signal: AbortSignal },
): Promise<EncodeResult> {
  const pixels = picture.width * picture.height;
  parts.chart.clear();
  return encode(picture, {
    ...options,
    onProgress: (progress) => {
      showState(progress);
      draw(progress, pixels);
    },
    onPreview: async (preview) => {
      const image = await imageDataOf(preview);
      // By now another picture may be shown.
      if (!options.signal.aborted) drawPicture(image);
    },
  });
}

function showState({ phase, done, secondsLeft }: EncodeProgress): void {
  parts.done.value = done;
  parts.phase.textContent = PHASES[phase] ?? phase;
  parts.left.textContent = secondsLeft === undefined ? '' : `${timeText(secondsLeft)} left`;
}

function draw({ done, bpp, psnr }: EncodeProgress, pixels: number): void {
  if (bpp !== undefined) {
    const bytes = (bpp * pixels) / 8;
    parts.chart.add('Size', { done, value: bytes }, bytesText(bytes));
  }
  if (psnr !== undefined) parts.chart.add('PSNR', { done, value: psnr }, `${psnr.toFixed(1)} dB`);
}

/** Draws the picture as it is. */
export function drawPicture(image: ImageData): void {
  const { canvas } = parts;
  Object.assign(canvas, { width: image.width, height: image.height });
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}
