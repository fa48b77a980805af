/** @file What a thread of a decode is asked and answers. Latents and samples lie in memory that threads share. */

import type { Contents } from '../../container/contents.ts';
import type { SliceTask } from '../../entropy/latents/slice-decoder.ts';
import type { Failure } from '../../failure.ts';
import type { LatentModel } from '../../field/model.ts';
import type { Band, Samples } from '../bands.ts';
import type { Geometry } from '../geometry.ts';

export type Order =
  /** Decode a slice of latents. */
  | {
      readonly kind: 'slice';
      readonly task: SliceTask;
      readonly model: LatentModel;
      /** Of the context model. */
      readonly parameters: Float32Array;
      readonly latents: readonly (Int16Array | null)[];
    }
  /** Get ready to render a picture. */
  | { readonly kind: 'picture'; readonly contents: Contents; readonly geometry: Geometry }
  /** Render a band of it. */
  | { readonly kind: 'band'; readonly band: Band; readonly samples: Samples };

/** In place of an order: forget the picture. It has no answer. */
export const CLOSE = null;

/** null for an order that was carried out. */
export type Answer = Failure | null;
