/** @file Previews: what coarse planes alone show, before the picture and in its place. */

import { readFile } from 'node:fs/promises';
import type { FieldContents } from '../src/container/contents.ts';
import { openFile, readContents } from '../src/container/read.ts';
import { writeContents } from '../src/container/write.ts';
import { decode } from '../src/decode.ts';
import { LoecError } from '../src/errors.ts';
import type { Raster } from '../src/image/raster.ts';
import { UNBOUNDED_LIMITS } from '../src/limits.ts';
import { psnr } from '../src/metrics/psnr.ts';
import { finish, TimeSlices } from '../src/time-slices.ts';
import { assert, suite } from './harness.ts';

const test = suite('previews');

async function vector(name: string): Promise<Uint8Array> {
  return Uint8Array.from(await readFile(new URL(`../formats/vectors/${name}.loe`, import.meta.url)));
}

/** The file with zeros for the latents of planes finer than a level. */
async function withoutFine(file: Uint8Array, level: number): Promise<Uint8Array> {
  const opened = finish(openFile(file, UNBOUNDED_LIMITS));
  const contents = (await readContents(opened, new TimeSlices())) as FieldContents;
  const { pyramid } = contents;
  if (!pyramid) throw new Error('no pyramid');
  const latents = pyramid.model.planes.map((plane, i) => {
    const values = pyramid.latents[i] as Int16Array;
    return plane.level < level ? new Int16Array(values.length) : values;
  });
  return writeContents({ ...contents, pyramid: { ...pyramid, latents } });
}

test('previews come before the picture, the smaller one first, and show it', async () => {
  const file = await vector('pyramid');
  const previews: Raster[] = [];
  const whole = await decode(file, { onPreview: (preview) => previews.push(preview) });
  assert.equal(
    previews.map(({ width, height }) => [width, height]),
    [8, 2].map((factor) => [Math.ceil(whole.width / factor), Math.ceil(whole.height / factor)]),
  );
  assert.equal(whole.data, (await decode(file)).data);
  for (const [i, preview] of previews.entries()) {
    const { width, height } = preview;
    const coarse = await decode(await withoutFine(file, i === 0 ? 2 : 1), { width, height });
    assert.ok(psnr(coarse, preview) > 24, `${i}: ${psnr(coarse, preview)} dB`);
  }
});

test('a crop has previews of itself', async () => {
  const file = await vector('pyramid-large');
  const sizes: number[][] = [];
  const crop = { x: 17, y: 9, width: 30, height: 21 };
  await decode(file, { crop, onPreview: ({ width, height }) => sizes.push([width, height]) });
  assert.equal(sizes, [
    [4, 3],
    [16, 11],
  ]);
});

test('no preview is larger than the output', async () => {
  const widths: number[] = [];
  const { width } = await decode(await vector('pyramid-large'), {
    scale: 0.4,
    onPreview: (preview) => widths.push(preview.width),
  });
  assert.is(widths.length, 1);
  assert.ok((widths[0] as number) < width);
});

test('a preview in place of the picture is the first one', async () => {
  const file = await vector('pyramid-large');
  const previews: Raster[] = [];
  await decode(file, { onPreview: (preview) => previews.push(preview) });
  assert.equal(await decode(file, { preview: true }), previews[0]);
});

test('what has no preview is decoded at an eighth, without a call', async () => {
  for (const name of ['flat', 'mask', 'harbour', 'tiny']) {
    const file = await vector(name);
    const eighth = await decode(file, { preview: true });
    assert.equal(eighth, await decode(file, { scale: 1 / 8 }), name);
    await decode(file, { onPreview: () => assert.unreachable(name) });
  }
});

test('what a preview callback throws ends the decode', async () => {
  const stop = new Error('enough');
  const options = {
    onPreview: () => {
      throw stop;
    },
  };
  const error = await decode(await vector('pyramid-large'), options).catch((reason) => reason);
  assert.is(error, stop);
});

test('a preview has a size of its own', async () => {
  const file = await vector('pyramid');
  for (const wanted of [
    { scale: 1 },
    { width: 9 },
    { height: 9 },
    { crop: { x: 0, y: 0, width: 1, height: 1 } },
  ]) {
    const error = await decode(file, { ...wanted, preview: true }).catch((reason) => reason);
    assert.ok(error instanceof LoecError && error.code === 'E_USAGE');
    assert.match(error.message, /preview/);
  }
});

test.run();
