/** @file Pictures that are read once and evaluated often: the same pixels as decodes of their files. */

import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openFile } from '../../src/container/read.ts';
import { decode } from '../../src/decode.ts';
import { LoecError } from '../../src/errors.ts';
import type { Raster } from '../../src/image/raster.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { workOf } from '../../src/render/cost.ts';
import { outputGeometry } from '../../src/render/geometry.ts';
import type { OutputOptions } from '../../src/render/options.ts';
import { readPicture } from '../../src/render/read-picture.ts';
import { nextTurn, TimeSlices } from '../../src/time-slices.ts';
import { assert, suite } from '../harness.ts';

const test = suite('pictures in memory');

async function vector(name: string): Promise<Uint8Array> {
  return Uint8Array.from(await readFile(new URL(`../../formats/vectors/${name}.loe`, import.meta.url)));
}

const CROP = { x: 3, y: 2, width: 5, height: 4 };

/** Levels, multiples and averages in turn, so that what one decode leaves is there for the others. */
const OUTPUTS: readonly OutputOptions[] = [
  {},
  { scale: 3 },
  { scale: 0.05 },
  { crop: CROP },
  { scale: 1.37, crop: CROP },
  { scale: 0.11 },
  { scale: 0.5 },
  { scale: 3, crop: CROP },
  { scale: 0.05 },
  {},
];

for (const name of ['pyramid', 'pyramid-large', 'flat', 'harbour', 'mask', 'tiny']) {
  test(`${name}: what decodes of the file give`, async () => {
    const file = await vector(name);
    const picture = await readPicture(file);
    for (const output of OUTPUTS) {
      const expected = await decode(file, output).catch((error) => error);
      const found = await picture.decode(output).catch((error) => error);
      if (expected instanceof LoecError) assert.is(found.message, expected.message);
      else assert.equal(found, expected, JSON.stringify(output));
    }
  });
}

test('decodes that are asked for at the same time, or stopped, do not disturb each other', async () => {
  const file = await vector('pyramid-large');
  const picture = await readPicture(file);
  const stopped = new AbortController();
  const onProgress = () => stopped.abort();
  const [first, second, third] = await Promise.allSettled([
    picture.decode({ scale: 8, signal: stopped.signal, onProgress }),
    picture.decode({ scale: 3 }),
    picture.decode({ signal: AbortSignal.abort() }),
  ]);
  assert.is((first as PromiseRejectedResult).reason.code, 'E_ABORTED');
  assert.equal((second as PromiseFulfilledResult<Raster>).value, await decode(file, { scale: 3 }));
  assert.is((third as PromiseRejectedResult).reason.code, 'E_ABORTED');
  assert.equal(await picture.decode(), await decode(file));
});

test('the picture says what it is and holds', async () => {
  const file = await vector('pyramid-large');
  const picture = await readPicture(file);
  const whole = await decode(file);
  const { width, height, channels, depth, colour } = picture;
  assert.equal({ width, height, channels, depth, colour }, subset(whole));
  const { memory } = picture;
  assert.ok(memory > 2 * width * height && memory < 100 * width * height + 2 ** 20);
  await picture.decode({ scale: 0.1 });
  assert.ok(picture.memory > memory);
});

test('what decodes have come to is not kept', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const bytesHeld = async (): Promise<number> => {
    collect();
    await nextTurn();
    collect();
    return process.memoryUsage().arrayBuffers;
  };
  const picture = await readPicture(await vector('pyramid'));
  const { data } = await picture.decode({ scale: 8 });
  const before = await bytesHeld();
  for (let i = 0; i < 5; i++) await picture.decode({ scale: 8 });
  assert.ok((await bytesHeld()) < before + 2 * data.byteLength);
});

function subset({ width, height, channels, depth, colour }: Raster) {
  return { width, height, channels, depth, colour };
}

test('work where classes are mixed is refused once the label map is there', async () => {
  const file = await vector('badge');
  const opened = await new TimeSlices().take(openFile(file, DEFAULT_LIMITS));
  const { multiplyAdds } = await workOf(opened, outputGeometry(opened.header, { scale: 2 }, DEFAULT_LIMITS));
  const limits = { megaMultiplyAdds: Math.ceil(multiplyAdds / 1e6) };
  const picture = await readPicture(file, { limits });
  for (const refused of [picture.decode({ scale: 2 }), decode(file, { scale: 2, limits })])
    assert.is((await refused.catch((reason) => reason)).code, 'E_LIMIT');
  await picture.decode();
});

test('limits hold for the reading, and for each decode', async () => {
  const file = await vector('pyramid-large');
  const refused = await readPicture(file, { limits: { megaMultiplyAdds: 1 } }).catch((error) => error);
  assert.is(refused.code, 'E_LIMIT');
  const picture = await readPicture(file, { limits: { outputPixels: 100 } });
  const error = await picture.decode().catch((reason) => reason);
  assert.is(error.code, 'E_LIMIT');
  const { width } = await picture.decode({ crop: { x: 0, y: 0, width: 10, height: 10 } });
  assert.is(width, 10);
  const wrong = await picture.decode({ scale: -1 }).catch((reason) => reason);
  assert.is(wrong.code, 'E_USAGE');
});

test.run();
