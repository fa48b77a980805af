/** @file Decoding on threads gives what one thread does, and whoever stops it stops the threads. */

import { readFile } from 'node:fs/promises';
import type { FieldContents } from '../src/container/contents.ts';
import { openFile, readContents } from '../src/container/read.ts';
import { joinSections, type SectionName, sectionName, splitSections } from '../src/container/sections.ts';
import { writeContents } from '../src/container/write.ts';
import { LoecError } from '../src/errors.ts';
import { modelOf } from '../src/field/model.ts';
import { UNBOUNDED_LIMITS } from '../src/limits.ts';
import { decode, decodeBands } from '../src/threaded-decode.ts';
import { finish, TimeSlices } from '../src/time-slices.ts';
import { assert, suite } from './harness.ts';

const test = suite('decoding on threads');

async function vector(name: string): Promise<Uint8Array> {
  return Uint8Array.from(await readFile(new URL(`../formats/vectors/${name}.loe`, import.meta.url)));
}

/** The file's picture side by side with itself, so often that its finest latents are cut into slices. */
async function tiled(name: string, across: number, down: number): Promise<Uint8Array> {
  const slices = new TimeSlices();
  const opened = finish(openFile(await vector(name), UNBOUNDED_LIMITS));
  const contents = (await readContents(opened, slices)) as FieldContents;
  const { pyramid, width, height } = contents;
  if (!pyramid) throw new Error('no pyramid');
  const { model, latents } = pyramid;
  const size = { width: width * across, height: height * down };
  const large = modelOf(model.field.spec, model.context.spec, size);
  const repeated = large.planes.map((plane, i) => {
    const { width: columns, height: rows } = model.planes[i] as (typeof model.planes)[number];
    return Int16Array.from({ length: plane.width * plane.height }, (_, at) => {
      const [x, y] = [at % plane.width, Math.floor(at / plane.width)];
      return latents[i]?.[(y % rows) * columns + (x % columns)] as number;
    });
  });
  return writeContents({ ...contents, ...size, pyramid: { ...pyramid, model: large, latents: repeated } });
}

const large = tiled('pyramid', 40, 36);
const decodedAlone = large.then((file) => decode(file, { threads: 1 }));

test('slices and bands: the same samples from 1, 2 and 3 threads', async () => {
  const file = await large;
  const { width, height } = await decode(file, { preview: true });
  assert.ok(64 * width * height > 2 ** 21, `${width}x${height}`);
  const alone = await decodedAlone;
  assert.equal((await decode(file, { threads: 3 })).data, alone.data);
  for (const options of [{ crop: { x: 500, y: 700, width: 90, height: 40 } }, { scale: 0.1 }]) {
    const one = await decode(file, { ...options, threads: 1 });
    assert.equal((await decode(file, { ...options, threads: 2 })).data, one.data);
  }
});

test('bands come in order, with progress, and one that is left early leaves nothing behind', async () => {
  const file = await large;
  const done: number[] = [];
  const { bands, width } = await decodeBands(file, { threads: 2, onProgress: (share) => done.push(share) });
  const whole = await decodedAlone;
  let rows = 0;
  for await (const band of bands) {
    const run = width * whole.channels;
    assert.equal(band, whole.data.subarray(rows * run, rows * run + band.length));
    rows += band.length / run;
    if (rows > 200) break;
  }
  assert.ok(done.length > 0 && done.every((share, i) => share > (done[i - 1] ?? 0) && share < 1));
});

test('an aborted signal stops slices and bands', async () => {
  const file = await large;
  for (const after of [0, 1]) {
    const controller = new AbortController();
    const { signal } = controller;
    const decoding = decodeBands(file, { threads: 2, signal }).then(async ({ bands }) => {
      for await (const _ of bands) controller.abort();
    });
    if (after === 0) controller.abort();
    const error = await decoding.catch((reason) => reason);
    assert.ok(error instanceof LoecError && error.code === 'E_ABORTED', String(error));
  }
});

test('damage in a slice is found wherever it is decoded', async () => {
  const sections = finish(splitSections(await large)).sections.map(({ tag, payload }) => {
    const name = sectionName(tag) as SectionName;
    return { name, payload: name === 'latents' ? payload.subarray(0, -200) : payload };
  });
  for (const threads of [1, 2]) {
    const error = await decode(joinSections(sections), { threads }).catch((reason) => reason);
    assert.ok(error instanceof LoecError && error.code === 'E_FORMAT', String(error));
  }
});

test('threads are a number of them', async () => {
  for (const threads of [0, 1.5, 257, '2']) {
    const error = await decode(await vector('tiny'), { threads: threads as number }).catch(
      (reason) => reason,
    );
    assert.ok(error instanceof LoecError && error.code === 'E_USAGE');
    assert.match(error.message, /threads/);
  }
});

test.run();
