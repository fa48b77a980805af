/** @file The best file of a codec within a number of bytes. */

export interface Encoded {
  readonly file: Blob;
  readonly quality: number;
}

/** Qualities that a codec has: whole numbers. */
export interface QualityRange {
  readonly lowest: number;
  readonly highest: number;
}

/**
 * The file of the highest quality that takes no more than so many bytes, by bisection: a file is taken to grow with its quality.
 * @returns the file of the lowest quality where even that one is larger
 */
export async function highestWithin(
  bytes: number,
  { lowest, highest }: QualityRange,
  encode: (quality: number) => Promise<Blob>,
): Promise<Encoded> {
  let best: Encoded = { file: await encode(lowest), quality: lowest };
  let [low, high] = [lowest + 1, best.file.size > bytes ? lowest : highest];
  while (low <= high) {
    const quality = (low + high) >> 1;
    const file = await encode(quality);
    if (file.size <= bytes) [best, low] = [{ file, quality }, quality + 1];
    else high = quality - 1;
  }
  return best;
}
