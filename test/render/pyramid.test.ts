import type { FieldContents } from '../../src/container/contents.ts';
import type { DecodeOptions } from '../../src/decode.ts';
import { LoecError } from '../../src/errors.ts';
import { type Cells, centre, pixelPositions } from '../../src/field/grid.ts';
import { modelOf } from '../../src/field/model.ts';
import { MAX_LATENT, type PlaneSpec, pyramidPlanes } from '../../src/field/pyramid.ts';
import { stepOf } from '../../src/field/quantizer.ts';
import { seededRandom } from '../../src/field/random.ts';
import { classesAt, type RasterSegmentation } from '../../src/field/segmentation.ts';
import { selectTuple } from '../../src/field/selectors.ts';
import type { FieldSpec, Selector } from '../../src/field/spec.ts';
import type { Thresholds } from '../../src/field/thresholds.ts';
import type { ChannelCount } from '../../src/image/raster.ts';
import { allocateSamples } from '../../src/image/raster.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { type RoomFor, renderBands } from '../../src/render/bands.ts';
import { type Geometry, outputGeometry } from '../../src/render/geometry.ts';
import type { Crop } from '../../src/render/options.ts';
import type { CostOf } from '../../src/render/pieces.ts';
import { sceneOf } from '../../src/render/scene.ts';
import { plainMapping } from '../../src/samples/mapping.ts';
import { TimeSlices } from '../../src/time-slices.ts';
import { assert, suite } from '../harness.ts';
import { OutputsReference } from './outputs-reference.ts';
import { EXACT, PyramidReference, type ReferencePyramid, SPECIFIED } from './pyramid-reference.ts';

const test = suite('pyramid rendering');

const ONE: Selector = { kind: 'one' };
const TILE: Selector = { kind: 'tile', frequency: 3 };
const SEGMENT: Selector = { kind: 'segment' };

interface Options {
  readonly channels?: ChannelCount;
  /** @default a pyramid of five levels */
  readonly planes?: readonly PlaneSpec[];
  readonly hidden?: readonly number[];
  readonly filters?: number;
  /** One per layer. @default one expert each */
  readonly selectors?: readonly Selector[];
  /** Bound of the latents. @default 6 */
  readonly bound?: number;
}

interface Picture extends ReferencePyramid {
  readonly contents: FieldContents;
  readonly latents: FieldContentsLatents;
}

type FieldContentsLatents = NonNullable<FieldContents['pyramid']>['latents'];

/** A picture of random latents and weights, with classes in diagonal stripes. */
function pictureOf(width: number, height: number, options: Options = {}): Picture {
  const { channels = 3, hidden = [6], filters = 2, selectors, bound = 6 } = options;
  const { planes = pyramidPlanes(5) } = options;
  const random = seededRandom(width + 7919 * height);
  const spec: FieldSpec = {
    input: { kind: 'pyramid', planes },
    layers: [...hidden, channels].map((count, i) => ({
      width: count,
      selector: selectors?.[i] ?? ONE,
      activation: { kind: i < hidden.length ? 'snake' : 'linear' },
    })),
    filters,
    overlap: 0,
  };
  const model = modelOf(spec, { neighbours: 1, coarser: 0, width: 8 }, { width, height });
  const count = model.field.parameters;
  const parameters = Float32Array.from({ length: count }, () => 0.4 * (random() - 0.5));
  const latents = model.planes.map((plane) =>
    Int16Array.from({ length: plane.width * plane.height }, () => Math.round(bound * (2 * random() - 1))),
  );
  const segmentation: RasterSegmentation = {
    kind: 'raster',
    width,
    height,
    thresholds: [64, 128, 192],
    labels: Uint8Array.from(
      { length: width * height },
      (_, i) => Math.floor(((i % width) + i / width) / 3) % 4,
    ),
  };
  const tupleAt = (x: number, y: number): number => {
    if (!selectors) return 0;
    const [column, row] = [centre(x, width), centre(y, height)];
    return selectTuple(
      spec,
      column,
      row,
      classesAt(segmentation, Float64Array.of(column), Float64Array.of(row))[0] as number,
    );
  };
  const contents: FieldContents = {
    kind: 'field',
    width,
    height,
    channels,
    depth: 16,
    colour: [],
    metadata: [],
    samples: plainMapping({ channels, depth: 16 }),
    alpha: null,
    spec,
    weights: { kind: 'float32', parameters },
    start: null,
    pyramid: { model, latents, start: 0 },
    segmentation: selectors?.includes(SEGMENT) ? segmentation : null,
    enhancement: null,
    preset: '',
  };
  return { model, parameters, latents, tupleAt, contents };
}

const PICTURES: readonly [string, Picture][] = [
  ['colour', pictureOf(33, 17)],
  ['grey, 7 levels, one filter', pictureOf(19, 40, { channels: 1, planes: pyramidPlanes(7), filters: 1 })],
  ['grey and alpha, three layers', pictureOf(9, 8, { channels: 2, hidden: [5, 7] })],
  ['colour and alpha, three filters', pictureOf(12, 5, { channels: 4, filters: 3 })],
  ['no filter, latents of any size', pictureOf(16, 16, { filters: 0, bound: MAX_LATENT })],
  ['one plane', pictureOf(7, 7, { planes: pyramidPlanes(1) })],
  ['one pixel', pictureOf(1, 1)],
  ['a line', pictureOf(3, 1000, { planes: pyramidPlanes(11) })],
  [
    'two planes of pixels and two coarse ones',
    pictureOf(18, 11, {
      planes: [
        { level: 0, reading: 'direct' },
        { level: 3, reading: 'spline' },
        { level: 0, reading: 'direct' },
        { level: 0, reading: 'spline' },
        { level: 2, reading: 'spline' },
      ],
    }),
  ],
  ['coarse planes', pictureOf(18, 11, { planes: pyramidPlanes(5).slice(2) })],
  ['tiles', pictureOf(21, 14, { selectors: [TILE, ONE] })],
  ['classes', pictureOf(14, 21, { selectors: [ONE, SEGMENT] })],
  ['tiles and classes', pictureOf(24, 10, { hidden: [8, 4], selectors: [SEGMENT, TILE, SEGMENT] })],
];

/** Output sizes over the picture's own, across and down: natively, whole and odd factors, means, and smaller pictures. */
const FACTORS: readonly (readonly [number, number])[] = [
  [1, 1],
  [3, 3],
  [1.7, 2.3],
  [0.8, 0.6],
  [0.5, 1.4],
  [1, 2],
  [0.1, 0.12],
  [0.055, 0.052],
];

function isReducible({ model }: Picture): boolean {
  return !model.field.hasExperts;
}

function geometryOf(picture: Picture, across: number, down: number): Geometry {
  const { width, height } = picture.model;
  const size = { width: Math.ceil(across * width), height: Math.ceil(down * height) };
  return outputGeometry(picture.model, size, DEFAULT_LIMITS, isReducible(picture));
}

/** All that is evaluated for an output. */
function cellsOf({ width, height, samplesX, samplesY }: Geometry): { columns: Cells; rows: Cells } {
  const all = (count: number): Cells => ({ start: 0, length: count, count });
  return { columns: all(width * samplesX), rows: all(height * samplesY) };
}

const sceneFor = (picture: Picture, geometry: Geometry) =>
  sceneOf(picture.contents, geometry, new TimeSlices());

/** Values of outputs: alpha, which may be between everywhere, is clipped. */
function valuesOf(outputs: readonly number[]): number[] {
  const most = 1 - 2 / 65535;
  const isAlpha = (output: number) => outputs.length % 2 === 0 && output === outputs.length - 1;
  return outputs.map((value, output) =>
    isAlpha(output) ? Math.fround(Math.min(most, Math.max(-most, value))) : value,
  );
}

/** Visits about `most` of the crossings with what was evaluated there. */
function visitSome(
  columns: Cells,
  rows: Cells,
  values: Float32Array,
  most: number,
  visit: (column: number, row: number, values: number[]) => void,
): void {
  const crossings = columns.length * rows.length;
  const channels = values.length / crossings;
  const stride = Math.max(1, Math.floor(crossings / most));
  for (let i = 0; i < crossings; i += stride) {
    const [column, row] = [i % columns.length, Math.floor(i / columns.length)];
    const some = Array.from(values.subarray(i * channels, (i + 1) * channels));
    visit(columns.start + column, rows.start + row, some);
  }
}

for (const [name, picture] of PICTURES) {
  test(`${name}: the specified bits, and right to a few of them`, async () => {
    // Snakes of large latents multiply what rounding leaves.
    const largest = Math.max(...picture.latents.map((grid) => Math.max(...grid)));
    for (const [across, down] of FACTORS) {
      const geometry = geometryOf(picture, across, down);
      const { width, height } = geometry;
      const options = { isReducible: isReducible(picture) };
      const specified = new OutputsReference(picture, width, height, options);
      const exact = new OutputsReference(picture, width, height, { ...options, arithmetic: EXACT });
      const { columns, rows } = cellsOf(geometry);
      assert.equal([columns.count, rows.count], [specified.columns, specified.rows]);
      const values = await (await sceneFor(picture, geometry)).evaluate(columns, rows);
      visitSome(columns, rows, values, 5, (column, row, got) => {
        const place = `${width}x${height}: ${column}, ${row}`;
        assert.equal(got, valuesOf(specified.at(column, row)), place);
        for (const [channel, value] of valuesOf(exact.at(column, row)).entries()) {
          const error = Math.abs((got[channel] as number) - value);
          assert.ok(error < 3e-6 * (1 + largest), `${place}: ${error}`);
        }
      });
    }
  });
}

test('positions are the pixels natively, and whole pixels apart at whole factors', () => {
  const positions = (count: number, pixels: number) =>
    pixelPositions({ start: 0, length: count, count }, pixels);
  assert.equal(Array.from(positions(5, 5)), [0, 1, 2, 3, 4]);
  assert.equal(Array.from(positions(4, 2)), [-0.25, 0.25, 0.75, 1.25]);
  assert.equal(Array.from(positions(2, 4)), [0.5, 2.5]);
  for (const factor of [3, 7, 64]) {
    const list = positions(100 * factor, 100);
    for (let i = factor; i < list.length; i++) assert.is(list[i], (list[i - factor] as number) + 1);
  }
  const last = 2 ** 27 - 1;
  assert.equal(Array.from(pixelPositions({ start: last, length: 1, count: 2 ** 27 }, 2 ** 27)), [last]);
  const odd = positions(37, 10);
  for (const [i, p] of odd.entries()) {
    assert.ok(Number.isInteger(65536 * p) && Math.abs(p - ((i + 0.5) / 3.7 - 0.5)) <= 2 ** -17);
  }
});

test('a crossing’s value does not depend on what is evaluated with it', async () => {
  for (const [picture, across, down] of [
    [pictureOf(700, 9), 1.9, 1.9],
    [pictureOf(9, 150, { selectors: [TILE, SEGMENT] }), 1, 1],
    [pictureOf(40, 30, { channels: 4 }), 3, 0.7],
    [pictureOf(90, 70), 0.12, 0.11],
    [pictureOf(2, 3), 63.5, 64],
  ] as const) {
    const geometry = geometryOf(picture, across, down);
    const scene = await sceneFor(picture, geometry);
    const { columns, rows } = cellsOf(geometry);
    const { channels } = picture.contents;
    const whole = (await scene.evaluate(columns, rows)).slice();
    const [x, y] = [columns.length >> 2, rows.length >> 1];
    for (const [left, top, width, height] of [
      [x, y, 1, 1],
      [0, 0, 1, 1],
      [columns.length - 1, rows.length - 1, 1, 1],
      [x, y, columns.length - x, 1],
      [x, y, 1, rows.length - y],
      [x, y, 5, 3],
    ] as const) {
      const part = await scene.evaluate(
        { ...columns, start: left, length: width },
        { ...rows, start: top, length: height },
      );
      for (let row = 0; row < height; row++) {
        const from = ((top + row) * columns.length + left) * channels;
        const run = width * channels;
        assert.equal(part.slice(row * run, (row + 1) * run), whole.slice(from, from + run));
      }
    }
  }
});

/** So small that filters see every edge from everywhere, and one with experts. */
const SMALL: readonly (readonly [number, number, Options])[] = [
  [1, 1, {}],
  [1, 7, {}],
  [7, 1, {}],
  [2, 2, {}],
  [5, 3, {}],
  [4, 5, { selectors: [TILE, SEGMENT] }],
];

for (const filters of [0, 1, 2, 3]) {
  test(`${filters} filters at edges and corners of small pictures: the specified bits, of all and of every crossing alone`, async () => {
    for (const [width, height, options] of SMALL) {
      const picture = pictureOf(width, height, { ...options, channels: 2, filters });
      for (const [across, down] of [
        [2, 2],
        [3, 3],
        [1.3, 1.3],
        [2, 1],
        [1, 3],
      ] as const) {
        const geometry = geometryOf(picture, across, down);
        const reference = new OutputsReference(picture, geometry.width, geometry.height);
        const scene = await sceneFor(picture, geometry);
        const { columns, rows } = cellsOf(geometry);
        const whole = (await scene.evaluate(columns, rows)).slice();
        for (let row = 0; row < rows.length; row++) {
          for (let column = 0; column < columns.length; column++) {
            const place = `${width}x${height} by ${across}, ${down}: ${column}, ${row}`;
            const expected = valuesOf(reference.at(column, row));
            const from = 2 * (row * columns.length + column);
            assert.equal(Array.from(whole.subarray(from, from + 2)), expected, place);
            const alone = await scene.evaluate(
              { ...columns, start: column, length: 1 },
              { ...rows, start: row, length: 1 },
            );
            assert.equal(Array.from(alone), expected, `${place} alone`);
          }
        }
      }
    }
  });
}

test('filters of a flat field see no edge of an enlarged picture', async () => {
  const picture = pictureOf(6, 4);
  for (const plane of picture.latents) plane.fill(3);
  const geometry = geometryOf(picture, 2, 3);
  const { columns, rows } = cellsOf(geometry);
  const values = await (await sceneFor(picture, geometry)).evaluate(columns, rows);
  const first = Array.from(values.subarray(0, 3));
  for (let at = 0; at < values.length; at += 3) {
    for (const [channel, value] of first.entries())
      assert.ok(Math.abs((values[at + channel] as number) - value) < 1e-5);
  }
});

test('nothing jumps at pixel centres or edges', async () => {
  const picture = pictureOf(20, 12);
  const reference = new PyramidReference(picture, SPECIFIED);
  const near = 2 ** -16;
  for (const [x, y] of [
    [0, 5],
    [4, 0],
    [19, 5],
    [7, 11],
  ] as const) {
    const native = reference.featuresAt(x, y);
    for (const dy of [-near, 0, near]) {
      for (const dx of [-near, 0, near]) {
        for (const [i, value] of reference.featuresAt(x + dx, y + dy).entries()) {
          assert.ok(Math.abs(value - (native[i] as number)) < 3e-3, `${x + dx}, ${y + dy}: ${i}`);
        }
      }
    }
  }
});

function isReducibleField({ pyramid }: FieldContents): boolean {
  return pyramid !== null && !pyramid.model.field.hasExperts;
}

/** So dear that few positions are evaluated at once. */
const DEAR: CostOf = (columns, rows) => {
  return { positions: columns * rows, multiplyAdds: 2 ** 20 * columns * rows };
};

async function render(contents: FieldContents, options: DecodeOptions, cost?: CostOf): Promise<number[]> {
  const geometry = outputGeometry(contents, options, DEFAULT_LIMITS, isReducibleField(contents));
  const slices = new TimeSlices();
  const scene = await sceneOf(contents, geometry, slices);
  const samples: number[] = [];
  const roomFor: RoomFor = (count) => allocateSamples(16, count);
  const bands = renderBands({ ...scene, ...(cost && { cost }) }, geometry, slices, roomFor);
  for await (const band of bands) samples.push(...band);
  return samples;
}

/** At all corners, and in the middle. */
function cropsOf(width: number, height: number): Crop[] {
  const [wide, high] = [Math.ceil(width / 3), Math.ceil(height / 9)];
  return [
    { x: 0, y: 0, width: 1, height: 1 },
    { x: width - wide, y: 0, width: wide, height: high },
    { x: 0, y: height - high, width: wide, height: high },
    { x: width - 1, y: height - 1, width: 1, height: 1 },
    { x: (width - wide) >> 1, y: (height - high) >> 1, width: wide, height: high },
  ];
}

for (const [name, { contents }] of [
  ...PICTURES.filter(([name]) => ['colour', 'a line', 'one pixel', 'tiles and classes'].includes(name)),
  ['a row', pictureOf(61, 1)],
] as const) {
  test(`${name}: pieces and crops change nothing, at any scale`, async () => {
    for (const scale of [0.06, 0.1, 0.4, 1, 2, 2.3]) {
      const whole = await render(contents, { scale });
      const { width, height } = outputGeometry(contents, { scale }, DEFAULT_LIMITS);
      assert.is(whole.length, width * height * contents.channels);
      if (height < 100) assert.equal(await render(contents, { scale }, DEAR), whole);
      for (const crop of cropsOf(width, height)) {
        const run = crop.width * contents.channels;
        const expected = Array.from({ length: crop.height }, (_, row) => {
          const from = ((crop.y + row) * width + crop.x) * contents.channels;
          return whole.slice(from, from + run);
        });
        assert.equal(await render(contents, { scale, crop }), expected.flat());
      }
    }
  });
}

/** The classes that the specification derives, from the reference of another field: one expert, no filters, coarse latents. */
function derivedClassOf(picture: Picture, thresholds: readonly number[]): (x: number, y: number) => number {
  const { model, parameters } = picture;
  const { spec } = model.field;
  const layers = spec.layers.map((layer) => ({ ...layer, selector: ONE }));
  const tensors = model.field.tensors.filter(({ layer }) => layer < layers.length);
  const first = tensors.flatMap(({ offset, length, experts }) =>
    Array.from(parameters.subarray(offset, offset + length / experts)),
  );
  const coarse = new PyramidReference(
    {
      ...picture,
      model: modelOf({ ...spec, layers, filters: 0 }, model.context.spec, model),
      parameters: Float32Array.from(first),
      latents: model.planes.map(({ level, index }) =>
        (picture.latents[index] as Int16Array).map((latent) => (level < 2 ? 0 : latent)),
      ),
      tupleAt: () => 0,
    },
    SPECIFIED,
  );
  return (x, y) => {
    const bytes = coarse
      .at(x, y)
      .map((v) => Math.min(255, Math.max(0, Math.floor(((v + 1) * 255) / 2 + 0.5))));
    const [r, g, b] = bytes as [number, number, number];
    const luma = bytes.length < 3 ? r : Math.floor((299 * r + 587 * g + 114 * b + 500) / 1000);
    return thresholds.filter((threshold) => luma > threshold).length;
  };
}

for (const [name, thresholds, options] of [
  ['colour', [110, 127, 140], { bound: 40, selectors: [ONE, SEGMENT] }],
  [
    'grey and alpha, tiles',
    [116, 122, 126],
    { bound: 40, channels: 2, hidden: [5, 4], selectors: [SEGMENT, TILE, SEGMENT] },
  ],
  ['two planes', [127, 127, 128], { planes: pyramidPlanes(2), selectors: [SEGMENT, ONE] }],
  [
    'coarse planes before fine ones',
    [124, 127, 130],
    { bound: 40, planes: pyramidPlanes(5).slice(1).reverse(), selectors: [ONE, SEGMENT] },
  ],
] as const satisfies readonly (readonly [string, Thresholds, Options])[]) {
  test(`derived classes, ${name}: the specified bits at any scale, whatever the crop`, async () => {
    const drawn = pictureOf(23, 15, options);
    const contents: FieldContents = { ...drawn.contents, segmentation: { kind: 'derived', thresholds } };
    const { spec } = drawn.model.field;
    const classOf = derivedClassOf(drawn, thresholds);
    const seen = new Set<number>();
    const tupleAt = (x: number, y: number): number => {
      const label = classOf(x, y);
      seen.add(label);
      return selectTuple(spec, centre(x, 23), centre(y, 15), label);
    };
    for (const factor of [1, 1.7, 3]) {
      const geometry = outputGeometry(contents, { scale: factor }, DEFAULT_LIMITS);
      const { width, height } = geometry;
      const reference = new OutputsReference({ ...drawn, tupleAt }, width, height);
      const scene = await sceneOf(contents, geometry, new TimeSlices());
      const columns = { start: width >> 2, length: 7, count: width };
      const rows = { start: height >> 2, length: 3, count: height };
      visitSome(columns, rows, await scene.evaluate(columns, rows), 21, (column, row, got) => {
        assert.equal(got, valuesOf(reference.at(column, row)), `${factor}: ${column}, ${row}`);
      });
    }
    if (drawn.latents.length > 2) assert.ok(seen.size > 2, `${[...seen]}`);
    for (const scale of [1, 2.3]) {
      const { width, height } = outputGeometry(contents, { scale }, DEFAULT_LIMITS);
      const run = width * contents.channels;
      const whole = await render(contents, { scale });
      const crop = { x: 0, y: height >> 1, width, height: 2 };
      const expected = whole.slice(crop.y * run, (crop.y + 2) * run);
      assert.equal(await render(contents, { scale, crop }), expected);
    }
  });
}

test('a shrunk picture is the mean of its samples', async () => {
  const { contents } = pictureOf(12, 6, { channels: 1 });
  const [native, halved] = [await render(contents, {}), await render(contents, { scale: 0.5 })];
  for (const [i, sample] of halved.entries()) {
    const first = 2 * (i % 6) + 24 * Math.floor(i / 6);
    const cells = [first, first + 1, first + 12, first + 13].map((at) => native[at] as number);
    if (cells.some((cell) => cell === 0 || cell === 65535)) continue;
    assert.ok(Math.abs(sample - cells.reduce((sum, cell) => sum + cell) / 4) <= 1);
  }
});

test('an enhancement layer is added at cells of lattices, and small pictures have none of it', async () => {
  const picture = pictureOf(20, 12, { channels: 1 });
  const layer = pictureOf(20, 12, { channels: 1, planes: pyramidPlanes(1), bound: 30 });
  const planes = [layer.latents[0] as Int16Array];
  const contents = { ...picture.contents, enhancement: { stepIndex: -70, planes } };
  const step = Math.fround(stepOf(-70));
  const plane = new PyramidReference(layer, SPECIFIED);
  const atCells = ([v]: number[], x: number, y: number) => {
    const [latent] = plane.featuresAt(x, y) as [number];
    return [Math.fround(Math.min(1, Math.max(-1, v as number)) + Math.fround(latent * step))];
  };
  for (const [across, down] of FACTORS) {
    const geometry = geometryOf(picture, across, down);
    const { width, height } = geometry;
    const reference = new OutputsReference(picture, width, height, { isReducible: true, atCells });
    const { columns, rows } = cellsOf(geometry);
    const scene = await sceneOf(contents, geometry, new TimeSlices());
    const values = await scene.evaluate(columns, rows);
    visitSome(columns, rows, values, 7, (column, row, got) => {
      assert.equal(got, reference.at(column, row), `${width}x${height}: ${column}, ${row}`);
    });
  }
});

test('an aborted signal stops at the next piece', async () => {
  const { contents } = pictureOf(40, 30);
  const controller = new AbortController();
  const done: number[] = [];
  const geometry = outputGeometry(contents, { scale: 8 }, DEFAULT_LIMITS);
  const slices = new TimeSlices(controller.signal);
  const scene = { ...(await sceneOf(contents, geometry, slices)), cost: DEAR };
  const roomFor: RoomFor = (count) => allocateSamples(16, count);
  const bands = renderBands(scene, geometry, slices, roomFor, (share) => {
    done.push(share);
    controller.abort();
  });
  const error = await (async () => {
    for await (const _ of bands);
  })().catch((reason) => reason);
  assert.ok(error instanceof LoecError && error.code === 'E_ABORTED');
  assert.is(done.length, 1);
});

test.run();
