import type { DecodeOptions } from '../../src/decode.ts';
import { LoecError } from '../../src/errors.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { outputGeometry } from '../../src/render/geometry.ts';
import { assert, suite } from '../harness.ts';

const test = suite('geometry');
const KODAK = { width: 768, height: 512 };

function sizeOf(picture: { width: number; height: number }, options: DecodeOptions): [number, number] {
  const { width, height } = outputGeometry(picture, options, DEFAULT_LIMITS);
  return [width, height];
}

function fails(code: string, message: RegExp, picture: typeof KODAK, options: DecodeOptions): void {
  assert.throws(
    () => outputGeometry(picture, options, DEFAULT_LIMITS),
    (error: unknown) => error instanceof LoecError && error.code === code && message.test(error.message),
  );
}

test('a scale multiplies both sides', () => {
  for (const [scale, width, height] of [
    [0.05, 38, 26],
    [0.5, 384, 256],
    [1, 768, 512],
    [2, 1536, 1024],
    [3.7, 2842, 1894],
  ] as const) {
    assert.equal(sizeOf(KODAK, { scale }), [width, height]);
  }
  assert.equal(sizeOf({ width: 33, height: 17 }, { scale: 64 }), [2112, 1088]);
  assert.equal(sizeOf({ width: 1, height: 3 }, { scale: 0.05 }), [1, 1]);
  assert.equal(sizeOf(KODAK, {}), [768, 512]);
});

test('one side given keeps the aspect ratio, two are taken as they are', () => {
  assert.equal(sizeOf(KODAK, { width: 300 }), [300, 200]);
  assert.equal(sizeOf(KODAK, { height: 1000 }), [1500, 1000]);
  assert.equal(sizeOf(KODAK, { width: 100, height: 900 }), [100, 900]);
  assert.equal(sizeOf({ width: 1000, height: 3 }, { width: 100 }), [100, 1]);
});

test('sizes out of range are refused, naming the option', () => {
  for (const scale of [0, 0.049, 64.1, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    fails('E_USAGE', /for scale/, KODAK, { scale });
  }
  for (const width of [0, -5, 1.5, Number.NaN]) fails('E_USAGE', /for width/, KODAK, { width });
  fails('E_USAGE', /for height/, KODAK, { height: 5 });
  fails('E_USAGE', /for width/, KODAK, { width: 768 * 65 });
  fails('E_USAGE', /width and height/, KODAK, { width: 768, height: 512 * 65 });
  fails('E_USAGE', /exclude each other/, KODAK, { scale: 1, width: 5 });
});

test('crops lie within the output', () => {
  const inside = { x: 767, y: 0, width: 1, height: 512 };
  assert.equal(outputGeometry(KODAK, { crop: inside }, DEFAULT_LIMITS).crop, inside);
  for (const wrong of [
    { x: 768 },
    { x: -1 },
    { y: 1 },
    { width: 2 },
    { width: 0 },
    { height: 513 },
    { height: 0.5 },
    { x: Number.NaN },
  ]) {
    fails('E_USAGE', /768x512 for crop/, KODAK, { crop: { ...inside, ...wrong } });
  }
  const enlarged = outputGeometry(KODAK, { scale: 2, crop: { ...inside, y: 512 } }, DEFAULT_LIMITS);
  assert.equal([enlarged.width, enlarged.height], [1536, 1024]);
});

test('the limit counts the pixels that are evaluated', () => {
  const limits = { ...DEFAULT_LIMITS, outputPixels: 1000 };
  const crop = { x: 5, y: 5, width: 100, height: 10 };
  assert.is(outputGeometry(KODAK, { scale: 64, crop }, limits).width, 49152);
  assert.throws(
    () => outputGeometry(KODAK, { scale: 64, crop: { ...crop, width: 101 } }, limits),
    (error: unknown) => error instanceof LoecError && error.code === 'E_LIMIT',
  );
});

test('a shrunk pixel has at least a sample per pixel of the original, an enlarged one has one', () => {
  for (const [options, x, y] of [
    [{ scale: 1 }, 1, 1],
    [{ scale: 3.7 }, 1, 1],
    [{ scale: 0.5 }, 2, 2],
    [{ scale: 0.4 }, 3, 3],
    [{ scale: 0.05 }, 21, 20],
    [{ width: 192, height: 512 }, 4, 1],
    [{ width: 1536, height: 128 }, 1, 4],
  ] as const) {
    const { samplesX, samplesY } = outputGeometry(KODAK, options, DEFAULT_LIMITS);
    assert.equal([samplesX, samplesY], [x, y], JSON.stringify(options));
  }
});

test.run();
