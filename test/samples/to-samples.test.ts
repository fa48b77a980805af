/** @file Decoded samples of every kind of mapping against the specification, step by step: at pixels, between them, and means of them. */

import type { FieldContents } from '../../src/container/contents.ts';
import { pixelPositions } from '../../src/field/grid.ts';
import { modelOf } from '../../src/field/model.ts';
import { pyramidPlanes } from '../../src/field/pyramid.ts';
import { seededRandom } from '../../src/field/random.ts';
import type { FieldSpec } from '../../src/field/spec.ts';
import { allocateSamples, type BitDepth, type ChannelCount, peakOf } from '../../src/image/raster.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { renderBands } from '../../src/render/bands.ts';
import { outputGeometry } from '../../src/render/geometry.ts';
import type { OutputOptions } from '../../src/render/options.ts';
import { sceneOf } from '../../src/render/scene.ts';
import { type AlphaMapping, outputCount, type SampleMapping } from '../../src/samples/mapping.ts';
import { TimeSlices } from '../../src/time-slices.ts';
import { assert, suite } from '../harness.ts';
import { OutputsReference } from '../render/outputs-reference.ts';
import {
  classOfAlpha,
  opacitiesOfMask,
  type ReferenceSamples,
  referenceSamples,
  referenceValues,
} from './samples-reference.ts';

const test = suite('from outputs to samples');
const [WIDTH, HEIGHT] = [13, 9];

/** Where the classes of alpha are: a disc of each of the last two. */
const LABELS = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
  const distance = Math.hypot((i % WIDTH) - 5, Math.floor(i / WIDTH) - 4);
  return distance < 2.5 ? 1 : Number(distance < 4.2) * 2;
});
const MASK = LABELS.map((label) => label % 2);

interface Case {
  readonly channels: ChannelCount;
  readonly depth: BitDepth;
  readonly samples: ReferenceSamples;
  readonly labels?: Uint8Array;
}

const CASES: readonly Case[] = [
  { channels: 3, depth: 8, samples: { colours: 3, low: 0, high: 255, alpha: null } },
  { channels: 3, depth: 8, samples: { colours: 1, low: 0, high: 255, alpha: null } },
  { channels: 1, depth: 16, samples: { colours: 1, low: 500, high: 3500, alpha: null } },
  { channels: 3, depth: 16, samples: { colours: 1, low: 700, high: 700, alpha: null } },
  { channels: 4, depth: 8, samples: { colours: 3, low: 10, high: 200, alpha: 77 } },
  { channels: 4, depth: 8, samples: { colours: 1, low: 0, high: 255, alpha: 0 } },
  { channels: 4, depth: 8, samples: { colours: 3, low: 0, high: 255, alpha: 'mask' }, labels: MASK },
  { channels: 2, depth: 16, samples: { colours: 1, low: 9, high: 65000, alpha: 'mask' }, labels: MASK },
  {
    channels: 4,
    depth: 8,
    samples: { colours: 1, low: 0, high: 255, alpha: 'output', base: [200] },
    labels: LABELS,
  },
  {
    channels: 4,
    depth: 16,
    samples: { colours: 3, low: 99, high: 9999, alpha: 'output', base: [99, 5000, 11000] },
    labels: LABELS,
  },
  { channels: 2, depth: 8, samples: { colours: 1, low: 0, high: 255, alpha: 'output', base: [128] } },
];

function mappingOf({ alpha, colours, low, high, base = [] }: ReferenceSamples): SampleMapping {
  return { colours: colours as 1 | 3, low, high, alpha: alphaOf(alpha, base) };
}

function alphaOf(alpha: ReferenceSamples['alpha'], base: readonly number[]): AlphaMapping {
  if (typeof alpha === 'number') return { kind: 'constant', value: alpha };
  return alpha === 'output' ? { kind: 'output', base } : { kind: alpha ?? 'none' };
}

/** Random weights and latents. */
function contentsOf({ channels, depth, samples: reference, labels }: Case) {
  const random = seededRandom(17);
  const samples = mappingOf(reference);
  const spec: FieldSpec = {
    input: { kind: 'pyramid', planes: pyramidPlanes(3) },
    layers: [
      { width: 6, selector: { kind: 'one' }, activation: { kind: 'snake' } },
      { width: outputCount(samples), selector: { kind: 'one' }, activation: { kind: 'linear' } },
    ],
    filters: 1,
    overlap: 0,
  };
  const model = modelOf(spec, { neighbours: 1, coarser: 0, width: 8 }, { width: WIDTH, height: HEIGHT });
  const parameters = Float32Array.from({ length: model.field.parameters }, () => 0.6 * (random() - 0.4));
  const latents = model.planes.map((plane) =>
    Int16Array.from({ length: plane.width * plane.height }, () => Math.round(9 * random() - 5)),
  );
  const contents: FieldContents = {
    kind: 'field',
    width: WIDTH,
    height: HEIGHT,
    channels,
    depth,
    colour: [],
    metadata: [],
    samples,
    alpha: labels ? { width: WIDTH, height: HEIGHT, labels } : null,
    spec,
    weights: { kind: 'float32', parameters },
    start: null,
    pyramid: { model, latents, start: 0 },
    segmentation: null,
    enhancement: null,
    preset: '',
  };
  return {
    contents,
    pyramid: { model, parameters, latents, tupleAt: () => 0 },
  };
}

async function render(contents: FieldContents, options: OutputOptions): Promise<number[]> {
  const geometry = outputGeometry(contents, options, DEFAULT_LIMITS);
  const slices = new TimeSlices();
  const scene = await sceneOf(contents, geometry, slices);
  const samples: number[] = [];
  const roomFor = (count: number) => allocateSamples(contents.depth, count);
  for await (const band of renderBands(scene, geometry, slices, roomFor)) samples.push(...band);
  return samples;
}

const nameOf = ({ channels, depth, samples: { colours, low, high, alpha }, labels }: Case): string =>
  `${channels} x ${depth} bits, ${colours} for ${low} … ${high}, alpha ${alpha}${labels ? ' and classes' : ''}`;

for (const one of CASES) {
  const { channels, depth, samples, labels } = one;
  const { contents, pyramid } = contentsOf(one);
  const peak = peakOf(depth);

  const opacityAt = (x: number, y: number, scale: number): number => {
    assert.ok(labels);
    let opacities = opacitiesAt.get(scale);
    if (!opacities) {
      opacities = opacitiesOfMask(labels, contents, scale);
      opacitiesAt.set(scale, opacities);
    }
    return Math.fround(opacities(x, y));
  };
  const opacitiesAt = new Map<number, ReturnType<typeof opacitiesOfMask>>();

  /** The values at a column and a row that are evaluated; null where its class is a matter of rounding. */
  const valuesAt = (field: OutputsReference, i: number, j: number): number[] | null => {
    const { columns, rows } = field;
    const [x] = pixelPositions({ start: i, length: 1, count: columns }, WIDTH) as unknown as [number];
    const [y] = pixelPositions({ start: j, length: 1, count: rows }, HEIGHT) as unknown as [number];
    const [column, row] = [((i + 0.5) * WIDTH) / columns - 0.5, ((j + 0.5) * HEIGHT) / rows - 0.5];
    const scale = Math.min(columns / WIDTH, rows / HEIGHT);
    const label = !labels
      ? 2
      : samples.alpha === 'mask'
        ? opacityAt(x, y, scale)
        : classOfAlpha(labels, contents, column, row);
    return label === null ? null : referenceValues(field.at(i, j), samples, label, peak);
  };

  test(`${nameOf(one)}: the specified samples`, async () => {
    const seen = new Set<string>();
    for (const scale of [1, 2, 3, 2.6]) {
      const { width, height } = outputGeometry(contents, { scale }, DEFAULT_LIMITS);
      const rendered = await render(contents, { scale });
      const field = new OutputsReference(pyramid, width, height);
      for (let pixel = 0; pixel < width * height; pixel += scale > 1 ? 3 : 1) {
        const values = valuesAt(field, pixel % width, Math.floor(pixel / width));
        if (values === null) continue;
        const expected = referenceSamples(values, samples, contents, peak);
        assert.equal(
          rendered.slice(channels * pixel, channels * (pixel + 1)),
          expected,
          `${scale}: ${pixel}`,
        );
        seen.add(expected.join());
      }
    }
    const isOne = samples.low === samples.high || samples.alpha === 0;
    assert.ok(isOne ? seen.size === 1 : seen.size > 30, `${seen.size}`);
  });

  test(`${nameOf(one)}: smaller pictures have means of what is premultiplied`, async () => {
    const options = { width: 7, height: 5 };
    const rendered = await render(contents, options);
    const field = new OutputsReference(pyramid, options.width, options.height);
    for (let pixel = 0; pixel < 35; pixel++) {
      const sums = Array<number>(5).fill(0);
      let isSure = true;
      for (const [dx, dy] of [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ] as const) {
        const values = valuesAt(field, 2 * (pixel % 7) + dx, 2 * Math.floor(pixel / 7) + dy);
        if (values === null) isSure = false;
        for (const [i, value] of (values ?? []).entries()) sums[i] = (sums[i] as number) + value;
      }
      if (!isSure) continue;
      const means = sums.map((sum) => Math.fround(sum / 4));
      const expected = referenceSamples(means, samples, contents, peak);
      assert.equal(rendered.slice(channels * pixel, channels * (pixel + 1)), expected, `${pixel}`);
    }
  });

  test(`${nameOf(one)}: a crop is the crop of the whole`, async () => {
    for (const scale of [1, 2.6, 0.5]) {
      const { width, height } = outputGeometry(contents, { scale }, DEFAULT_LIMITS);
      const whole = await render(contents, { scale });
      const crop = { x: width >> 2, y: height >> 1, width: width >> 1, height: height >> 2 };
      const part = await render(contents, { scale, crop });
      const expected = Array.from({ length: crop.height }, (_, row) => {
        const from = ((crop.y + row) * width + crop.x) * channels;
        return whole.slice(from, from + crop.width * channels);
      });
      assert.equal(part, expected.flat());
    }
  });
}

test.run();
