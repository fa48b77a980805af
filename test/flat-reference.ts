/**
 * @file Flat pictures as formats/loe.md, section 13, says it: one label at a time, objects in place of packed words, and no shared code but the
 * range coder, squash and stretch.
 */

import { squash, stretch } from '../src/entropy/logistic.ts';
import { RangeDecoder } from '../src/entropy/range-coder.ts';
import { keys, type ReferenceShare, referenceBorders } from './borders-reference.ts';

export interface ReferencePicture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly depth: number;
}

interface Head {
  readonly colours: number;
  readonly isAntialiased: boolean;
}

const clip = (d: number): number => Math.min(3071, Math.max(-3071, d));
const bitsBelow = (n: number): number => (n === 1 ? 0 : Math.floor(Math.log2(n - 1)) + 1);

function mix(h: number, v: number): number {
  const sum = Number((BigInt((h ^ v) >>> 0) + 0x9e3779b9n) % 2n ** 32n);
  return (Number((BigInt(sum) * 0x2c1b3c6dn) % 2n ** 32n) ^ (h >>> 13)) >>> 0;
}

function place(h: number, bits: number): number {
  return Number((BigInt(h >>> 0) * 0x9e3779b1n) % 2n ** 32n) >>> (32 - bits);
}

const mixAll = (begin: number, values: readonly number[]): number => values.reduce(mix, begin);

class Counter {
  p = 32768;
  n = 0;

  get input(): number {
    return (stretch(this.p) * Math.floor((256 * this.n) / (this.n + 0.6))) >> 8;
  }

  learn(bit: number): void {
    const rate = Math.floor(65536 / (this.n + 1.5));
    this.p += bit ? Math.ceil(((65535 - this.p) * rate) / 65536) : -Math.ceil((this.p * rate) / 65536);
    this.n = Math.min(250, this.n + 1);
  }
}

/** A table of which only what was used is there. */
class Table<Entry> {
  readonly #entries = new Map<number, Entry>();
  readonly #make: () => Entry;

  constructor(make: () => Entry) {
    this.#make = make;
  }

  at(index: number): Entry {
    let entry = this.#entries.get(index);
    if (entry === undefined) {
      entry = this.#make();
      this.#entries.set(index, entry);
    }
    return entry;
  }
}

const counters = (): Table<Counter> => new Table(() => new Counter());

class ReferenceMixer {
  readonly #sets: Table<number[]>;
  #weights: number[] = [];
  #inputs: readonly number[] = [];
  output = 0;

  constructor(inputs: number, weight: number) {
    this.#sets = new Table(() => new Array(inputs).fill(weight));
  }

  mix(inputs: readonly number[], set: number): number {
    this.#inputs = inputs;
    this.#weights = this.#sets.at(set);
    const sum = inputs.reduce(
      (total, x, i) => total + Math.floor((x * (this.#weights[i] as number)) / 256),
      0,
    );
    this.output = clip(Math.floor(sum / 256));
    return this.output;
  }

  learn(bit: number, rate: number): void {
    const e = Math.floor((((bit ? 65535 : 0) - squash(this.output)) * rate) / 16);
    this.#inputs.forEach((x, i) => {
      this.#weights[i] = (this.#weights[i] as number) + Math.floor((x * e + 32768) / 65536);
    });
  }
}

class Refinement {
  readonly #rows = new Table(() => Array.from({ length: 33 }, (_, k) => squash(clip(192 * (k - 16)))));
  #row: number[] = [];
  #knot = 0;

  refined(row: number, d: number): number {
    const [k, z] = [Math.floor((d + 3072) / 192), (d + 3072) % 192];
    this.#row = this.#rows.at(row);
    this.#knot = z >= 96 ? k + 1 : k;
    return Math.floor(((this.#row[k] as number) * (192 - z) + (this.#row[k + 1] as number) * z) / 192);
  }

  learn(bit: number): void {
    const knot = this.#row[this.#knot] as number;
    this.#row[this.#knot] = knot + Math.floor(((bit ? 65535 : 0) - knot) / 32);
  }
}

function headOf(payload: Uint8Array): { head: Head; rest: Uint8Array } {
  let [value, at] = [0, 0];
  for (let shift = 1; ; shift *= 128) {
    const byte = payload[at++] as number;
    value += (byte % 128) * shift;
    if (byte < 128) break;
  }
  const head = { colours: Math.floor(value / 2) + 1, isAntialiased: value % 2 === 1 };
  return { head, rest: payload.subarray(at) };
}

/** [colours][channels] */
function paletteOf(rest: Uint8Array, colours: number, { channels, depth }: ReferencePicture): number[][] {
  const coder = new RangeDecoder(rest);
  const peak = 2 ** depth - 1;
  const tables = [counters(), counters(), counters()];
  const mixer = new ReferenceMixer(3, 32768);
  const last = new Table(() => ({ number: 0 }));
  const number = (kind: number): number => {
    let m = 1;
    for (let i = 0; i < depth; i++) {
      const hashes = [m, mix(m, kind), mix(mix(m, kind), last.at(kind).number)];
      const used = hashes.map((h, t) => (tables[t] as Table<Counter>).at(place(h, 16)));
      const bit = coder.code(
        0,
        squash(
          mixer.mix(
            used.map(({ input }) => input),
            0,
          ),
        ),
      );
      mixer.learn(bit, 8);
      for (const counter of used) counter.learn(bit);
      m = 2 * m + bit;
    }
    last.at(kind).number = m - 2 ** depth;
    return m - 2 ** depth;
  };
  const palette: number[][] = [];
  for (let i = 0; i < colours; i++) {
    const before = palette[i - 1];
    const colour: number[] = [];
    for (let channel = 0; channel < channels; channel++) {
      const isFirst = channel === 0;
      const isBounded =
        isFirst || (before !== undefined && colour.every((sample, c) => sample === before[c]));
      const more = before !== undefined && channel === channels - 1 ? 1 : 0;
      const d = number(2 * channel + (isBounded ? 1 : 0));
      colour.push(
        isBounded ? (before?.[channel] ?? 0) + more + d : ((colour[channel - 1] as number) + d) % (peak + 1),
      );
    }
    palette.push(colour);
  }
  return palette;
}

const WEIGHTS = [[], [1], [1, 1], [2, 3, 1], [2, 3, 1, 3]];

function ordered(places: readonly number[], palette: readonly number[][]): number[] {
  if (places.length < 2) return [...places];
  const sample = (at: number, channel: number): number => palette[at]?.[channel] as number;
  const weights = WEIGHTS[(palette[0] as number[]).length] as number[];
  const spans = weights.map((weight, c) => {
    const samples = places.map((at) => sample(at, c));
    return weight * (samples.reduce((a, b) => Math.max(a, b)) - samples.reduce((a, b) => Math.min(a, b)));
  });
  const channel = spans.indexOf(spans.reduce((a, b) => Math.max(a, b)));
  const sorted = [...places].sort((a, b) => sample(a, channel) - sample(b, channel) || a - b);
  const half = 2 ** (bitsBelow(places.length) - 1);
  return [...ordered(sorted.slice(0, half), palette), ...ordered(sorted.slice(half), palette)];
}

const NEIGHBOURS = [
  [-1, 0], [0, -1], [-1, -1], [1, -1], [-2, 0], [0, -2], [2, -1], [-2, -1], [1, -2], [-1, -2], [-3, 0],
  [3, -1], [2, -2], [-2, -2], [-4, 0], [0, -3], [-1, -3], [1, -3], [-3, -1], [-5, 0], [-6, 0],
] as const; // biome-ignore format: a table

const FAR = [
  [5, -1], [8, -1], [4, -2], [3, -3], [0, -4], [0, -6], [-8, 0], [-4, -4],
] as const; // biome-ignore format: a table

const PAIRS = [
  [0, 1], [0, 2], [1, 2], [1, 3], [0, 4], [1, 5], [3, 6], [2, 7], [0, 3],
  [5, 8], [5, 9], [6, 11], [4, 10], [15, 5], [8, 3], [9, 2], [4, 7],
] as const; // biome-ignore format: a table

interface Bucket {
  check: number;
  first: number;
  second: number;
  confidence: number;
  counters: { check: number; counter: Counter }[];
}

interface Guesser {
  /** First and second. */
  readonly guesses: readonly number[];
  readonly confidence: number;
}

/** Labels of the line. */
function labelsOf(payload: Uint8Array, colours: number, { width, height }: ReferencePicture): number[] {
  const pixels = width * height;
  if (colours === 1) return new Array(pixels).fill(0);
  const coder = new RangeDecoder(payload);
  const b = Math.min(17, Math.max(10, bitsBelow(pixels) + 1));
  const line: number[] = [];
  const at = (i: number, [dx, dy]: readonly [number, number]): number => line[i + dy * width + dx] ?? 0;
  const memory = Array.from({ length: 10 }, () => {
    return new Table((): Bucket => ({ check: -1, first: 0, second: 0, confidence: 0, counters: [] }));
  });
  const chances = Array.from({ length: 11 }, () =>
    Array.from({ length: 64 }, (_, u) => {
      return [Math.floor((65536 * (2 * u + 1)) / (2 * u + 3)), 20000, Math.floor(40000 / (2 * u + 3))];
    }),
  );
  const shapeTables = [counters(), counters(), counters()];
  const frequencies = counters();
  const mixers = [1, 2, 3].map(() => new ReferenceMixer(26, 8192)) as [
    ReferenceMixer,
    ReferenceMixer,
    ReferenceMixer,
  ];
  const final = new ReferenceMixer(3, 21845);
  const refinements = [new Refinement(), new Refinement()] as const;
  let decisions = 0;
  const depth = bitsBelow(colours);
  const treeTables = Array.from({ length: 9 }, counters);
  const byDepth = new ReferenceMixer(9, 12288);
  const byNode = new ReferenceMixer(9, 12288);
  const match = { length: 0, place: 0, table: new Table(() => ({ place: 0 })) };
  const isEqualBefore: boolean[] = [];
  const isEqualAbove: boolean[] = [];

  const quietTables = [counters(), counters(), counters(), counters()];
  const quietMixer = new ReferenceMixer(5, 24576);
  const isLikeNeighbours = (i: number, label: number): boolean => {
    const e = match.length === 0 ? 0 : line[match.place] === label ? 1 : 2;
    const far = FAR.reduce((sum, offset, j) => sum + (at(i, offset) === label ? 2 ** j : 0), 0);
    const hashes = [
      label,
      mixAll(label, [e, Math.min(15, match.length >> 2)]),
      mix(label, far),
      mix(label, i % width),
    ];
    const used = hashes.map((h, k) => (quietTables[k] as Table<Counter>).at(place(h, 14)));
    const bit = coder.code(0, squash(quietMixer.mix([...used.map(({ input }) => input), 256], e)));
    quietMixer.learn(bit, 16);
    for (const counter of used) counter.learn(bit);
    return bit === 1;
  };
  const follow = (label: number): void => {
    const goesOn = match.length > 0 && line[match.place] === label;
    line.push(label);
    match.length = goesOn ? match.length + 1 : 0;
    if (goesOn) match.place++;
  };

  for (let i = 0; i < pixels; i++) {
    const v = NEIGHBOURS.map((neighbour) => at(i, neighbour));
    const contexts = [
      ...[21, 15, 11, 8, 6, 4, 2].map((count) => mixAll(0, v.slice(0, count))),
      mixAll(
        1,
        [0, 4, 10, 14, 1].map((j) => v[j] as number),
      ),
      mixAll(
        2,
        [1, 5, 15, 0].map((j) => v[j] as number),
      ),
      mixAll(
        3,
        [0, 3, 6, 11].map((j) => v[j] as number),
      ),
    ];
    const equal = PAIRS.reduce((sum, [j, k], bit) => sum + (v[j] === v[k] ? 2 ** bit : 0), 0);
    let [r, c] = [0, 0];
    while (r < 15 && isEqualBefore[i - 1 - r]) r++;
    while (c < 15 && isEqualAbove[i - width * (c + 1)]) c++;
    const shapes = [mix(1, equal % 512), mix(mix(2, r), c), mix(3, equal)];

    const isQuiet = v.every((label) => label === v[0]);
    if (isQuiet && isLikeNeighbours(i, v[0] as number)) {
      isEqualBefore[i] = true;
      isEqualAbove[i] = true;
      follow(v[0] as number);
      continue;
    }
    const buckets = contexts.map((hash, k) => {
      const bucket = (memory[k] as Table<Bucket>).at(place(hash, b));
      if (bucket.check !== hash % 65536) {
        bucket.check = hash % 65536;
        bucket.confidence = 0;
        bucket.counters = Array.from({ length: 6 }, () => ({ check: 0, counter: new Counter() }));
      }
      return bucket;
    });
    const guessers: Guesser[] = buckets.map(({ first, second, confidence }) => {
      return { guesses: confidence > 0 ? [first, second] : [], confidence };
    });
    const { length } = match;
    guessers.push({
      guesses: length > 0 ? [line[match.place] as number] : [],
      confidence: length < 16 ? length : Math.min(255, 16 + (length >> 3)),
    });
    const chancesOf = (guesser: number): number[] =>
      (chances[guesser] as number[][])[Math.min(63, (guessers[guesser] as Guesser).confidence)] as number[];

    const decide = (candidate: number, rank: number): number => {
      const g = mix(0, candidate);
      const m = v.slice(0, 6).reduce((sum, label, j) => sum + (label === candidate ? 2 ** j : 0), 0);
      const used = buckets.map((bucket) => {
        const slot = bucket.counters[(g >>> 8) % 6] as { check: number; counter: Counter };
        if (slot.check !== g % 256) Object.assign(slot, { check: g % 256, counter: new Counter() });
        return slot.counter;
      });
      const roles = guessers.map(({ guesses }) => {
        if (guesses.length === 0) return -1;
        const role = guesses.indexOf(candidate);
        return role < 0 ? 2 : role;
      });
      const ofShapes = shapes.map((s, k) => {
        return (shapeTables[k] as Table<Counter>).at(place(mix(mix(s, m), rank), 16));
      });
      const alone = frequencies.at(candidate);
      const inputs = [
        ...used.map(({ input }) => input),
        ...roles.map((role, k) => (role < 0 ? 0 : stretch(chancesOf(k)[role] as number))),
        ...ofShapes.map(({ input }) => input),
        alone.input,
        256,
      ];
      const { confidence, guesses } = guessers[10] as Guesser;
      const matchClass = confidence === 0 ? 0 : Math.min(7, 1 + (confidence >> 2));
      const longest = guessers.slice(0, 7).findIndex((guesser) => guesser.confidence > 0);
      const sure = longest < 0 ? 0 : (guessers[longest] as Guesser).confidence;
      const sureClass = sure > 30 ? 3 : sure > 3 ? 2 : sure > 1 ? 1 : 0;
      const sets = [
        [rank, matchClass, guesses.includes(candidate) ? 1 : 0],
        [Math.min(2, rank), m],
        [Math.min(2, rank), longest < 0 ? 7 : longest, sureClass],
      ].map((parts) => parts.reduce((set, part) => 64 * set + part, 0));
      const outputs = mixers.map((mixer, k) => mixer.mix(inputs, sets[k] as number));
      const d = final.mix(outputs, rank);
      const refined = refinements.map((refinement, k) => {
        return refinement.refined(place(mix(contexts[6 - k] as number, candidate), 12), d);
      }) as [number, number];
      const p = Math.min(65535, Math.max(1, (2 * squash(d) + refined[0] + refined[1]) >> 2));
      const bit = coder.code(0, p);
      const rate = Math.max(20, 120 - Math.floor(decisions / 128));
      decisions++;
      for (const mixer of mixers) mixer.learn(bit, rate);
      final.learn(bit, 2);
      for (const refinement of refinements) refinement.learn(bit);
      for (const counter of [...used, ...ofShapes, alone]) counter.learn(bit);
      roles.forEach((role, k) => {
        if (role < 0) return;
        const ofGuesser = chancesOf(k);
        const chance = ofGuesser[role] as number;
        ofGuesser[role] = chance + Math.floor(((bit ? 65535 : 0) - chance) / 64);
      });
      return bit;
    };

    const nextCandidate = (tried: readonly number[]): number | undefined => {
      const open = guessers.flatMap(({ guesses }, k) =>
        guesses.map((label, role) => ({ label, chance: chancesOf(k)[role] as number })),
      );
      const left = open.filter(({ label }) => !tried.includes(label));
      const most = left.reduce((chance, guess) => Math.max(chance, guess.chance), -1);
      return (
        left.find(({ chance }) => chance === most)?.label ??
        v.slice(0, 6).find((label) => !tried.includes(label))
      );
    };

    const inTree = (): number => {
      const coarse = Math.max(0, depth - 4);
      const [v0, v1, v2, v3, v4] = v as unknown as [number, number, number, number, number];
      const hashes = [
        0,
        mix(1, v0),
        mix(2, v1),
        mix(3, v3),
        mixAll(4, [v0, v1]),
        mixAll(5, [v0, v3]),
        mixAll(6, [v0, v1, v3]),
        mixAll(
          7,
          [v0, v1, v3, v2].map((label) => label >> coarse),
        ),
        mixAll(8, [v0, v4]),
      ];
      let m = 1;
      for (let level = 0; level < depth; level++) {
        const used = hashes.map((h, k) => (treeTables[k] as Table<Counter>).at(place(mix(h, m), b + 1)));
        const inputs = used.map(({ input }) => input);
        const bit = coder.code(0, squash((byDepth.mix(inputs, level) + byNode.mix(inputs, m)) >> 1));
        byDepth.learn(bit, 8);
        byNode.learn(bit, 16);
        for (const counter of used) counter.learn(bit);
        m = 2 * m + bit;
      }
      return m - 2 ** depth;
    };

    const search = (): number => {
      const tried: number[] = isQuiet ? [v[0] as number] : [];
      while (tried.length < Math.min(4, colours - 1)) {
        const candidate = nextCandidate(tried);
        if (candidate === undefined) break;
        if (decide(candidate, tried.length) === 1) return candidate;
        tried.push(candidate);
      }
      if (tried.length === colours - 1) {
        return Array.from({ length: colours }, (_, label) => label).find(
          (label) => !tried.includes(label),
        ) as number;
      }
      return inTree();
    };

    const label = search();
    for (const bucket of buckets) {
      const { first, second, confidence } = bucket;
      if (confidence === 0) Object.assign(bucket, { first: label, second: label, confidence: 1 });
      else if (first === label)
        Object.assign(bucket, { first, second, confidence: Math.min(255, confidence + 1) });
      else if (confidence > 1) Object.assign(bucket, { first, second: label, confidence: confidence >> 1 });
      else Object.assign(bucket, { first: label, second: first, confidence: 1 });
    }
    isEqualBefore[i] = label === v[0];
    isEqualAbove[i] = label === v[1];
    follow(label);
    const sources = [
      ...[-1, -2, -3, -4, -5, -6].map((dx) => [dx, 0] as const),
      ...[-4, -3, -2, -1, 0, 1, 2, 3].map((dx) => [dx, -1] as const),
      ...[-1, 0, 1, 2].map((dx) => [dx, -2] as const),
    ];
    const entry = match.table.at(
      place(
        mixAll(
          0,
          sources.map((source) => at(i + 1, source)),
        ),
        b,
      ),
    );
    if (match.length === 0) {
      const q = entry.place;
      let l = 0;
      while (l < Math.min(24, q) && line[q - 1 - l] === line[i - l]) l++;
      if (l >= 6) Object.assign(match, { length: l, place: q });
    }
    entry.place = i + 1;
  }
  return line;
}

/** Samples at the centres of an output's pixels, at any size from the picture's own on: [height, width, channels]. */
export function referenceFlat(
  picture: ReferencePicture,
  sections: { readonly palette: Uint8Array; readonly labels: Uint8Array },
  output: { readonly width: number; readonly height: number },
): number[] {
  const { head, rest } = headOf(sections.palette);
  const palette = paletteOf(rest, head.colours, picture);
  const order = ordered([...palette.keys()], palette);
  const labels = labelsOf(sections.labels, head.colours, picture);
  const indices = labels.map((label) => order[label] as number);
  const { width, height, channels, depth } = picture;
  const peak = 2 ** depth - 1;
  const hasAlpha = channels % 2 === 0;
  const premultiplied = (index: number): number[] => {
    const colour = palette[index] as number[];
    const alpha = hasAlpha ? (colour[channels - 1] as number) / peak : 1;
    return colour.map((sample, c) => (hasAlpha && c < channels - 1 ? sample * alpha : sample));
  };
  const scale = Math.min(output.width / width, output.height / height);
  const bordersAt = referenceBorders(indices, picture, scale);
  const samples: number[] = [];
  for (let y = 0; y < output.height; y++) {
    for (let x = 0; x < output.width; x++) {
      const p = Math.floor((((2 * x + 1) * width) / output.width - 1) * 2 ** 15 + 0.5) / 2 ** 16;
      const q = Math.floor((((2 * y + 1) * height) / output.height - 1) * 2 ** 15 + 0.5) / 2 ** 16;
      const around = [-1, 0, 1, 2].flatMap((dy) =>
        [-1, 0, 1, 2].map((dx) => {
          const column = Math.min(width - 1, Math.max(0, Math.floor(p) + dx));
          const row = Math.min(height - 1, Math.max(0, Math.floor(q) + dy));
          const weight =
            (keys(q - Math.floor(q))[dy + 1] as number) * (keys(p - Math.floor(p))[dx + 1] as number);
          const isNear = (dx === 0 || dx === 1) && (dy === 0 || dy === 1);
          return { index: indices[row * width + column] as number, weight, isNear };
        }),
      );
      samples.push(...samplesOf(head.isAntialiased ? interpolated(around) : parted(bordersAt(p, q))));
    }
  }
  return samples;

  function samplesOf(values: readonly number[]): number[] {
    const alpha = hasAlpha ? (Math.fround(values[channels - 1] as number) as number) : peak;
    return values.map((value, c) => {
      const isColour = !hasAlpha || c < channels - 1;
      const straight = Math.fround(value) * (!isColour ? 1 : alpha > 0 ? peak / alpha : 0);
      return Math.min(peak, Math.max(0, Math.floor(straight + 0.5)));
    });
  }

  function interpolated(around: readonly { index: number; weight: number; isNear: boolean }[]): number[] {
    const near = around.filter(({ isNear }) => isNear).map(({ index }) => premultiplied(index));
    return Array.from({ length: channels }, (_, c) => {
      const sum = around.reduce(
        (total, { index, weight }) => total + weight * (premultiplied(index)[c] as number),
        0,
      );
      const bounds = near.map((value) => value[c] as number);
      return Math.min(Math.max(...bounds), Math.max(Math.min(...bounds), sum));
    });
  }

  function parted({ own, other, share }: ReferenceShare): number[] {
    const values = premultiplied(other);
    return premultiplied(own).map(
      (value, c) => (values[c] as number) + share * (value - (values[c] as number)),
    );
  }
}
