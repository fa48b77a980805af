import type { DecodeOptions } from '../../src/decode.ts';
import { LoecError } from '../../src/errors.ts';
import { type Cells, centres } from '../../src/field/grid.ts';
import { allocateSamples } from '../../src/image/raster.ts';
import { valuesToSamples } from '../../src/image/values.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { renderBands } from '../../src/render/bands.ts';
import { outputGeometry } from '../../src/render/geometry.ts';
import type { Scene } from '../../src/render/scene.ts';
import { TimeSlices } from '../../src/time-slices.ts';
import { assert, suite } from '../harness.ts';

const test = suite('bands');
const SIZE = { width: 40, height: 30 };

/** Two channels that are a function of the position. */
const colourAt = (x: number, y: number): [number, number] => [0.9 * x * y, 0.5 * Math.sin(40 * x) + 0.3 * y];

function sceneOf(evaluated: number[] = []): Scene {
  const positions = ({ start, length, count }: Cells) => centres(start, length, count);
  const evaluate = (columns: Cells, rows: Cells): Float32Array => {
    evaluated.push(columns.length * rows.length);
    const values: number[] = [];
    for (const y of positions(rows)) for (const x of positions(columns)) values.push(...colourAt(x, y));
    return Float32Array.from(values);
  };
  const cost = (columns: number, rows: number) => {
    return { positions: columns * rows, multiplyAdds: 1000 * columns * rows };
  };
  return { channels: 2, values: 2, cost, evaluate, samplesOf: (values) => valuesToSamples(values, 16) };
}

async function render(options: DecodeOptions, scene = sceneOf(), signal?: AbortSignal): Promise<number[]> {
  const samples: number[] = [];
  const geometry = outputGeometry(SIZE, options, DEFAULT_LIMITS);
  const slices = new TimeSlices(signal);
  for await (const band of renderBands(scene, geometry, slices, (count) => allocateSamples(16, count))) {
    assert.is(band.length % (2 * geometry.crop.width), 0);
    for (const sample of band) samples.push(sample);
  }
  return samples;
}

/** The mean over a pixel's area by many more samples than are asked for. */
function meanColour(column: number, row: number, width: number, height: number): number[] {
  const fine = 16;
  const sums = [0, 0];
  for (let k = 0; k < fine * fine; k++) {
    const x = (2 * (column + ((k % fine) + 0.5) / fine)) / width - 1;
    const y = (2 * (row + (Math.floor(k / fine) + 0.5) / fine)) / height - 1;
    colourAt(x, y).forEach((value, channel) => {
      sums[channel] = (sums[channel] ?? 0) + value / fine ** 2;
    });
  }
  return sums.map((value) => (Math.min(1, Math.max(-1, value)) + 1) * 32767.5);
}

test('a shrunk picture is the mean over each pixel’s area', async () => {
  const samples = await render({ scale: 0.2 });
  assert.is(samples.length, 8 * 6 * 2);
  for (let pixel = 0; pixel < 48; pixel++) {
    const exact = meanColour(pixel % 8, Math.floor(pixel / 8), 8, 6);
    exact.forEach((value, channel) => {
      assert.ok(Math.abs((samples[2 * pixel + channel] ?? 0) - value) < 1000, `${pixel}: ${value}`);
    });
  }
});

test('an enlarged picture is the field at its pixels’ centres', async () => {
  const samples = await render({ scale: 3.7 });
  const at = (column: number, row: number): number => 2 * (row * 148 + column);
  for (const [column, row] of [
    [0, 0],
    [147, 110],
    [60, 17],
  ] as const) {
    const [grey] = colourAt((2 * column + 1) / 148 - 1, (2 * row + 1) / 111 - 1);
    assert.ok(Math.abs((samples[at(column, row)] ?? 0) - (grey + 1) * 32767.5) < 1);
  }
});

test('a crop is the crop of the whole, at any scale', async () => {
  const crop = { x: 3, y: 2, width: 5, height: 7 };
  for (const scale of [0.5, 1, 2.3]) {
    const width = Math.round(40 * scale);
    const whole = await render({ scale });
    const expected = Array.from({ length: 7 }, (_, row) => {
      const start = 2 * ((row + 2) * width + 3);
      return whole.slice(start, start + 10);
    }).flat();
    assert.equal(await render({ scale, crop }), expected);
  }
});

test('bands bound what is evaluated at once', async () => {
  const evaluated: number[] = [];
  await render({ scale: 20 }, sceneOf(evaluated));
  assert.ok(evaluated.length > 3 && Math.max(...evaluated) <= 2 ** 18, String(evaluated));
  assert.is(
    evaluated.reduce((sum, count) => sum + count, 0),
    800 * 600,
  );
});

test('an aborted signal stops at the next band', async () => {
  const controller = new AbortController();
  const evaluated: number[] = [];
  const scene = sceneOf(evaluated);
  const stopping: Scene = {
    ...scene,
    evaluate: (columns, rows) => {
      controller.abort();
      return scene.evaluate(columns, rows);
    },
  };
  const error = await render({ scale: 20 }, stopping, controller.signal).catch((reason) => reason);
  assert.ok(error instanceof LoecError && error.code === 'E_ABORTED');
  assert.is(evaluated.length, 1);
});

test.run();
