import type { FieldContents } from '../../src/container/contents.ts';
import type { DecodeOptions } from '../../src/decode.ts';
import { LoecError } from '../../src/errors.ts';
import { centre, pixelPositions } from '../../src/field/grid.ts';
import { type Model, modelOf } from '../../src/field/model.ts';
import { MAX_LATENT, type PlaneSpec, pyramidPlanes } from '../../src/field/pyramid.ts';
import { seededRandom } from '../../src/field/random.ts';
import { classesOfRow, type RasterSegmentation } from '../../src/field/segmentation.ts';
import { selectTuple } from '../../src/field/selectors.ts';
import type { FieldSpec, Selector } from '../../src/field/spec.ts';
import { splineCoefficients } from '../../src/field/spline.ts';
import type { Thresholds } from '../../src/field/thresholds.ts';
import type { ChannelCount } from '../../src/image/raster.ts';
import { allocateSamples } from '../../src/image/raster.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { type RoomFor, renderBands } from '../../src/render/bands.ts';
import { outputGeometry } from '../../src/render/geometry.ts';
import type { CostOf } from '../../src/render/pieces.ts';
import { coefficientsOf, createPyramidEvaluator } from '../../src/render/pyramid/evaluator.ts';
import { sceneOf } from '../../src/render/scene.ts';
import { plainMapping } from '../../src/samples/mapping.ts';
import { finish, TimeSlices } from '../../src/time-slices.ts';
import { assert, suite } from '../harness.ts';
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
}

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
      classesOfRow(segmentation, Float64Array.of(column), row)[0] as number,
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

/** Output sizes over the picture's own: natively, whole and odd factors. */
const FACTORS = [1, 3, 1.7, 0.8];

function axesOf({ width, height }: Model, factor: number): { columns: Float64Array; rows: Float64Array } {
  const axis = (pixels: number): Float64Array => {
    const count = Math.max(1, Math.round(factor * pixels));
    return pixelPositions({ start: 0, length: count, count }, pixels);
  };
  return { columns: axis(width), rows: axis(height) };
}

async function evaluate(picture: Picture, columns: Float64Array, rows: Float64Array): Promise<Float32Array> {
  const { model, parameters, latents } = picture;
  const coefficients = await coefficientsOf(model, latents, new TimeSlices());
  const evaluator = await createPyramidEvaluator(model, parameters, latents, coefficients);
  const reach = evaluator.layerCrossings({ columns, rows });
  const tuples = Array.from(reach.rows, (y) => Array.from(reach.columns, (x) => picture.tupleAt(x, y)));
  const isNeeded = picture.model.field.hasExperts;
  return evaluator.evaluate(columns, rows, isNeeded ? Uint32Array.from(tuples.flat()) : null);
}

/** Visits about `count` of the crossings with what was evaluated there. */
function visitSome(
  { columns, rows }: { columns: Float64Array; rows: Float64Array },
  values: Float32Array,
  count: number,
  visit: (x: number, y: number, values: number[]) => void,
): void {
  const crossings = columns.length * rows.length;
  const channels = values.length / crossings;
  const stride = Math.max(1, Math.floor(crossings / count));
  for (let i = 0; i < crossings; i += stride) {
    const [x, y] = [columns[i % columns.length] as number, rows[Math.floor(i / columns.length)] as number];
    visit(x, y, Array.from(values.subarray(i * channels, (i + 1) * channels)));
  }
}

for (const [name, picture] of PICTURES) {
  test(`${name}: the specified bits, and right to a few of them`, async () => {
    const specified = new PyramidReference(picture, SPECIFIED);
    const exact = new PyramidReference(picture, EXACT);
    // Snakes of large latents multiply what rounding leaves.
    const largest = Math.max(...picture.latents.map((grid) => Math.max(...grid)));
    for (const factor of FACTORS) {
      const axes = axesOf(picture.model, factor);
      const values = await evaluate(picture, axes.columns, axes.rows);
      visitSome(axes, values, 12, (x, y, got) => {
        assert.equal(got, specified.at(x, y), `${factor}: ${x}, ${y}`);
        for (const [channel, value] of exact.at(x, y).entries()) {
          const error = Math.abs((got[channel] as number) - value);
          assert.ok(error < 2e-6 * (1 + largest), `${factor}: ${x}, ${y}: ${error}`);
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

test('the first grid’s spline goes through the latents', () => {
  for (const [width, height] of [
    [1, 1],
    [2, 1],
    [1, 3],
    [5, 4],
    [70, 50],
  ] as const) {
    const random = seededRandom(width);
    const values = Int16Array.from({ length: width * height }, () => Math.round(200 * (random() - 0.5)));
    const coefficients = finish(splineCoefficients(values, width, height));
    const at = (x: number, y: number): number => {
      const [column, row] = [Math.min(width - 1, Math.max(0, x)), Math.min(height - 1, Math.max(0, y))];
      return coefficients[row * width + column] as number;
    };
    const across = (x: number, y: number): number => (at(x - 1, y) + 4 * at(x, y) + at(x + 1, y)) / 6;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const value = (across(x, y - 1) + 4 * across(x, y) + across(x, y + 1)) / 6;
        assert.ok(Math.abs(value - (values[y * width + x] as number)) < 1e-4, `${x}, ${y}: ${value}`);
      }
    }
  }
});

test('nothing jumps at pixel centres or edges', async () => {
  const picture = pictureOf(20, 12);
  const near = 2 ** -16;
  const places = [-0.5, -near, 0, near, 4 - near, 4, 4 + near, 19 - near, 19, 19 + near, 19.5];
  const rows = Float64Array.of(5 - near, 5, 5 + near);
  const values = await evaluate(picture, Float64Array.from(places), rows);
  const at = (row: number, column: number) => values[3 * (row * places.length + column)] as number;
  for (const [row, column] of [
    [1, 2],
    [1, 5],
    [1, 8],
  ] as const) {
    for (const dy of [-1, 0, 1]) {
      for (const dx of [-1, 0, 1]) assert.ok(Math.abs(at(row + dy, column + dx) - at(row, column)) < 5e-4);
    }
  }
});

test('a crossing’s value does not depend on what is evaluated with it', async () => {
  for (const [picture, factor] of [
    [pictureOf(700, 9), 1.9],
    [pictureOf(9, 150, { selectors: [TILE, SEGMENT] }), 1],
    [pictureOf(40, 30, { channels: 4 }), 3],
  ] as const) {
    const { columns, rows } = axesOf(picture.model, factor);
    const { channels } = picture.contents;
    const whole = await evaluate(picture, columns, rows);
    const [x, y] = [columns.length >> 2, rows.length >> 1];
    for (const [width, height] of [
      [1, 1],
      [columns.length - x, 1],
      [1, rows.length - y],
      [5, 3],
    ] as const) {
      const part = await evaluate(picture, columns.subarray(x, x + width), rows.subarray(y, y + height));
      for (let row = 0; row < height; row++) {
        const from = ((y + row) * columns.length + x) * channels;
        const run = width * channels;
        assert.equal(part.slice(row * run, (row + 1) * run), whole.slice(from, from + run));
      }
    }
  }
});

/** So dear that few positions are evaluated at once. */
const DEAR: CostOf = (columns, rows) => {
  return { positions: columns * rows, multiplyAdds: 2 ** 20 * columns * rows };
};

async function render(contents: FieldContents, options: DecodeOptions, cost?: CostOf): Promise<number[]> {
  const geometry = outputGeometry(contents, options, DEFAULT_LIMITS);
  const slices = new TimeSlices();
  const scene = await sceneOf(contents, geometry, slices);
  const samples: number[] = [];
  const roomFor: RoomFor = (count) => allocateSamples(16, count);
  const bands = renderBands({ ...scene, ...(cost && { cost }) }, geometry, slices, roomFor);
  for await (const band of bands) samples.push(...band);
  return samples;
}

for (const name of ['colour', 'a line', 'one pixel', 'tiles and classes']) {
  const { contents } = (PICTURES.find(([other]) => other === name) as (typeof PICTURES)[number])[1];
  test(`${name}: pieces and crops change nothing, at any scale`, async () => {
    for (const scale of [0.4, 1, 2, 2.3]) {
      const whole = await render(contents, { scale });
      const { width, height } = outputGeometry(contents, { scale }, DEFAULT_LIMITS);
      assert.is(whole.length, width * height * contents.channels);
      if (height < 100) assert.equal(await render(contents, { scale }, DEAR), whole);
      const crop = {
        x: width >> 2,
        y: height >> 1,
        width: Math.ceil(width / 3),
        height: Math.ceil(height / 9),
      };
      const run = crop.width * contents.channels;
      const expected = Array.from({ length: crop.height }, (_, row) => {
        const from = ((crop.y + row) * width + crop.x) * contents.channels;
        return whole.slice(from, from + run);
      });
      assert.equal(await render(contents, { scale, crop }), expected.flat());
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
    const reference = new PyramidReference({ ...drawn, tupleAt }, SPECIFIED);
    const geometry = outputGeometry(contents, { scale: 3 }, DEFAULT_LIMITS);
    const scene = await sceneOf(contents, geometry, new TimeSlices());
    for (const factor of [1, 1.7, 3]) {
      const cells = (pixels: number) => {
        const count = Math.round(factor * pixels);
        return { start: count >> 2, length: 7, count };
      };
      const [columns, rows] = [cells(23), cells(15)];
      const xs = pixelPositions(columns, 23);
      const ys = pixelPositions({ ...rows, length: 3 }, 15);
      const values = scene.evaluate(columns, { ...rows, length: 3 });
      visitSome({ columns: xs, rows: ys }, values, 21, (x, y, got) => {
        assert.equal(got, reference.at(x, y), `${factor}: ${x}, ${y}`);
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
