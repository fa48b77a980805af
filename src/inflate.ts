/** @file Reads DEFLATE streams (RFC 1951). Short rather than fast: pages load it, and what they inflate is short. */

/** Bits of the longest code. */
const LONGEST = 15;

/** In this order a block says how long the codes of lengths are. */
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

const END_OF_BLOCK = 256;
const LAST_LENGTH = 285;
const LAST_DISTANCE = 29;

/** How many codes of each length there are, and the symbols in the order of their codes. */
interface Codes {
  readonly counts: readonly number[];
  readonly symbols: readonly number[];
}

/** @param lengths of the code of each symbol, 0 where it has none */
function codesOf(lengths: readonly number[]): Codes {
  const counts = Array.from(
    { length: LONGEST + 1 },
    (_, bits) => lengths.filter((length) => length === bits).length,
  );
  const symbols = [...lengths.keys()].filter((symbol) => lengths[symbol] !== 0);
  return { counts, symbols: symbols.sort((a, b) => (lengths[a] as number) - (lengths[b] as number)) };
}

const FIXED = [
  codesOf(
    Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)),
  ),
  codesOf(Array<number>(LAST_DISTANCE + 1).fill(5)),
] as const;

/**
 * @param length of what comes out
 * @param dictionary stands before what comes out
 * @throws Error for what is no such stream, and where more or less comes out
 */
export function inflate(
  deflated: Uint8Array,
  length: number,
  dictionary = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  return new Inflater(deflated, length, dictionary).inflate();
}

class Inflater {
  readonly #deflated: Uint8Array;
  readonly #dictionary: Uint8Array;
  readonly #out: Uint8Array<ArrayBuffer>;
  #read = 0;
  #written = 0;
  /** Bits that have been read and not taken, the next one lowest. */
  #bits = 0;
  #bitCount = 0;

  constructor(deflated: Uint8Array, length: number, dictionary: Uint8Array) {
    this.#deflated = deflated;
    this.#dictionary = dictionary;
    this.#out = new Uint8Array(length);
  }

  inflate(): Uint8Array<ArrayBuffer> {
    let isLast: boolean;
    do {
      isLast = this.#take(1) === 1;
      const kind = this.#take(2);
      check(kind < 3);
      if (kind === 0) this.#stored();
      else this.#coded(...(kind === 1 ? FIXED : this.#codes()));
    } while (!isLast);
    check(this.#written === this.#out.length);
    return this.#out;
  }

  /** The next bits as a number. @param count at most 16 */
  #take(count: number): number {
    for (; this.#bitCount < count; this.#bitCount += 8) this.#bits |= this.#byte() << this.#bitCount;
    const taken = this.#bits & (2 ** count - 1);
    this.#bits >>= count;
    this.#bitCount -= count;
    return taken;
  }

  #byte(): number {
    check(this.#read < this.#deflated.length);
    return this.#deflated[this.#read++] as number;
  }

  #put(byte: number): void {
    check(this.#written < this.#out.length);
    this.#out[this.#written++] = byte;
  }

  #stored(): void {
    this.#take(this.#bitCount % 8);
    const length = this.#take(16);
    check(this.#take(16) === 0xffff - length);
    for (let i = 0; i < length; i++) this.#put(this.#take(8));
  }

  /** The codes of literals and lengths, and of distances, that a block begins with. */
  #codes(): readonly [Codes, Codes] {
    const [literals, distances, count] = [this.#take(5) + 257, this.#take(5) + 1, this.#take(4) + 4];
    const ofLengths = Array<number>(LENGTH_ORDER.length).fill(0);
    for (const symbol of LENGTH_ORDER.slice(0, count)) ofLengths[symbol] = this.#take(3);
    const codes = codesOf(ofLengths);
    const lengths: number[] = [];
    while (lengths.length < literals + distances) {
      const symbol = this.#symbol(codes);
      if (symbol < 16) lengths.push(symbol);
      else if (symbol === 16) lengths.push(...Array<number>(3 + this.#take(2)).fill(lengths.at(-1) ?? 0));
      else lengths.push(...Array<number>(symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7)).fill(0));
    }
    return [codesOf(lengths.slice(0, literals)), codesOf(lengths.slice(literals, literals + distances))];
  }

  #symbol({ counts, symbols }: Codes): number {
    let [code, first, before] = [0, 0, 0];
    for (let length = 1; length <= LONGEST; length++) {
      code = 2 * code + this.#take(1);
      const count = counts[length] as number;
      if (code - first < count) return symbols[before + code - first] as number;
      before += count;
      first = 2 * (first + count);
    }
    throw noStream();
  }

  #coded(literals: Codes, distances: Codes): void {
    for (;;) {
      const symbol = this.#symbol(literals);
      if (symbol === END_OF_BLOCK) return;
      if (symbol < END_OF_BLOCK) this.#put(symbol);
      else this.#copy(this.#length(symbol), this.#distance(this.#symbol(distances)));
    }
  }

  #length(symbol: number): number {
    check(symbol <= LAST_LENGTH);
    return symbol === LAST_LENGTH ? 258 : 3 + this.#extended(symbol - END_OF_BLOCK - 1, 4);
  }

  #distance(symbol: number): number {
    check(symbol <= LAST_DISTANCE);
    return 1 + this.#extended(symbol, 2);
  }

  /** Steps between numbers double after each `group` of symbols but the first two; further bits say how far it is from one to the next. */
  #extended(symbol: number, group: number): number {
    const bits = Math.max(0, Math.floor(symbol / group) - 1);
    const first = symbol < group ? symbol : 2 ** bits * (group + (symbol % group));
    return first + this.#take(bits);
  }

  #copy(length: number, distance: number): void {
    const before = this.#dictionary.length;
    check(distance <= this.#written + before);
    for (let i = 0; i < length; i++) {
      const from = this.#written - distance;
      this.#put((from < 0 ? this.#dictionary[before + from] : this.#out[from]) as number);
    }
  }
}

function check(isSound: boolean): void {
  if (!isSound) throw noStream();
}

function noStream(): Error {
  return new Error('no DEFLATE stream, or one of another length');
}
