/** @file Borders between classes: where two smoothed indicators are equal. Normative text: formats/loe.md, section 13. */

import { MOST_COLOURS } from '../../image/palette.ts';
import { Indicators, type Span } from './indicators.ts';
import { AROUND, type IndexMap, type Place } from './places.ts';
import { TAPS, type Taps } from './taps.ts';

export class Borders {
  readonly #indicators: Indicators;
  readonly #place: Place;
  readonly #scale: number;
  /** The classes of the window's pixels. */
  readonly #classes: number[] = [];
  /** [classes, TAPS, TAPS]: their indicators at these pixels. */
  readonly #fields = new Float64Array(AROUND * AROUND);
  /** Of each class its place in `#classes`, or −1. */
  readonly #slots = new Int8Array(MOST_COLOURS).fill(-1);
  #windows = 0;

  /** @param scale pixels of the output in one of the picture */
  constructor(map: IndexMap, place: Place, scale: number) {
    this.#indicators = new Indicators(map, spanOf(place.across), spanOf(place.down));
    this.#place = place;
    this.#scale = scale;
  }

  /** The colour of the place, which is not a pixel's centre and not among pixels of one class. */
  write(colours: Float64Array, channels: number, values: Float32Array, at: number): void {
    if (this.#windows !== this.#place.windows) this.#look();
    let [first, most] = [-1, Number.NEGATIVE_INFINITY];
    let [second, less] = [-1, Number.NEGATIVE_INFINITY];
    const { across, down, column, row } = this.#place;
    const [left, top] = [TAPS * column, TAPS * row];
    for (let slot = 0; slot < this.#classes.length; slot++) {
      const value = this.#sum(AROUND * slot, across.weights, left, down.weights, top);
      if (value > most) {
        [second, less] = [first, most];
        [first, most] = [slot, value];
      } else if (value > less) {
        [second, less] = [slot, value];
      }
    }
    const sumOf = (a: Float64Array, b: Float64Array): number =>
      this.#sum(AROUND * first, a, left, b, top) - this.#sum(AROUND * second, a, left, b, top);
    const dx = sumOf(across.slopes, down.weights);
    const dy = sumOf(across.weights, down.slopes);
    const slope = Math.sqrt(dx * dx + dy * dy);
    // The border is (most − less) / slope pixels of the picture away.
    const rise = this.#scale * (most - less);
    const share = rise >= slope ? 1 : 0.5 + rise / (2 * slope);
    const own = (this.#classes[first] as number) * channels;
    const other = (this.#classes[second] as number) * channels;
    for (let channel = 0; channel < channels; channel++) {
      const value = colours[other + channel] as number;
      values[at + channel] = value + share * ((colours[own + channel] as number) - value);
    }
  }

  /** Takes up the window: its classes in rising order, and their indicators. */
  #look(): void {
    const { indices, across, down, column, row } = this.#place;
    const { starts, classes, values } = this.#indicators;
    for (const c of this.#classes) this.#slots[c] = -1;
    this.#windows = this.#place.windows;
    this.#classes.length = 0;
    for (let i = 0; i < AROUND; i++) {
      const c = indices[i] as number;
      if (this.#slots[c] === -1) {
        this.#slots[c] = 0;
        this.#classes.push(c);
      }
    }
    this.#classes.sort((a, b) => a - b);
    for (let slot = 0; slot < this.#classes.length; slot++) this.#slots[this.#classes[slot] as number] = slot;
    this.#fields.fill(0, 0, AROUND * this.#classes.length);
    for (let i = 0; i < AROUND; i++) {
      const x = across.pixels[TAPS * column + (i & 3)] as number;
      const y = down.pixels[TAPS * row + (i >> 2)] as number;
      const pixel = this.#indicators.placeOf(x, y);
      const end = starts[pixel + 1] as number;
      for (let k = starts[pixel] as number; k < end; k++) {
        const slot = this.#slots[classes[k] as number] as number;
        if (slot >= 0) this.#fields[AROUND * slot + i] = values[k] as number;
      }
    }
  }

  /** Of a field from `at` on times weights from `left` and from `top` on. */
  #sum(at: number, across: Float64Array, left: number, down: Float64Array, top: number): number {
    const fields = this.#fields;
    let sum = 0;
    for (let j = 0; j < TAPS; j++) {
      const i = at + TAPS * j;
      const ofRow =
        (across[left] as number) * (fields[i] as number) +
        (across[left + 1] as number) * (fields[i + 1] as number) +
        (across[left + 2] as number) * (fields[i + 2] as number) +
        (across[left + 3] as number) * (fields[i + 3] as number);
      sum += (down[top + j] as number) * ofRow;
    }
    return sum;
  }
}

/** The pixels around the positions of an axis. */
function spanOf({ count, pixels }: Taps): Span {
  return { first: pixels[0] as number, last: pixels[TAPS * count - 1] as number };
}
