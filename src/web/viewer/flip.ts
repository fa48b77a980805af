/** @file Of two pictures the other one: for good after a tap, for a look while a key or button is held. */

/** What is held longer is a look, in milliseconds. */
const LOOK = 400;

export class Flip {
  #isFlipped = false;
  #since = 0;

  get isFlipped(): boolean {
    return this.#isFlipped;
  }

  /** @param now milliseconds */
  press(now: number): void {
    this.#isFlipped = !this.#isFlipped;
    this.#since = now;
  }

  release(now: number): void {
    if (now - this.#since > LOOK) this.#isFlipped = !this.#isFlipped;
    this.#since = Number.POSITIVE_INFINITY;
  }
}
