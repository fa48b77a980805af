/** @file Profiles made from published primaries and curves, as version 2 of ICC's format has them: a writer apart from that of `src/image/icc`. */

type Point = readonly [number, number];

export interface Space {
  readonly primaries: readonly [Point, Point, Point];
  readonly white: Point;
  /** Light of a sample. */
  readonly curve: (sample: number) => number;
}

const D65: Point = [0.3127, 0.329];
const D50: Point = [0.3457, 0.3585];
const srgb = (x: number): number => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);

/** Of IEC 61966-2-1, SMPTE EG 432-1 with D65, Adobe's specification of 1998, ISO 22028-2, ITU-R BT.2020, and ECI's of 2007. */
export const SPACES = {
  srgb: {
    primaries: [
      [0.64, 0.33],
      [0.3, 0.6],
      [0.15, 0.06],
    ],
    white: D65,
    curve: srgb,
  },
  p3: {
    primaries: [
      [0.68, 0.32],
      [0.265, 0.69],
      [0.15, 0.06],
    ],
    white: D65,
    curve: srgb,
  },
  adobe: {
    primaries: [
      [0.64, 0.33],
      [0.21, 0.71],
      [0.15, 0.06],
    ],
    white: D65,
    curve: (x) => x ** (563 / 256),
  },
  prophoto: {
    primaries: [
      [0.7347, 0.2653],
      [0.1596, 0.8404],
      [0.0366, 0.0001],
    ],
    white: D50,
    curve: (x) => (x < 1 / 32 ? x / 16 : x ** 1.8),
  },
  bt2020: {
    primaries: [
      [0.708, 0.292],
      [0.17, 0.797],
      [0.131, 0.046],
    ],
    white: D65,
    curve: (x) => (x < 0.081 ? x / 4.5 : ((x + 0.099) / 1.099) ** (1 / 0.45)),
  },
  eci: {
    primaries: [
      [0.67, 0.33],
      [0.21, 0.71],
      [0.14, 0.08],
    ],
    white: D50,
    curve: (x) => (x <= 0.08 ? x / 9.033 : ((x + 0.16) / 1.16) ** 3),
  },
} as const satisfies Readonly<Record<string, Space>>;

type Matrix = number[][];

const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) =>
    (b[0] as number[]).map((_, j) => row.reduce((sum, v, k) => sum + v * (b[k]?.[j] as number), 0)),
  );

/** By elimination. */
function solve(matrix: Matrix, right: Matrix): Matrix {
  const rows = matrix.map((row, i) => [...row, ...(right[i] as number[])]);
  for (let i = 0; i < rows.length; i++) {
    const pivot = rows[i] as number[];
    const scale = pivot[i] as number;
    for (let j = 0; j < pivot.length; j++) pivot[j] = (pivot[j] as number) / scale;
    for (const other of rows.filter((row) => row !== pivot)) {
      const factor = other[i] as number;
      for (let j = 0; j < other.length; j++) other[j] = (other[j] as number) - factor * (pivot[j] as number);
    }
  }
  return rows.map((row) => row.slice(matrix.length));
}

const BRADFORD = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

const xyz = ([x, y]: Point): Matrix => [[x / y], [1], [(1 - x - y) / y]];

/** XYZ of red, green and blue as columns, relative to D50. */
export function colorantsOf({ primaries, white }: Space): Matrix {
  const columns = [0, 1, 2].map((row) => primaries.map((point) => xyz(point)[row]?.[0] as number));
  const scales = solve(columns, xyz(white));
  const scaled = columns.map((row) => row.map((value, i) => value * (scales[i]?.[0] as number)));
  const [from, to] = [times(BRADFORD, xyz(white)), times(BRADFORD, [[0.9642], [1], [0.8249]])];
  const adapted = times(BRADFORD, scaled).map((row, i) =>
    row.map((value) => (value * (to[i]?.[0] as number)) / (from[i]?.[0] as number)),
  );
  return solve(BRADFORD, adapted);
}

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
const fixed = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeInt32BE(Math.round(65536 * value), 4 * i);
  return bytes;
};
const integers = (...values: readonly number[]): Buffer => fixed(...values.map((value) => value / 65536));

/** A table of a curve. */
export function tableTag(curve: (sample: number) => number, entries = 1024): Buffer {
  const table = Buffer.alloc(2 * entries);
  for (let i = 0; i < entries; i++) table.writeUInt16BE(Math.round(65535 * curve(i / (entries - 1))), 2 * i);
  return Buffer.concat([ascii('curv\0\0\0\0'), integers(entries), table]);
}

/** A profile of version 2 with such tags. @param space of its samples: `RGB ` or `GRAY` */
export function profileWith(tags: Readonly<Record<string, Buffer>>, space = 'RGB '): Buffer {
  const text = Buffer.concat([ascii('desc\0\0\0\0'), integers(5), ascii('test\0'), Buffer.alloc(78)]);
  const all = Object.entries({
    desc: text,
    cprt: ascii('text\0\0\0\0none\0'),
    wtpt: xyzTag([0.9642, 1, 0.8249]),
    ...tags,
  });
  const parts = all.map(([, data]) => Buffer.concat([data, Buffer.alloc(-data.length & 3)]));
  let at = 132 + 12 * all.length;
  const table = all.map(([name, data], i) => {
    const entry = Buffer.concat([ascii(name), integers(at, data.length)]);
    at += (parts[i] as Buffer).length;
    return entry;
  });
  const header = Buffer.alloc(128);
  integers(at).copy(header);
  ascii(`\x02\x20\0\0mntr${space}XYZ `).copy(header, 8);
  ascii('acsp').copy(header, 36);
  fixed(0.9642, 1, 0.8249).copy(header, 68);
  return Buffer.concat([header, integers(all.length), ...table, ...parts]);
}

const xyzTag = (values: readonly number[]): Buffer =>
  Buffer.concat([ascii('XYZ \0\0\0\0'), fixed(...values)]);

/** The colorants and curves. */
export function tagsOf(space: Space): Record<'rXYZ' | 'gXYZ' | 'bXYZ' | 'rTRC' | 'gTRC' | 'bTRC', Buffer> {
  const colorants = colorantsOf(space);
  const column = (c: number): Buffer => xyzTag(colorants.map((row) => row[c] as number));
  const curve = tableTag(space.curve);
  return { rXYZ: column(0), gXYZ: column(1), bXYZ: column(2), rTRC: curve, gTRC: curve, bTRC: curve };
}

export function profileOfSpace(space: Space): Buffer {
  return profileWith(tagsOf(space));
}
