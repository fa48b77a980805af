/** @file What the contents of a file take in memory. */

import type { Contents, FieldContents } from '../container/contents.ts';

/** Bytes of all that grows with the picture or its field. */
export function contentsMemory(contents: Contents): number {
  if (contents.kind === 'flat') return contents.indices.byteLength + contents.palette.samples.byteLength;
  const { pyramid, enhancement, alpha, segmentation } = contents;
  const labels = segmentation?.kind === 'raster' ? segmentation.labels.byteLength : 0;
  const arrays = [...weightsOf(contents), ...(pyramid?.latents ?? []), ...(enhancement?.planes ?? [])];
  const besides = labels + (alpha?.labels.byteLength ?? 0);
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, besides);
}

function weightsOf({ weights }: FieldContents): readonly ArrayBufferView[] {
  return weights.kind === 'float32' ? [weights.parameters] : weights.integers;
}
