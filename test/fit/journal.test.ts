/** @file Fits that are taken up again come to the file of a fit that was not interrupted; those that are hurried come to a file. */

import { decode } from '../../src/decode.ts';
import { encodePicture } from '../../src/encoder/encode-picture.ts';
import { chooseEngine } from '../../src/engine/choose.ts';
import { LoecError } from '../../src/errors.ts';
import { type FitState, packCheckpoint, unpackCheckpoint } from '../../src/fit/journal/checkpoint.ts';
import { Journal, type Keeper, type Wish } from '../../src/fit/journal/journal.ts';
import { checkedOptions, type EncodeOptions } from '../../src/fit/options.ts';
import { assert, suite } from '../harness.ts';
import { noiseRaster } from '../image/rasters.ts';

const test = suite('the journal of a fit');

const picture = noiseRaster(24, 20, 3, 8);

/** A fit on this thread. */
function fit(options: EncodeOptions, journal?: Journal) {
  const checked = checkedOptions({ engine: 'wasm', threads: 1, ...options });
  return encodePicture(picture, checked, chooseEngine, journal);
}

/** Keeps checkpoints as bytes. */
function keepIn(kept: Uint8Array[]): Keeper['keep'] {
  return async (state) => {
    kept.push(await packCheckpoint({ fingerprint: 'fit', ...(state as FitState) }));
    return true;
  };
}

/** A journal that keeps every checkpoint, as bytes. */
function keepAll(kept: Uint8Array[]): Journal {
  const keep = keepIn(kept);
  return new Journal({ interval: 0, wish: () => 'go on', keep });
}

/** A journal that goes on from a checkpoint, and keeps those that it makes. */
async function resume(bytes: Uint8Array, kept: Uint8Array[] = []): Promise<Journal> {
  const checkpoint = await unpackCheckpoint(bytes, 'fit');
  assert.ok(checkpoint);
  const keep = keepIn(kept);
  return new Journal({ interval: 0, wish: () => 'go on', keep }, checkpoint);
}

const FITS: Readonly<Record<string, EncodeOptions>> = {
  'with a head start, of a quality that has an enhancement layer': { steps: 60, effort: 1, quality: 90 },
  'of a size': { steps: 30, effort: 1, size: 600 },
  'of an SSIMULACRA2': { steps: 30, effort: 1, ssimulacra2: 40 },
  'of two networks, with derived classes': { steps: 30, effort: 1, bpp: 6, preset: 'pyramid-seg' },
  'of a coordinate field with a label map': { steps: 100, size: 700, preset: 'seg-loe' },
  'of a coordinate field, of a PSNR': { steps: 40, psnr: 9, preset: 'siren' },
};

for (const [name, options] of Object.entries(FITS)) {
  test(`a fit ${name} ends as if it had not been interrupted`, async () => {
    const checkpoints: Uint8Array[] = [];
    const { file, steps } = await fit(options, keepAll(checkpoints));
    assert.ok(checkpoints.length > 2, `${checkpoints.length} checkpoints`);
    const again: Uint8Array[] = [];
    const early = checkpoints[Math.floor(checkpoints.length / 3)] as Uint8Array;
    const resumed = await fit(options, await resume(early, again));
    assert.equal(resumed.file, file, `from an early one of ${checkpoints.length}`);
    assert.is(resumed.steps, steps);
    // Interrupted a second time.
    const late = again[Math.floor(0.8 * again.length)] as Uint8Array;
    assert.equal((await fit(options, await resume(late))).file, file, `from a late one of ${again.length}`);
  });
}

test('a coordinate field that is interrupted in any phase ends as if it had not been', async () => {
  const options = { preset: 'loe', size: 500, steps: 20, effort: 1 } as const;
  /** By phase, the checkpoints that were made in it. */
  const byPhase = new Map<string, Uint8Array[]>();
  let phase = '';
  const keep: Keeper['keep'] = (state) => {
    const kept = byPhase.get(phase) ?? [];
    byPhase.set(phase, kept);
    return keepIn(kept)?.(state) as Promise<boolean>;
  };
  const onProgress = (progress: { phase: string }): void => {
    phase = progress.phase;
  };
  const journal = new Journal({ interval: 0, wish: () => 'go on', keep });
  const { file, steps } = await fit({ ...options, onProgress }, journal);
  for (const name of ['fit', 'simplify the map', 'quantize']) {
    const checkpoints = byPhase.get(name) ?? [];
    assert.ok(checkpoints.length > 0, `${name}, of ${[...byPhase.keys()]}`);
    const middle = checkpoints[checkpoints.length >> 1] as Uint8Array;
    const resumed = await fit(options, await resume(middle));
    assert.equal(resumed.file, file, `${name}, ${checkpoints.length} checkpoints`);
    assert.is(resumed.steps, steps);
  }
});

/** A journal with a wish from the n-th question for it on. */
function wishing(wish: Wish, n: number, kept: Uint8Array[] = []): Journal {
  let asked = 0;
  const keep = keepIn(kept);
  return new Journal({ interval: 1e6, wish: () => (++asked > n ? wish : 'go on'), keep });
}

test('a recorded fit comes to the file of one that is not', async () => {
  const options = { steps: 30, effort: 1, quality: 60 } as const;
  assert.equal((await fit(options, keepAll([]))).file, (await fit(options)).file);
});

test('a fit that is watched comes to the file of one that is not, from a checkpoint too', async () => {
  const options = { steps: 20, effort: 1, quality: 60 } as const;
  const { file } = await fit(options);
  const sizes: number[] = [];
  const watched = { ...options, onPreview: ({ width }: { width: number }) => sizes.push(width) };
  const kept: Uint8Array[] = [];
  assert.equal((await fit(watched, keepAll(kept))).file, file);
  assert.ok(sizes.length > 0);
  const resumed = await fit(watched, await resume(kept[Math.floor(kept.length / 2)] as Uint8Array));
  assert.equal(resumed.file, file);
});

test('a fit that is to stop leaves a checkpoint first', async () => {
  const options = { steps: 30, effort: 1 } as const;
  const kept: Uint8Array[] = [];
  const error = await fit(options, wishing('stop', 7, kept)).catch((reason) => reason);
  assert.ok(error instanceof LoecError && error.code === 'E_ABORTED');
  assert.is(kept.length, 1);
  const { file } = await fit(options, await resume(kept[0] as Uint8Array));
  assert.equal(file, (await fit(options)).file);
});

test('a fit that is to finish comes to a file in fewer steps', async () => {
  for (const options of [FITS['of a size'], FITS['of a coordinate field, of a PSNR']]) {
    const whole = await fit(options as EncodeOptions);
    const hurried = await fit(options as EncodeOptions, wishing('finish', 5));
    assert.ok(hurried.isBestSoFar && !whole.isBestSoFar);
    assert.ok(hurried.steps < whole.steps, `${hurried.steps} of ${whole.steps}`);
    const { width, height } = await decode(hurried.file);
    assert.equal([width, height], [24, 20]);
  }
});

test('a checkpoint of another fit, or with any byte changed, is none', async () => {
  const kept: Uint8Array[] = [];
  await fit({ steps: 5, effort: 1 }, wishing('stop', 2, kept)).catch(() => {});
  const bytes = kept[0] as Uint8Array;
  assert.ok(await unpackCheckpoint(bytes, 'fit'));
  assert.is(await unpackCheckpoint(bytes, 'another'), null);
  for (let at = 0; at < bytes.length; at += 1 + Math.floor(bytes.length / 200)) {
    const changed = bytes.slice();
    changed[at] = (changed[at] as number) ^ 4;
    assert.is(await unpackCheckpoint(changed, 'fit'), null, `byte ${at}`);
    assert.is(await unpackCheckpoint(bytes.subarray(0, at), 'fit'), null, `${at} bytes`);
  }
});

test.run();
