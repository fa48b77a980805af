/** @file Which colour space of a canvas a picture is shown in. What reads profiles is loaded for pictures that have one. */

import type { Chunk } from '../../image/raster.ts';
import type { CanvasColorSpace } from './canvas.ts';

/** Chunks that say otherwise than sRGB, where none that counts for more says sRGB (PNG specification, third edition, section 4.3). */
const PROFILES = ['cICP', 'iCCP'];
const PARTS = ['gAMA', 'cHRM'];

/** Whether samples are a canvas' as they are. */
export function isPlain(colour: readonly Chunk[], target: CanvasColorSpace): boolean {
  return target === 'srgb' && !hasColours(colour);
}

function hasColours(colour: readonly Chunk[]): boolean {
  const has = (types: readonly string[]): boolean => colour.some(({ type }) => types.includes(type));
  return has(PROFILES) || (has(PARTS) && !has(['sRGB']));
}

/**
 * The space of a canvas for a picture: of the two that browsers may have the smaller that holds its colours.
 * @param wanted by whom shows it
 */
export async function canvasSpace(
  colour: readonly Chunk[],
  wanted?: CanvasColorSpace,
): Promise<CanvasColorSpace> {
  if (wanted === 'srgb' || !hasDisplayP3()) return 'srgb';
  if (wanted) return wanted;
  return hasColours(colour) ? (await import('./picture-colours.ts')).smallestSpace(colour) : 'srgb';
}

/** Whether the browser's canvases have more than sRGB: older ones of Firefox do not. */
function hasDisplayP3(): boolean {
  try {
    return new ImageData(1, 1, { colorSpace: 'display-p3' }).colorSpace === 'display-p3';
  } catch {
    return false;
  }
}
