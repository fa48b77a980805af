/** @file From a file that the browser reads to samples of the size to be fitted. */

/** Longest sides that are offered besides the picture's own, in pixels. */
const LONGEST_SIDES = [4096, 3072, 2048, 1536, 1024, 768, 512, 256];

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Upright, as its EXIF says. @throws DOMException where the browser can't read it */
export function openBitmap(file: Blob): Promise<ImageBitmap> {
  return createImageBitmap(file, { imageOrientation: 'from-image', premultiplyAlpha: 'none' });
}

/** The picture's own size and smaller ones, from the largest. */
export function sizesOf({ width, height }: PictureSize): PictureSize[] {
  const longest = Math.max(width, height);
  const smaller = LONGEST_SIDES.filter((side) => side < longest).map((side) => ({
    width: Math.max(1, Math.round((width * side) / longest)),
    height: Math.max(1, Math.round((height * side) / longest)),
  }));
  return [{ width, height }, ...smaller];
}

/** Samples in sRGB. */
export function samplesOf(bitmap: ImageBitmap, { width, height }: PictureSize): ImageData {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}
