/** @file Borders between colours as formats/loe.md, section 13, says it: the whole picture at a time, a map of numbers for each pixel. */

import type { Size } from '../src/image/raster.ts';

/** The two colours of a position, and what the first one has of it. */
export interface ReferenceShare {
  readonly own: number;
  readonly other: number;
  readonly share: number;
}

const offsets = (reach: number): (readonly [number, number])[] => {
  const axis = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  return axis.flatMap((dy) => axis.map((dx) => [dx, dy] as const));
};

type AtPixel<Value> = (x: number, y: number) => Value;

function replicated<Value>(values: ArrayLike<Value>, { width, height }: Size): AtPixel<Value> {
  return (x, y) => {
    const [column, row] = [Math.min(width - 1, Math.max(0, x)), Math.min(height - 1, Math.max(0, y))];
    return values[row * width + column] as Value;
  };
}

/** The numbers f of each pixel's colours. */
function smoothedIndicators(indices: ArrayLike<number>, size: Size): Map<number, number>[] {
  const colourAt = replicated(indices, size);
  const pixels = Array.from({ length: size.height }, (_, y) =>
    Array.from({ length: size.width }, (_, x) => [x, y] as const),
  ).flat();
  const hasOwn = (x: number, y: number, dx: number, dy: number): boolean =>
    colourAt(x + dx, y + dy) === colourAt(x, y);

  const isCorner: AtPixel<boolean> = (x, y) =>
    [-1, 1].some((a) =>
      [-1, 1].some((b) =>
        offsets(2).every(([dx, dy]) => hasOwn(x, y, a * dx, b * dy) === (dx >= 0 && dy >= 0)),
      ),
    );
  const corners = pixels.filter(([x, y]) => isCorner(x, y));
  const isThin: AtPixel<boolean> = (x, y) =>
    !offsets(1).some(([cx, cy]) => offsets(1).every(([dx, dy]) => hasOwn(x, y, cx + dx, cy + dy)));
  const margins = pixels.map(([x, y]) => {
    if (offsets(1).filter(([dx, dy]) => hasOwn(x, y, dx, dy)).length === 1) return 9 / 16;
    const isNearCorner = corners.some(([cx, cy]) => Math.abs(cx - x) <= 2 && Math.abs(cy - y) <= 2);
    return isThin(x, y) || isNearCorner ? 1 / 4 : 1 / 16;
  });

  let f = pixels.map(([x, y]) => {
    const colours = new Set(offsets(2).map(([dx, dy]) => colourAt(x + dx, y + dy)));
    return new Map([...colours].map((c) => [c, c === colourAt(x, y) ? 1 : 0]));
  });
  for (let time = 0; time < 4; time++) {
    const before = replicated(f, size);
    f = pixels.map(([x, y], i) => {
      const own = colourAt(x, y);
      const colours = [...before(x, y).keys()];
      if (colours.length === 1) return before(x, y);
      const blurred = new Map(
        colours.map((c) => {
          const sum = offsets(1).reduce((total, [dx, dy]) => {
            return total + (2 - Math.abs(dx)) * (2 - Math.abs(dy)) * (before(x + dx, y + dy).get(c) ?? 0);
          }, 0);
          return [c, sum / 16];
        }),
      );
      const margin = margins[i] as number;
      const value = blurred.get(own) as number;
      const most = Math.max(...colours.filter((c) => c !== own).map((c) => blurred.get(c) as number));
      if (value >= most + margin) return blurred;
      const raised = value + (most + margin - value) / 2;
      return new Map(
        [...blurred].map(([c, other]) => [c, c === own ? raised : Math.min(other, raised - margin)]),
      );
    });
  }
  return f;
}

export function keys(t: number): number[] {
  return [
    t * (-0.5 + t * (1 - 0.5 * t)),
    1 + t * t * (-2.5 + 1.5 * t),
    t * (0.5 + t * (2 - 1.5 * t)),
    t * t * (-0.5 + 0.5 * t),
  ];
}

function keysSlopes(t: number): number[] {
  return [-0.5 + t * (2 - 1.5 * t), t * (-5 + 4.5 * t), 0.5 + t * (4 - 4.5 * t), t * (-1 + 1.5 * t)];
}

/** What a position has of the two colours of the largest indicators. @param scale the spec's S */
export function referenceBorders(
  indices: ArrayLike<number>,
  size: Size,
  scale: number,
): (p: number, q: number) => ReferenceShare {
  let fields: AtPixel<Map<number, number>> | undefined;
  const colourAt = replicated(indices, size);
  return (p, q) => {
    const [left, top] = [Math.floor(p), Math.floor(q)];
    const [across, down] = [keys(p - left), keys(q - top)];
    if (across[1] === 1 && down[1] === 1) {
      const own = colourAt(left, top);
      return { own, other: own, share: 1 };
    }
    const taps = [-1, 0, 1, 2];
    const colours = [
      ...new Set(taps.flatMap((dy) => taps.map((dx) => colourAt(left + dx, top + dy)))),
    ] as number[];
    if (colours.length === 1) return { own: colours[0] as number, other: colours[0] as number, share: 1 };
    fields ??= replicated(smoothedIndicators(indices, size), size);
    const f = fields;
    const interpolated = (
      field: (values: Map<number, number>) => number,
      columns: number[],
      rows: number[],
    ): number =>
      taps.reduce((total, dy, j) => {
        const row = taps.map((dx, i) => (columns[i] as number) * field(f(left + dx, top + dy)));
        return total + (rows[j] as number) * row.reduce((sum, product) => sum + product);
      }, 0);
    const ranked = colours
      .map((c) => ({ c, sum: interpolated((values) => values.get(c) ?? 0, across, down) }))
      .sort((a, b) => b.sum - a.sum || a.c - b.c);
    const [{ c: own, sum: most }, { c: other, sum: less }] = ranked as unknown as [
      { c: number; sum: number },
      { c: number; sum: number },
    ];
    const difference = (values: Map<number, number>) => (values.get(own) ?? 0) - (values.get(other) ?? 0);
    const u = interpolated(difference, keysSlopes(p - left), down);
    const v = interpolated(difference, across, keysSlopes(q - top));
    const g = Math.sqrt(u * u + v * v);
    const rise = scale * (most - less);
    return { own, other, share: rise >= g ? 1 : 0.5 + rise / (2 * g) };
  };
}
