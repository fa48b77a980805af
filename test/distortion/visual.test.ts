/** @file The kernels of the visual distortion against its definition. */

import type { PictureDistortion, Place } from '../../src/distortion/distortion.ts';
import { planarTargets } from '../../src/distortion/planar.ts';
import visualChecked from '../../src/distortion/visual/kernels/built/visual-checked.ts';
import { openVisual } from '../../src/distortion/visual/visual.ts';
import { LoecError } from '../../src/errors.ts';
import { seededRandom } from '../../src/field/random.ts';
import type { BitDepth, ChannelCount, Raster } from '../../src/image/raster.ts';
import { compileModule } from '../../src/wasm/module.ts';
import { PAGE_BYTES, roundUp } from '../../src/wasm/pages.ts';
import { type Region, SharedMemory } from '../../src/wasm/shared-memory.ts';
import { relativeError } from '../engine/problems.ts';
import { assert, suite } from '../harness.ts';
import { rasterOf } from '../image/rasters.ts';
import { visualReference } from './visual-reference.ts';

const test = suite('the visual distortion');

/** Of premultiplied colours. */
const BASE = [0.1, -0.3, 0.2];

/** Waves, noise, a flat part, and pixels that can be seen through where there is alpha: their colours are premultiplied. */
function pictureOf(width: number, height: number, channels: ChannelCount, depth: BitDepth): Raster {
  const random = seededRandom(100 * width + height);
  const colourAt = (x: number, y: number, channel: number): number => {
    if (x > 0.7 * width) return 0.2 + 0.1 * channel;
    return 0.5 + 0.3 * Math.sin(0.5 * x + channel) * Math.cos(0.3 * y) + 0.15 * (random() - 0.5);
  };
  const hasAlpha = channels % 2 === 0;
  return rasterOf(width, height, channels, depth, (x, y, channel) => {
    const alpha = hasAlpha ? Math.min(1, Math.max(0, (x + y) / 20 - 0.3)) : 1;
    if (hasAlpha && channel === channels - 1) return alpha;
    return 0.5 + alpha * (colourAt(x, y, channel) - 0.5);
  });
}

/** The picture's values, blurred a little, with errors; some of them beyond their range. */
function outputsOf(picture: Raster): Float32Array {
  const random = seededRandom(picture.width);
  const targets = planarTargets(picture);
  return targets.map((value, i) => {
    const near = (targets[i - 1] ?? value) + (targets[i + 1] ?? value);
    return 0.6 * value + 0.25 * near + 0.2 * (random() - 0.5);
  });
}

async function withVisual(
  picture: Raster,
  place: Place | undefined,
  module: WebAssembly.Module | undefined,
  use: (measured: PictureDistortion) => Promise<void> | void,
): Promise<void> {
  const measured = await openVisual(picture, BASE, place, module);
  try {
    await use(measured);
  } finally {
    await measured.dispose();
  }
}

const PICTURES = [
  pictureOf(8, 8, 3, 8),
  pictureOf(5, 12, 3, 8),
  pictureOf(9, 17, 1, 8),
  pictureOf(40, 23, 3, 16),
  pictureOf(33, 18, 4, 8),
  pictureOf(17, 30, 2, 16),
  pictureOf(131, 70, 3, 8),
  pictureOf(24, 201, 1, 16),
] as const;

const nameOf = ({ width, height, channels, depth }: Raster): string =>
  `${width}x${height}x${channels} at ${depth} bits`;

for (const picture of PICTURES) {
  test(`${nameOf(picture)}: value, gradient and local model are those of the definition`, async () => {
    const outputs = outputsOf(picture);
    const expected = visualReference(picture, outputs, BASE);
    for (const module of [undefined, compileModule(visualChecked)]) {
      await withVisual(picture, { threads: 1 }, module, async (measured) => {
        const gradient = new Float32Array(outputs.length);
        const kept = outputs.slice();
        const value = await measured.evaluate(outputs, gradient);
        assert.ok(Math.abs(value / expected.value - 1) < 2e-5, `${value} in place of ${expected.value}`);
        assert.is(await measured.evaluate(outputs, null), value);
        const error = relativeError(gradient, expected.gradient);
        assert.ok(error < 2e-5, `gradient: ${error}`);
        const { weights, targets } = measured.localModel(outputs.slice());
        const weightError = relativeError(weights, expected.weights);
        assert.ok(weightError < 2e-5, `weights: ${weightError}`);
        const slopes = outputs.map(
          (output, i) => 2 * (weights[i] as number) * (output - (targets[i] as number)),
        );
        assert.ok(relativeError(slopes, gradient) < 1e-4);
        assert.equal(outputs, kept);
      });
    }
  });
}

/** Of enough bands for three threads. */
const tall = pictureOf(37, 201, 3, 8);

test('results depend neither on threads nor on where outputs lie', async () => {
  const outputs = outputsOf(tall);
  const results: unknown[] = [];
  for (const threads of [1, 3]) {
    const shared = new SharedMemory();
    await withVisual(tall, { shared, threads }, undefined, async (measured) => {
      const gradient = new Float32Array(outputs.length);
      const value = await measured.evaluate(outputs, gradient);
      const bytes = roundUp(outputs.byteLength + PAGE_BYTES, PAGE_BYTES);
      const { start } = shared.map((at) => ({ start: at, end: at + bytes }));
      const inPlace = new Float32Array(shared.memory.buffer, start, outputs.length);
      inPlace.set(outputs);
      assert.is(await measured.evaluate(inPlace, null), value);
      assert.equal([...inPlace], [...outputs]);
      assert.is(await measured.evaluate(inPlace, inPlace), value);
      assert.equal([...inPlace], [...gradient]);
      results.push({ value, gradient, ...measured.localModel(outputs.slice()) });
    });
  }
  assert.equal(results[1], results[0]);
});

test('its memory is given back', async () => {
  const shared = new SharedMemory();
  const region = () => shared.map((start) => ({ start, end: start + PAGE_BYTES }));
  const first = region();
  shared.unmap(first);
  await withVisual(pictureOf(20, 30, 4, 8), { shared, threads: 1 }, undefined, () => {
    const during = region();
    assert.ok(during.start > first.start);
    shared.unmap(during);
  });
  assert.is(region().start, first.start);
});

/** Has room for so many regions. */
class SmallMemory extends SharedMemory {
  #left: number;

  constructor(regions: number) {
    super();
    this.#left = regions;
  }

  override map<R extends Region>(planAt: (start: number) => R): R {
    if (this.#left-- === 0) throw new LoecError('E_LIMIT', 'no room for a region');
    return super.map(planAt);
  }
}

test('where memory does not suffice, what there was is given back', async () => {
  for (const regions of [0, 1, 2, 3]) {
    const shared = new SmallMemory(regions);
    let failure: unknown;
    await openVisual(pictureOf(20, 30, 4, 8), BASE, { shared, threads: 1 }).catch((error) => {
      failure = error;
    });
    assert.match((failure as LoecError).message, /no room/, `${regions} regions`);
    const { start } = shared.map((at) => ({ start: at, end: at + PAGE_BYTES }));
    assert.is(start, PAGE_BYTES, `${regions} regions`);
  }
});

test('with alpha it is the mean of what is seen on black and on white', async () => {
  const picture = pictureOf(24, 20, 4, 16);
  const pixels = 24 * 20;
  const outputs = planarTargets(picture);
  const seenOn = (background: number): Float32Array =>
    outputs.slice(0, 3 * pixels).map((colour, i) => {
      const alpha = ((outputs[3 * pixels + (i % pixels)] as number) + 1) / 2;
      const base = BASE[Math.floor(i / pixels)] as number;
      return colour + alpha * base + (1 - alpha) * background;
    });
  const [onBlack, onWhite] = [seenOn(-1), seenOn(1)];
  const seen = (values: Float32Array) =>
    rasterOf(24, 20, 3, 16, (x, y, c) => ((values[c * pixels + 24 * y + x] as number) + 1) / 2);
  // Moves of colour and alpha that cancel on white, and add up on black.
  const changed = outputs.map((value, i) => {
    const factor = i < 3 * pixels ? 0.05 * (1 - (BASE[Math.floor(i / pixels)] as number)) : 0.1;
    return value + factor * Math.sin(i % pixels);
  });
  const changedOnBlack = onBlack.map((value, i) => value + 0.1 * Math.sin(i % pixels));
  let expected = 0;
  await withVisual(seen(onBlack), { threads: 1 }, undefined, async (measured) => {
    expected = (await measured.evaluate(changedOnBlack, null)) / 2;
  });
  await withVisual(seen(onWhite), { threads: 1 }, undefined, async (measured) => {
    assert.ok((await measured.evaluate(onWhite, null)) < 1e-8);
  });
  await withVisual(picture, { threads: 1 }, undefined, async (measured) => {
    assert.ok((await measured.evaluate(outputs, null)) < 1e-8);
    const value = await measured.evaluate(changed, null);
    assert.ok(expected > 1e-5 && Math.abs(value / expected - 1) < 1e-3, `${value} in place of ${expected}`);
  });
});

test.run();
