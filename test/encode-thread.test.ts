/** @file The thread that encodes: whoever waits for it is free, may stop it at any moment, and hears of all that goes wrong. */

import { setImmediate, setTimeout } from 'node:timers/promises';
import { type EncodeOptions, type EncodeProgress, encode } from '../src/encode.ts';
import { LoecError } from '../src/errors.ts';
import { assert, suite } from './harness.ts';
import { noiseRaster } from './image/rasters.ts';

const test = suite('the thread of an encode');

const small = noiseRaster(40, 30, 3, 8);
const short: EncodeOptions = { engine: 'wasm', steps: 4, effort: 1 };
const endless: EncodeOptions = { engine: 'wasm', steps: 1e8, effort: 1 };

async function errorOf(encoding: Promise<unknown>): Promise<unknown> {
  return encoding.then(
    () => assert.unreachable(),
    (error) => error,
  );
}

async function assertAborted(encoding: Promise<unknown>): Promise<void> {
  const error = await errorOf(encoding);
  assert.ok(error instanceof LoecError && error.code === 'E_ABORTED', String(error));
}

/** Encodes until a report says that it has come so far. */
async function abortWhen(
  has: (progress: EncodeProgress) => boolean,
  raster: typeof small,
  options: EncodeOptions,
): Promise<void> {
  const controller = new AbortController();
  let reports = 0;
  const onProgress = (progress: EncodeProgress): void => {
    assert.not(controller.signal.aborted, 'a report after the abort');
    reports++;
    if (has(progress)) controller.abort();
  };
  await assertAborted(encode(raster, { ...options, signal: controller.signal, onProgress }));
  assert.ok(reports > 0);
}

test('the event loop runs while a step of minutes is taken', async () => {
  const controller = new AbortController();
  // A step of a field this wide takes the picture's 200,000 pixels through a million weights.
  const options: EncodeOptions = { ...endless, preset: 'siren', width: 1024, signal: controller.signal };
  const encoding = errorOf(encode(noiseRaster(500, 400, 3, 8), options));
  let turns = 0;
  for (; turns < 200; turns++) {
    await setTimeout(1);
    await setImmediate();
  }
  controller.abort();
  assert.is(turns, 200);
  assert.is(((await encoding) as LoecError).code, 'E_ABORTED');
});

test('an abort is heard in every phase', async () => {
  await abortWhen(({ phase }) => phase === 'fit', small, endless);
  await abortWhen(({ phase }) => phase === 'quantize', noiseRaster(200, 150, 3, 8), short);
  await abortWhen(({ phase }) => phase === 'simplify the map', noiseRaster(200, 150, 3, 8), {
    ...short,
    preset: 'seg-loe',
    size: 6000,
  });
  await assertAborted(encode(small, { ...short, signal: AbortSignal.abort() }));
  const controller = new AbortController();
  const starting = encode(small, { ...short, signal: controller.signal });
  controller.abort();
  await assertAborted(starting);
});

test('of two encodes at once one is stopped, and the other ends as if alone', async () => {
  const { file } = await encode(small, short);
  const controller = new AbortController();
  const stopped = assertAborted(encode(small, { ...endless, signal: controller.signal }));
  const other = encode(small, { ...short, onProgress: () => controller.abort() });
  await stopped;
  assert.equal((await other).file, file);
  const again = await Promise.all([encode(small, short), encode(small, short)]);
  for (const result of again) assert.equal(result.file, file);
});

test('the picture is the caller’s again as soon as the fit has begun', async () => {
  const { file } = await encode(small, short);
  const data = small.data.slice();
  const encoding = encode({ ...small, data }, { ...short, onProgress: () => data.fill(0) });
  assert.equal((await encoding).file, file);
});

test('errors come through as what they are', async () => {
  const missed = await errorOf(encode(small, { ...short, size: 20 }));
  assert.instance(missed, LoecError);
  assert.is((missed as LoecError).code, 'E_TARGET');
  const own = new Error('of the caller');
  const thrown = await errorOf(
    encode(small, {
      ...endless,
      onProgress: () => {
        throw own;
      },
    }),
  );
  assert.is(thrown, own);
  // A picture that is none, which is a fault of the caller that nothing foresaw.
  const fault = await errorOf(encode({ ...small, data: null as unknown as Uint8Array }, short));
  assert.instance(fault, Error);
});

test('an abort comes after a checkpoint, from which the same encode goes on, and another one does not', async () => {
  const { file } = await encode(small, { ...short, steps: 80 });
  const controller = new AbortController();
  const kept: Uint8Array[] = [];
  const options = { ...short, steps: 80, onCheckpoint: (bytes: Uint8Array) => kept.push(bytes) };
  const onProgress = ({ done }: EncodeProgress): void => {
    if (done > 0) controller.abort();
  };
  await assertAborted(encode(small, { ...options, onProgress, signal: controller.signal }));
  assert.is(kept.length, 1);
  const [resume] = kept as [Uint8Array];
  const resumed: boolean[] = [];
  const onNotice: EncodeOptions['onNotice'] = (notice) => {
    if (notice.kind === 'resume') resumed.push(notice.isAccepted);
  };
  assert.equal((await encode(small, { ...short, steps: 80, resume, onNotice })).file, file);
  const other = await encode(small, { ...short, resume, onNotice });
  assert.equal(other.file, (await encode(small, short)).file);
  assert.equal(resumed, [true, false]);
});

test('an abort of an encode that is to come to what there is comes to a file', async () => {
  const controller = new AbortController();
  const onProgress = ({ phase }: EncodeProgress): void => {
    if (phase === 'fit') controller.abort();
  };
  const options = { ...endless, steps: 1e5, bestSoFar: true, onProgress, signal: controller.signal };
  const { isBestSoFar, file, psnr } = await encode(small, options);
  assert.ok(isBestSoFar && file.length > 0 && psnr > 5);
});

test.run();
