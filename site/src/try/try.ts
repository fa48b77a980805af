/** @file The page Try: a picture comes, is fitted, and is compared. */

import './rate-chart.ts';
import { LoecError } from 'loec/web';
import { hearInput, PictureEvent } from '../files.ts';
import { drawPicture, fitPicture } from './fitting.ts';
import { allowChoice, chosen, explain, offerSizes } from './options.ts';
import { parts } from './parts.ts';
import { openBitmap, samplesOf, sizesOf } from './read-picture.ts';
import { showResults } from './results.ts';

/** The picture that is there. */
let picture: { readonly bitmap: ImageBitmap; readonly name: string } | null = null;
/** Of the fit that is under way, and of the comparison after it. */
let work = new AbortController();

async function take(file: File): Promise<void> {
  work.abort();
  try {
    const bitmap = await openBitmap(file);
    picture?.bitmap.close();
    picture = { bitmap, name: file.name.replace(/\.[^.]*$/, '') || 'picture' };
  } catch {
    say(`This browser can't read ${file.name}.`);
    return;
  }
  say('');
  offerSizes(sizesOf(picture.bitmap));
  showPicture();
  allowChoice(true);
}

function showPicture(): void {
  if (!picture) return;
  const { size } = chosen();
  drawPicture(samplesOf(picture.bitmap, size));
  parts.caption.textContent = `${picture.name}, ${size.width} × ${size.height}`;
  parts.shown.hidden = false;
  for (const part of [parts.drop, parts.viewer, parts.results, parts.progress]) part.hidden = true;
}

async function fit(): Promise<void> {
  if (!picture) return;
  const { size, quality, effort } = chosen();
  const image = samplesOf(picture.bitmap, size);
  work.abort();
  work = new AbortController();
  const { signal } = work;
  showPicture();
  showWork(true);
  try {
    const result = await fitPicture(image, { quality, effort, signal });
    parts.phase.textContent = 'Done';
    say(`Fitted in ${result.seconds.toFixed(1)} seconds, ${result.steps} steps.`);
    await showResults(result, image, picture.name, signal);
  } catch (error) {
    fail(error);
  } finally {
    showWork(false);
  }
}

function fail(error: unknown): void {
  if (error instanceof LoecError && error.code === 'E_ABORTED') {
    say('Cancelled.');
    parts.progress.hidden = true;
  } else {
    say(error instanceof Error ? error.message : String(error));
  }
}

function showWork(isWorking: boolean): void {
  allowChoice(!isWorking);
  parts.cancel.hidden = !isWorking;
  if (isWorking) parts.progress.hidden = false;
}

function say(text: string): void {
  parts.message.textContent = text;
}

async function takeSample(address: string): Promise<void> {
  const response = await fetch(address);
  await take(new File([await response.blob()], address.split('/').at(-1) as string));
}

hearInput(parts.file);
document.addEventListener(PictureEvent.type, (event) => {
  event.preventDefault();
  void take((event as PictureEvent).file);
});
for (const button of parts.samples.querySelectorAll<HTMLElement>('[data-sample]')) {
  button.addEventListener('click', () => void takeSample(button.dataset.sample as string));
}
parts.options.addEventListener('input', explain);
parts.size.addEventListener('change', showPicture);
parts.options.addEventListener('submit', (event) => {
  event.preventDefault();
  void fit();
});
parts.cancel.addEventListener('click', () => work.abort());
parts.quality.value = '50';
explain();
