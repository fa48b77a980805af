/**
 * @file Tiles that overlap. Within a band around each border the experts of both tiles count, each by its share, which goes
 * smoothly from 0 to 1 across the band. What is mixed is the field's outputs, so that the picture has no border.
 */

import { type FieldSpec, tileFrequencies } from './spec.ts';

/** The experts of all layers of tiles along an axis, and how much they count at a position. */
export interface TileChoice {
  /** Bit 2i for the expert of layer i along x, bit 2i + 1 for that along y, as in a tuple; the others are 0. */
  readonly bits: number;
  /** 0 … 1 */
  readonly share: number;
}

/**
 * For each position along an axis the choices that count: those of the first frequency's first tile come first.
 * @param positions in [−1, 1]
 */
export function tileChoices(spec: FieldSpec, axis: 'x' | 'y', positions: Float64Array): TileChoice[][] {
  const tilings = tileFrequencies(spec).map((frequency) => ({
    frequency,
    mask: tileMask(spec, frequency) << (axis === 'x' ? 0 : 1),
  }));
  return Array.from(positions, (p) => {
    let choices: TileChoice[] = [{ bits: 0, share: 1 }];
    for (const { frequency, mask } of tilings) {
      const tiles = tilesAt(frequency, spec.overlap, p);
      choices = choices.flatMap(({ bits, share }) =>
        tiles.map((at) => ({ bits: bits | (at.tile & 1 ? mask : 0), share: share * at.share })),
      );
    }
    return choices;
  });
}

/** Bit 2i for each layer i with tiles of a frequency. */
function tileMask({ layers }: FieldSpec, frequency: number): number {
  return layers.reduce(
    (mask, { selector }, i) =>
      selector.kind === 'tile' && selector.frequency === frequency ? mask | (1 << (2 * i)) : mask,
    0,
  );
}

/** A tile along an axis, and how much it counts at a position. */
interface TileShare {
  /** Tiles are numbered from the picture's centre on: tile t is where t ≤ frequency · p < t + 1. */
  readonly tile: number;
  /** 0 … 1 */
  readonly share: number;
}

/** The one or two tiles of a frequency that count at a position, the one nearer to −1 first. */
function tilesAt(frequency: number, overlap: number, p: number): TileShare[] {
  const u = frequency * p;
  const border = Math.floor(u + 0.5);
  const distance = u - border;
  const isAtEdge = Math.abs(border) >= frequency;
  if (isAtEdge || Math.abs(distance) >= overlap) return [{ tile: Math.floor(u), share: 1 }];
  const t = (distance / overlap + 1) / 2;
  const share = t * t * (3 - 2 * t);
  return [
    { tile: border - 1, share: 1 - share },
    { tile: border, share },
  ];
}
