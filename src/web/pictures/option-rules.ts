/** @file What the options of programs may be. Elements know what they ask for, and load none of it. */

import { A_BOOLEAN, A_FUNCTION, A_TELLING_SIGNAL, AN_OBJECT, type OptionRule, oneOf } from '../../options.ts';
import { DECODE_RULES } from '../../render/options.ts';
import { CANVAS_COLOR_SPACES } from '../colours/canvas.ts';
import type { BlobOptions, OpenOptions, RenderOptions } from './options.ts';
import type { Urgency } from './queue.ts';

type Rules<Options> = Readonly<Record<keyof Options, OptionRule>>;

const URGENCY: Rules<Urgency> = { priority: A_FUNCTION, signal: A_TELLING_SIGNAL };

export const OPEN_RULES: Rules<OpenOptions> = {
  limits: { expected: 'an object of numbers', accepts: isOfNumbers },
  isParallel: A_BOOLEAN,
  onHead: A_FUNCTION,
  onPreview: A_FUNCTION,
  ...URGENCY,
};

/** What can be sent to a worker, which checks them. */
function isOfNumbers(value: unknown): boolean {
  return AN_OBJECT.accepts(value) && Object.values(value as object).every((one) => typeof one === 'number');
}

const { scale, width, height, crop } = DECODE_RULES;

export const RENDER_RULES: Rules<RenderOptions> = {
  scale,
  width,
  height,
  crop,
  colorSpace: oneOf(CANVAS_COLOR_SPACES),
  ...URGENCY,
};

export const BLOB_RULES: Rules<BlobOptions> = {
  quality: {
    expected: 'a number from 0 to 1',
    accepts: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  },
};
