/** @file The sections of a flat picture: its palette, and the colour of each pixel. Normative text: formats/loe.md, section 13. */

import { ByteReader, ByteWriter } from '../bytes.ts';
import { decodeColourMap, encodeColourMap } from '../entropy/colour-map/colour-map.ts';
import { labelsOf, treeOrder } from '../entropy/colour-map/colour-tree.ts';
import { decodePalette, encodePalette } from '../entropy/colour-map/palette.ts';
import { colourCount, type Palette } from '../image/palette.ts';
import type { Raster } from '../image/raster.ts';
import type { Steps } from '../time-slices.ts';
import type { FlatContents } from './contents.ts';
import { headOf } from './palette-head.ts';

/** Labels of a step. */
const STEP = 2 ** 18;

export function* packPalette({ palette, isAntialiased, depth }: FlatContents): Steps<Uint8Array> {
  const head = 2 * (colourCount(palette) - 1) + Number(isAntialiased);
  const samples = yield* encodePalette(palette, depth);
  return new ByteWriter().varint(head).bytes(samples).finish();
}

/** @throws LoecError E_FORMAT */
export function* unpackPalette(
  payload: Uint8Array,
  { channels, depth }: Pick<Raster, 'channels' | 'depth'>,
): Steps<Palette> {
  const reader = new ByteReader(payload);
  const { colours } = headOf(reader);
  return yield* decodePalette(reader.bytes(reader.left), colours, channels, depth);
}

export function* packColourLabels({ palette, indices, width, height }: FlatContents): Steps<Uint8Array> {
  const labels = labelsOf(yield* treeOrder(palette));
  const colours = labels.length;
  return yield* encodeColourMap(
    indices.map((index) => labels[index] as number),
    { width, height, colours },
  );
}

/** @returns [height, width]: places in the palette @throws LoecError E_FORMAT */
export function* unpackColourLabels(
  payload: Uint8Array,
  palette: Palette,
  { width, height }: Pick<Raster, 'width' | 'height'>,
): Steps<Uint16Array> {
  const order = yield* treeOrder(palette);
  const labels = yield* decodeColourMap(payload, { width, height, colours: order.length });
  for (let i = 0; i < labels.length; i++) {
    labels[i] = order[labels[i] as number] as number;
    if (i % STEP === 0) yield;
  }
  return labels;
}
