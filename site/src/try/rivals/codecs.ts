/** @file The codecs that loec is compared with, as a page has them. */

import type { QualityRange } from './same-bytes.ts';

export interface Rival extends QualityRange {
  readonly name: string;
  readonly madeBy: string;
  /** null where the browser does not write it. */
  readonly prepare: (image: ImageData) => Promise<((quality: number) => Promise<Blob>) | null>;
}

/** What canvases write. */
function byCanvas(type: string): Rival['prepare'] {
  return async (image) => {
    const canvas = new OffscreenCanvas(image.width, image.height);
    (canvas.getContext('2d') as OffscreenCanvasRenderingContext2D).putImageData(image, 0, 0);
    const encode = (quality: number): Promise<Blob> => canvas.convertToBlob({ type, quality: quality / 100 });
    const probe = await encode(0);
    return probe.type === type ? encode : null;
  };
}

/** Four samples of colour for four pixels; 6 of 10 is a speed at which little is lost. */
const AVIF_OPTIONS = { speed: 6, subsample: 3 } as const;

/** libaom, 1.2 MB over the network: loaded when it is wanted. */
const prepareAvif: Rival['prepare'] = async (image) => {
  const [{ default: load }, { defaultOptions }] = await Promise.all([
    import('@jsquash/avif/codec/enc/avif_enc.js'),
    import('@jsquash/avif/meta.js'),
  ]);
  const module = await load({ noInitialRun: true });
  return async (quality) => {
    const options = { ...defaultOptions, ...AVIF_OPTIONS, quality };
    const file = module.encode(new Uint8Array(image.data.buffer), image.width, image.height, options);
    if (!file) throw new Error('libaom has failed');
    return new Blob([new Uint8Array(file)], { type: 'image/avif' });
  };
};

/** Above 99 a browser's WebP is of another kind, without loss. */
export const RIVALS: readonly Rival[] = [
  { name: 'JPEG', madeBy: 'this browser', lowest: 0, highest: 100, prepare: byCanvas('image/jpeg') },
  { name: 'WebP', madeBy: 'this browser', lowest: 0, highest: 99, prepare: byCanvas('image/webp') },
  { name: 'AVIF', madeBy: 'libaom, 4:4:4', lowest: 0, highest: 99, prepare: prepareAvif },
];
