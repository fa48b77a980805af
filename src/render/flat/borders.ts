/** @file Borders between classes: where two smoothed indicators are equal. Normative text: formats/loe.md, section 13. */

import type { Span } from '../../field/grid.ts';
import { MOST_COLOURS } from '../../image/palette.ts';
import { TAPS } from './extent.ts';
import { Indicators } from './indicators.ts';
import { AROUND, type IndexMap, type Place } from './places.ts';
import type { Taps } from './taps.ts';

export class Borders {
  readonly #indicators: Indicators;
  readonly #place: Place;
  readonly #scale: number;
  /** The classes of the window's pixels, `#count` of them. */
  readonly #classes = new Uint16Array(AROUND);
  #count = 0;
  /** [classes, TAPS, TAPS]: their indicators at these pixels. */
  readonly #fields = new Float64Array(AROUND * AROUND);
  /** Of each class, 1 + its place in `#classes`; 0 for others. */
  readonly #slots = new Uint8Array(MOST_COLOURS);
  /** [TAPS, TAPS]: the difference of two fields. */
  readonly #difference = new Float64Array(AROUND);
  #window = 0;

  /** @param scale pixels of the output in one of the picture */
  constructor(map: IndexMap, place: Place, scale: number) {
    this.#indicators = new Indicators(map, spanOf(place.across), spanOf(place.down));
    this.#place = place;
    this.#scale = scale;
  }

  /** The colour of the place, which is not a pixel's centre and not among pixels of one class. */
  write(colours: Float64Array, channels: number, values: Float32Array, at: number): void {
    if (this.#window !== this.#place.window) this.#look();
    const { across, down, column, row } = this.#place;
    const classes = this.#classes;
    const [left, top] = [TAPS * column, TAPS * row];
    let [first, most] = [0, Number.NEGATIVE_INFINITY];
    let [second, less] = [0, Number.NEGATIVE_INFINITY];
    for (let k = 0; k < this.#count; k++) {
      const value = interpolated(this.#fields, AROUND * k, across.weights, left, down.weights, top);
      if (value > most || (value === most && (classes[k] as number) < (classes[first] as number))) {
        second = first;
        less = most;
        first = k;
        most = value;
      } else if (value > less || (value === less && (classes[k] as number) < (classes[second] as number))) {
        second = k;
        less = value;
      }
    }
    const slope = this.#slopeBetween(first, second);
    // The border is (most − less) / slope pixels of the picture away.
    const rise = this.#scale * (most - less);
    const share = rise >= slope ? 1 : 0.5 + rise / (2 * slope);
    const own = (classes[first] as number) * channels;
    const other = (classes[second] as number) * channels;
    for (let channel = 0; channel < channels; channel++) {
      const value = colours[other + channel] as number;
      values[at + channel] = value + share * ((colours[own + channel] as number) - value);
    }
  }

  /** The length of the gradient of the difference of two fields, per pixel. */
  #slopeBetween(first: number, second: number): number {
    const { across, down, column, row } = this.#place;
    const [left, top] = [TAPS * column, TAPS * row];
    const [fields, difference] = [this.#fields, this.#difference];
    for (let i = 0; i < AROUND; i++) {
      difference[i] = (fields[AROUND * first + i] as number) - (fields[AROUND * second + i] as number);
    }
    const dx = interpolated(difference, 0, across.slopes, left, down.weights, top);
    const dy = interpolated(difference, 0, across.weights, left, down.slopes, top);
    return Math.sqrt(dx * dx + dy * dy);
  }

  /** Takes up the window: its classes, and their indicators. */
  #look(): void {
    const { indices, across, down, column, row } = this.#place;
    const { starts, classes, values } = this.#indicators;
    for (let k = 0; k < this.#count; k++) this.#slots[this.#classes[k] as number] = 0;
    this.#window = this.#place.window;
    this.#count = 0;
    for (let i = 0; i < AROUND; i++) {
      const c = indices[i] as number;
      if (this.#slots[c] !== 0) continue;
      this.#classes[this.#count++] = c;
      this.#slots[c] = this.#count;
    }
    this.#fields.fill(0, 0, AROUND * this.#count);
    for (let i = 0; i < AROUND; i++) {
      const x = across.pixels[TAPS * column + (i & 3)] as number;
      const y = down.pixels[TAPS * row + (i >> 2)] as number;
      const pixel = this.#indicators.placeOf(x, y);
      const end = starts[pixel + 1] as number;
      for (let k = starts[pixel] as number; k < end; k++) {
        const slot = this.#slots[classes[k] as number] as number;
        if (slot > 0) this.#fields[AROUND * (slot - 1) + i] = values[k] as number;
      }
    }
  }
}

/** The sum of [TAPS, TAPS] values from `at` on times those of an axis from `left` and from `top` on. */
function interpolated(
  field: Float64Array,
  at: number,
  across: Float64Array,
  left: number,
  down: Float64Array,
  top: number,
): number {
  let sum = 0;
  for (let j = 0; j < TAPS; j++) {
    const i = at + TAPS * j;
    const ofRow =
      (across[left] as number) * (field[i] as number) +
      (across[left + 1] as number) * (field[i + 1] as number) +
      (across[left + 2] as number) * (field[i + 2] as number) +
      (across[left + 3] as number) * (field[i + 3] as number);
    sum += (down[top + j] as number) * ofRow;
  }
  return sum;
}

/** The pixels around the positions of an axis. */
function spanOf({ count, pixels }: Taps): Span {
  return { first: pixels[0] as number, last: pixels[TAPS * count - 1] as number };
}
