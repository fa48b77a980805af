/** @file What a fit is asked for: size, quality, effort, each with what it is expected to come to. */

import { expectedRate, expectedSeconds, threadsHere } from './estimate.ts';
import { parts } from './parts.ts';
import type { PictureSize } from './read-picture.ts';
import { bytesText, scoreText, timeText } from './words.ts';

/** A fit that takes longer at the least effort is not proposed by itself. */
const MOST_SECONDS = 60;

let sizes: readonly PictureSize[] = [];

export function offerSizes(offered: readonly PictureSize[]): void {
  sizes = offered;
  const proposed = sizes.findIndex((size) => secondsOf(size, 1) <= MOST_SECONDS);
  const choices = sizes.map(({ width, height }, i) => {
    const text = `${width} × ${height}${i === 0 ? ', as it is' : ''}`;
    return new Option(text, String(i), false, i === (proposed < 0 ? sizes.length - 1 : proposed));
  });
  parts.size.replaceChildren(...choices);
  parts.size.disabled = false;
  explain();
}

export const chosen = () => ({
  size: sizes[Number(parts.size.value)] as PictureSize,
  quality: parts.quality.valueAsNumber,
  effort: parts.effort.valueAsNumber,
});

export function allowChoice(isAllowed: boolean): void {
  for (const input of [parts.size, parts.quality, parts.effort, parts.fit]) input.disabled = !isAllowed;
}

/** Says what the choice is expected to come to. */
export function explain(): void {
  const { size, quality, effort } = chosen();
  const { bpp, score } = expectedRate(quality);
  parts.qualityText.value = `${quality}, ${scoreText(score)}`;
  parts.effortText.value = String(effort);
  if (!size) return;
  parts.qualityNote.textContent = `A photograph of this size has some ${bytesText(twoDigits((bpp * size.width * size.height) / 8))}.`;
  parts.effortNote.textContent = `Takes about ${timeText(secondsOf(size, effort))}${threadsNote()}.`;
}

const twoDigits = (value: number): number => Number(value.toPrecision(2));

const secondsOf = ({ width, height }: PictureSize, effort: number): number =>
  expectedSeconds(width * height, effort, threadsHere());

function threadsNote(): string {
  const threads = threadsHere();
  if (threads > 1) return ` on ${threads} cores`;
  return crossOriginIsolated ? ' on one core' : ' on one core: the server of this page allows no more';
}
