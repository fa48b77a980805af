/** @file What is said to those who hear a view. */

/** What changes all the time is said when it has been at rest so long, in milliseconds. */
const REST = 500;

export class Announcer {
  readonly #status: HTMLElement;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  /** @param status what is written into it is said */
  constructor(status: HTMLElement) {
    this.#status = status;
  }

  say(text: string): void {
    this.#status.textContent = text;
  }

  /** In place of what still waits to be said. */
  sayAtRest(text: string): void {
    this.stop();
    this.#waiting = setTimeout(() => {
      if (this.#status.textContent !== text) this.say(text);
    }, REST);
  }

  stop(): void {
    clearTimeout(this.#waiting);
  }
}
