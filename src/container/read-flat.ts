/** @file Reads the sections of a flat picture; loaded when a file is one. */

import type { TimeSlices } from '../time-slices.ts';
import type { FlatContents } from './contents.ts';
import { unpackColourLabels, unpackPalette } from './flat.ts';
import type { PictureHeader } from './header.ts';

/** @param palette its section @param labels the section of colour labels @throws LoecError E_FORMAT, E_LIMIT or E_ABORTED */
export async function readFlatSections(
  palette: Uint8Array,
  labels: Uint8Array,
  header: PictureHeader,
  slices: TimeSlices,
): Promise<Pick<FlatContents, 'palette' | 'indices'>> {
  const colours = await slices.take(unpackPalette(palette, header));
  return { palette: colours, indices: await slices.take(unpackColourLabels(labels, colours, header)) };
}
