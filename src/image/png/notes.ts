/** @file What a reader has to say of a file that it reads: bounded, however long the file. */

/** A sentence for people, without the name of the file. */
export interface PngNote {
  /** For example `left out: 2 bytes behind IEND`. */
  readonly text: string;
  /** Whether the picture is what its maker meant without a doubt, so that only those who ask for details want to know. */
  readonly isMinor: boolean;
}

/** Of notes of one kind the first is kept, and their number. */
export class Notes {
  readonly #first = new Map<string, PngNote & { count: number }>();

  /** @param kind of a small number of kinds: not from the file */
  add(kind: string, text: string, isMinor = false): void {
    const first = this.#first.get(kind);
    if (first) first.count++;
    else this.#first.set(kind, { text, isMinor, count: 1 });
  }

  list(): PngNote[] {
    return [...this.#first.values()].map(({ text, isMinor, count }) => ({
      text: count === 1 ? text : `${text}, and ${count - 1} more like it`,
      isMinor,
    }));
  }
}

/** `1 byte`, `2 bytes` */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
