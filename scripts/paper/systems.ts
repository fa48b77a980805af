/**
 * @file The systems of the paper and what it says of them: "Levels-of-Experts based on Hard Segmentations for Improving Implicit Neural
 * Networks", JBE 29(7), 2024, tables 1 to 3; PSNR in dB over the 24 Kodak pictures.
 */

import type { CoordinatePreset } from '../../src/field/presets.ts';
import type { ThresholdMethod } from '../../src/field/thresholds.ts';

export type PaperTable = 1 | 2 | 3;

export interface System {
  readonly name: string;
  /** Where it stands in the paper. */
  readonly tables: readonly PaperTable[];
  readonly preset: CoordinatePreset;
  readonly segmentLayer?: number;
  readonly thresholds: ThresholdMethod;
  readonly published: { readonly mean: number; readonly highest: number; readonly lowest: number };
}

/** Table 1 compares the systems, 2 the layer that the segmentation selects, 3 how luminance is cut. */
export const SYSTEMS: readonly System[] = [
  system('siren', [1], 'siren', [30.28, 35.0, 23.75]),
  system('loe-qt', [1], 'loe-qt', [36.35, 39.42, 31.98]),
  system('loe-ftc', [1], 'loe-ftc', [38.41, 41.15, 35.39]),
  system('seg-loe, layer 1', [2], 'seg-loe', [37.51, 40.72, 34.31], { segmentLayer: 1 }),
  system('seg-loe, layer 2', [2], 'seg-loe', [37.53, 40.73, 34.03], { segmentLayer: 2 }),
  system('seg-loe, layer 3', [2], 'seg-loe', [38.34, 41.49, 34.53], { segmentLayer: 3 }),
  system('seg-loe', [1, 2, 3], 'seg-loe', [39.25, 42.04, 36.45]),
  system('seg-loe, equal bins', [3], 'seg-loe', [39.02, 42.05, 35.82], { thresholds: 'equal-bin' }),
];

function system(
  name: string,
  tables: readonly PaperTable[],
  preset: CoordinatePreset,
  [mean, highest, lowest]: readonly [number, number, number],
  options: Partial<Pick<System, 'segmentLayer' | 'thresholds'>> = {},
): System {
  return { name, tables, preset, thresholds: 'multi-otsu', ...options, published: { mean, highest, lowest } };
}

/** Those that are asked for. */
export function tablesOf(table: PaperTable | 'all'): readonly PaperTable[] {
  return table === 'all' ? [1, 2, 3] : [table];
}

/** The systems of a table, or all of them. */
export function systemsOf(table: PaperTable | 'all'): readonly System[] {
  return SYSTEMS.filter(({ tables }) => table === 'all' || tables.includes(table));
}
