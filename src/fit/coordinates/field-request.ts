/** @file The fields that a picture may be given, and what its file holds besides. */

import { writeContents } from '../../container/write.ts';
import type { CoordinatePreset } from '../../field/presets.ts';
import { tensorsOf, usesSegmentation } from '../../field/spec.ts';
import type { MappedPicture } from '../../samples/to-outputs.ts';
import type { CheckedOptions } from '../options.ts';
import { contentsOf } from './coordinate-job.ts';
import { type FieldRequest, narrowest } from './width-plan.ts';

export async function requestOf(
  mapped: MappedPicture,
  preset: CoordinatePreset,
  { depth, segmentLayer }: CheckedOptions,
): Promise<FieldRequest> {
  const request = { preset, channels: mapped.target.channels, depth, segmentLayer };
  return { ...request, besides: await besidesOf(mapped, request) };
}

/** Labels of a uniform map that are coded to learn how long it is, but for a row: 200,000 more take a byte. */
const MOST_LABELS = 2 ** 19;

/** Bytes of a file whose field is the narrowest, of zeros, and whose label map is uniform: of a large map, of its upper part. */
async function besidesOf(mapped: MappedPicture, request: FieldRequest): Promise<number> {
  const spec = narrowest(request);
  const { width } = mapped.target;
  const height = Math.min(mapped.target.height, Math.ceil(MOST_LABELS / width));
  const labels = new Uint8Array(usesSegmentation(spec) ? width * height : 0);
  const segmentation = { kind: 'raster', width, height, labels, thresholds: [0, 1, 2] } as const;
  const tensors = tensorsOf(spec);
  const weights = {
    kind: 'quantized',
    stepIndices: tensors.map(() => 0),
    integers: tensors.map(({ length }) => new Int32Array(length)),
  } as const;
  const draft = { spec, segmentation: labels.length > 0 ? segmentation : null };
  return (await writeContents(contentsOf({ mapped, request, seed: 0 }, draft, weights))).length;
}
