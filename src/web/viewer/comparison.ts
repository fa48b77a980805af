/** @file Two pictures in one place: how that is seen, told and changed. */

import type { Announcer } from './announcer.ts';
import { Flip } from './flip.ts';
import type { Parts } from './parts.ts';
import type { CompareMode, Stage } from './stage.ts';

export class Comparison {
  readonly #stage: Stage;
  readonly #parts: Parts;
  readonly #announcer: Announcer;
  readonly #flip = new Flip();
  #isOn = false;
  #mode: CompareMode = 'slider';

  constructor(stage: Stage, parts: Parts, announcer: Announcer) {
    this.#stage = stage;
    this.#parts = parts;
    this.#announcer = announcer;
    this.moveBorder(stage.border);
    this.#show();
  }

  /** Whether there are two pictures. */
  set isOn(isOn: boolean) {
    this.#isOn = isOn;
    this.#show();
  }

  set mode(mode: CompareMode) {
    this.#mode = mode;
    this.#stage.compare({ mode });
    this.#show();
  }

  /** @param border share of the width, 0 … 1 */
  moveBorder(border: number): void {
    this.#stage.compare({ border });
    this.#parts.divider.show(border);
  }

  /** The key or button of the other picture is down. */
  press(): void {
    if (!this.#isOn) return;
    this.#flip.press(performance.now());
    this.#showFlip();
  }

  release(): void {
    this.#flip.release(performance.now());
    this.#showFlip();
  }

  #showFlip(): void {
    const { isFlipped } = this.#flip;
    if (isFlipped === this.#stage.isFlipped) return;
    this.#stage.compare({ isFlipped });
    this.#show();
    this.#announcer.say(isFlipped ? 'Second picture' : 'First picture');
  }

  #show(): void {
    const { controls, divider } = this.#parts;
    this.#parts.showComparison(this.#isOn);
    const isOfSides = this.#mode === 'slider';
    const name = isOfSides ? 'Change the sides' : 'Show the other picture';
    controls.showFlip(this.#isOn ? this.#flip.isFlipped : null, name);
    divider.element.hidden = !this.#isOn || !isOfSides;
  }
}
