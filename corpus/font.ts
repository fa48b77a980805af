/** @file A bitmap font of the few letters that the corpus writes: 5 × 7, a row per string. */

const GLYPHS: Readonly<Record<string, readonly string[]>> = {
  L: ['#....', '#....', '#....', '#....', '#....', '#....', '#####'],
  O: ['.###.', '#...#', '#...#', '#...#', '#...#', '#...#', '.###.'],
  E: ['#####', '#....', '#....', '####.', '#....', '#....', '#####'],
  C: ['.####', '#....', '#....', '#....', '#....', '#....', '.####'],
};

const ADVANCE = 6;

/** Whether the text, its top left corner at the origin, covers a point; glyphs are 5 × 7 units, 6 apart. */
export function textCovers(text: string, x: number, y: number): boolean {
  if (x < 0 || y < 0) return false;
  const glyph = GLYPHS[text[Math.floor(x / ADVANCE)] ?? ''];
  return glyph?.[Math.floor(y)]?.[Math.floor(x % ADVANCE)] === '#';
}
