/** @file Names of curves beside their ends, where they lie neither over each other nor, as far as there is room, over curves. */

/** In pixels of the plot. */
export type Position = readonly [x: number, y: number];

/** Where labels may be, in pixels of the plot. */
interface Room {
  readonly width: number;
  readonly top: number;
  readonly bottom: number;
}

/** A name, in lines, and the end of its curve. */
interface Label {
  readonly lines: readonly string[];
  readonly end: Position;
}

/** Where a label is put. */
interface Place {
  readonly left: number;
  readonly middle: number;
}

/** Of the labels' letters, in pixels. */
export const FONT_SIZE = 12;
export const LINE_HEIGHT = 14;

/** From the end of a curve to its name. */
const GAP = 8;

/** Bold letters of a sans-serif are in the mean narrower than this share of their size. */
const LETTER = 0.66 * FONT_SIZE;

/** Longer names are broken at their spaces, and longer words anywhere; in letters. */
const LONGEST_LINE = 18;
const WORDS = /\S{1,24}/g;

/** Pixels between the places that are tried. */
const STEP = 2;

/** What places cost, in pixels of distance: each pixel of a curve that the name hides, and the left side of an end. */
const HIDDEN_PIXEL = 1.5;
const LEFT_SIDE = 12;

/** A name in lines of some 18 letters. */
export function linesOf(name: string): string[] {
  const lines: string[] = [];
  for (const word of name.match(WORDS) ?? []) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < LONGEST_LINE) lines.push(`${lines.pop()} ${word}`);
    else lines.push(word);
  }
  return lines;
}

/** Pixels that a label takes to the right of its curve's end. */
export function reachOf(lines: readonly string[]): number {
  return GAP + widthOf(lines);
}

export function widthOf(lines: readonly string[]): number {
  return LETTER * Math.max(...lines.map((line) => line.length));
}

/**
 * Each label as near to its curve's end as the curves and the labels above it allow.
 * @param curves the pixels that they go through
 */
export function placeLabels<Type extends Label>(
  labels: readonly Type[],
  curves: readonly Position[],
  room: Room,
): (Type & Place)[] {
  const placed: (Type & Place)[] = [];
  for (const label of labels.toSorted((a, b) => a.end[1] - b.end[1])) {
    const candidates = candidatesOf(label, room).map((place) => ({ ...label, ...place }));
    const free = candidates.filter((place) => placed.every((other) => !overlap(place, other)));
    // A plot too small for all names shows them over each other.
    const choices = free.length > 0 ? free : candidates;
    placed.push(choices.reduce(cheaper(curves)));
  }
  return placed;
}

/** On both sides of the end, at all heights of the room. */
function candidatesOf({ lines, end: [x, y] }: Label, { width, top, bottom }: Room): Place[] {
  const half = (LINE_HEIGHT * lines.length) / 2;
  const count = Math.max(1, Math.floor((bottom - top - 2 * half) / STEP));
  const heights = Array.from({ length: count }, (_, i) => top + half + STEP * i);
  const beside = Math.min(Math.max(y, top + half), bottom - half);
  return [x + GAP, x - reachOf(lines)].flatMap((wanted) => {
    const left = Math.max(0, Math.min(wanted, width - widthOf(lines)));
    return [beside, ...heights].map((middle) => ({ left, middle }));
  });
}

function cheaper(curves: readonly Position[]) {
  const cost = ({ lines, end: [x, y], left, middle }: Label & Place): number => {
    const half = (LINE_HEIGHT * lines.length) / 2;
    const right = left + widthOf(lines);
    const hidden = curves.filter(
      (pixel) => pixel[0] > left && pixel[0] < right && Math.abs(pixel[1] - middle) < half,
    );
    return Math.abs(middle - y) + HIDDEN_PIXEL * hidden.length + (left < x ? LEFT_SIDE : 0);
  };
  return <Type extends Label & Place>(a: Type, b: Type): Type => (cost(b) < cost(a) ? b : a);
}

function overlap(a: Label & Place, b: Label & Place): boolean {
  const halves = (LINE_HEIGHT * (a.lines.length + b.lines.length)) / 2;
  const isBeside = a.left >= b.left + widthOf(b.lines) || b.left >= a.left + widthOf(a.lines);
  return !isBeside && Math.abs(a.middle - b.middle) < halves;
}
