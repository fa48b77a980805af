/** @file The attribute `sizes`: how wide a picture will be, where no layout says it yet. */

/** Pixels of CSS in one of the unit, as far as it is known without a layout. */
const UNITS: Readonly<Record<string, () => number>> = {
  px: () => 1,
  vw: () => innerWidth / 100,
  vh: () => innerHeight / 100,
  rem: () => parseFloat(getComputedStyle(document.documentElement).fontSize),
};

/** In pixels of CSS; undefined where the attribute does not say it, or by `calc()`. */
export function hintedWidth(sizes: string): number | undefined {
  for (const hint of sizes.split(',')) {
    const [, condition, number, unit] = /^\s*(.*?)\s*([\d.]+)(px|vw|vh|rem)\s*$/.exec(hint) ?? [];
    if (unit && (!condition || matchMedia(condition).matches))
      return Number(number) * (UNITS[unit] as () => number)();
  }
  return undefined;
}
