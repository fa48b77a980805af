/** @file The options of encode as programs give them: wrong names, wrong types, wrong values. */

import { LoecError } from '../../src/errors.ts';
import { checkedOptions, type EncodeOptions, RANGES } from '../../src/fit/options.ts';
import { assert, suite } from '../harness.ts';

const test = suite('options of encode');

const check = (options: unknown): EncodeOptions => checkedOptions(options as EncodeOptions);

function refuses(options: unknown, message: RegExp): void {
  assert.throws(
    () => check(options),
    (error: unknown) => {
      assert.ok(error instanceof LoecError, String(error));
      assert.is(error.code, 'E_USAGE');
      assert.match(error.message, message);
      return true;
    },
  );
}

test('an option that there is not is named, with those that there are', () => {
  refuses({ qualtiy: 50 }, /no option "qualtiy".*quality, bpp.*onNotice/);
  refuses({ toString: 1 }, /no option "toString"/);
  refuses({ limits: {} }, /no option "limits"/);
});

test('undefined is the absence of an option', () => {
  const { effort, seed } = check({ effort: undefined, seed: undefined, signal: undefined, bpp: undefined });
  assert.equal([effort, seed], [5, 1]);
});

test('values of other types are refused, with what was expected', () => {
  refuses({ quality: '50' }, /expected a number from 0 to 100 for quality, received "50"$/);
  refuses({ effort: null }, /expected an integer from 1 to 9 for effort, received null$/);
  refuses({ seed: 1n }, /for seed/);
  refuses({ preset: ['loe'] }, /expected one of pyramid, .* for preset, received Array$/);
  refuses({ engine: 'abacus' }, /expected one of auto, wasm, .* for engine, received "abacus"$/);
  refuses({ metadata: true }, /expected one of none, all for metadata, received true$/);
  refuses({ signal: {} }, /expected an AbortSignal for signal, received Object$/);
  refuses({ signal: new AbortController() }, /expected an AbortSignal for signal, received AbortController$/);
  refuses({ onProgress: 5 }, /expected a function for onProgress, received 5$/);
  refuses({ onNotice: 'log' }, /expected a function for onNotice, received "log"$/);
});

test('options that are no object are refused', () => {
  for (const options of [null, 5, 'fast', []])
    refuses(options, /expected a plain object for the options of encode/);
});

test('a fit is for the eye, unless a PSNR is asked for or its weights are float32', () => {
  assert.is(check({}).tune, 'visual');
  assert.is(check({ size: 900, preset: 'pyramid-loe' }).tune, 'visual');
  assert.is(check({ ssimulacra2: 70 }).tune, 'visual');
  assert.is(check({ psnr: 30 }).tune, 'psnr');
  assert.is(check({ preset: 'siren' }).tune, 'visual');
  assert.is(check({ preset: 'siren', weights: 'float32' }).tune, 'psnr');
  for (const tune of ['visual', 'psnr'] as const) assert.is(check({ tune, ssimulacra2: 70 }).tune, tune);
  assert.is(check({ tune: 'psnr', preset: 'siren' }).tune, 'psnr');
  refuses({ tune: 'ssim' }, /expected one of visual, psnr for tune, received "?ssim/);
  refuses({ tune: 'visual', psnr: 30 }, /tune visual has no psnr/);
  refuses(
    { tune: 'visual', preset: 'siren', weights: 'float32' },
    /float32 weights lower the squared error alone/,
  );
  assert.is(check({ ssimulacra2: 70, preset: 'loe' }).tune, 'visual');
  refuses({ ssimulacra2: 70, psnr: 30 }, /psnr and ssimulacra2 exclude each other/);
});

test('a segmentation selects one of the layers that there are, or none', () => {
  for (const segmentLayer of [0, 1, 7]) check({ preset: 'loe', segmentLayer });
  refuses({ preset: 'loe', segmentLayer: 8 }, /an integer from 0 to 7 for segmentLayer, received 8$/);
  refuses({ preset: 'loe', segmentLayer: -1 }, /for segmentLayer, received -1$/);
  refuses({ preset: 'siren', segmentLayer: 0 }, /segmentLayer belongs to segmented presets/);
});

test('numbers that are none, or out of their range', () => {
  for (const name of Object.keys(RANGES)) {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1e10, {}, true]) {
      refuses({ [name]: value }, new RegExp(`for ${name}, received`));
    }
  }
});

test.run();
