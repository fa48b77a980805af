/**
 * @file The Gaussian blur of SSIMULACRA2, σ = 1.5 pixels. libjxl has it as a recursive filter after Charalampidis, "Recursive
 * implementation of the Gaussian filter using truncated cosine functions", 2016: three cosines that end at a radius of 5, where
 * all three are 0. Nine weights give the same sums, without the drift of a recursion.
 */

/** Weights of the pixel itself and of those 1 … 4 away: the cosines of that paper for σ = 1.5. */
const W0 = 0.2646211054881986;
const W1 = 0.21292859201042227;
const W2 = 0.10933537277746035;
const W3 = 0.03601111465836439;
const W4 = 0.00941436780965374;

/** How far the weights reach, in pixels. */
export const BLUR_RADIUS = 4;

/**
 * A plane goes through from top to bottom, a row at a time, and each blurred row comes out {@link BLUR_RADIUS} rows later; so no
 * blurred plane is ever whole in memory. Outside the plane there are zeros, as in the reference.
 */
export class BlurWindow {
  /** The row to come: fill its middle; {@link BLUR_RADIUS} zeros stay at each end. */
  readonly next: Float32Array;
  /** Nine rows, blurred along x. */
  readonly #rows: Float32Array[];

  constructor(width: number) {
    this.next = new Float32Array(width + 2 * BLUR_RADIUS);
    this.#rows = Array.from({ length: 2 * BLUR_RADIUS + 1 }, () => new Float32Array(width));
  }

  /** Takes {@link next} in as the row below the others. */
  advance(): void {
    const row = this.#rows.shift() as Float32Array;
    blurAcross(this.next, row);
    this.#rows.push(row);
  }

  /** The row in the middle of the window, blurred both ways. */
  blurInto(out: Float32Array): void {
    blurDown(this.#rows, out);
  }
}

function blurAcross(row: Float32Array, out: Float32Array): void {
  for (let x = 0; x < out.length; x++) {
    out[x] =
      W0 * (row[x + 4] as number) +
      W1 * ((row[x + 3] as number) + (row[x + 5] as number)) +
      W2 * ((row[x + 2] as number) + (row[x + 6] as number)) +
      W3 * ((row[x + 1] as number) + (row[x + 7] as number)) +
      W4 * ((row[x] as number) + (row[x + 8] as number));
  }
}

function blurDown(rows: readonly Float32Array[], out: Float32Array): void {
  const [r0, r1, r2, r3, r4, r5, r6, r7, r8] = rows as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let x = 0; x < out.length; x++) {
    out[x] =
      W0 * (r4[x] as number) +
      W1 * ((r3[x] as number) + (r5[x] as number)) +
      W2 * ((r2[x] as number) + (r6[x] as number)) +
      W3 * ((r1[x] as number) + (r7[x] as number)) +
      W4 * ((r0[x] as number) + (r8[x] as number));
  }
}
