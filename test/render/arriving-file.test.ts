/** @file Files that still come: previews from their first bytes, and what damage can do. */

import { readFile } from 'node:fs/promises';
import { openFile, readContents } from '../../src/container/read.ts';
import { writeContents } from '../../src/container/write.ts';
import { decode } from '../../src/decode.ts';
import { LoecError } from '../../src/errors.ts';
import { seededRandom } from '../../src/field/random.ts';
import type { Raster } from '../../src/image/raster.ts';
import { checkedLimits, UNTRUSTED_LIMITS } from '../../src/limits.ts';
import { ArrivingFile } from '../../src/render/arriving-file.ts';
import { finish, TimeSlices } from '../../src/time-slices.ts';
import { assert, suite } from '../harness.ts';

const test = suite('arriving files');

async function vector(name: string): Promise<Uint8Array> {
  return Uint8Array.from(await readFile(new URL(`../../formats/vectors/${name}.loe`, import.meta.url)));
}

const LIMITS = checkedLimits(UNTRUSTED_LIMITS);

/** What comes of the first bytes of a file. */
async function previewsOf(bytes: Uint8Array): Promise<Raster[]> {
  const file = new ArrivingFile(LIMITS);
  file.append(bytes);
  return remainingPreviews(file);
}

async function remainingPreviews(file: ArrivingFile): Promise<Raster[]> {
  const previews: Raster[] = [];
  for (let next = await file.preview(); next; next = await file.preview()) previews.push(next);
  return previews;
}

async function expectedPreviews(bytes: Uint8Array): Promise<Raster[]> {
  const previews: Raster[] = [];
  await decode(bytes, { onPreview: (preview) => previews.push(preview) });
  return previews;
}

for (const [name, step] of [
  ['pyramid-grey16', 1],
  ['pyramid', 7],
  ['pyramid-large', 97],
  ['pyramid-enhanced', 97],
  ['soft-alpha', 7],
  ['flat', 1],
  ['harbour', 97],
] as const) {
  test(`${name}: every beginning of it gives those previews of the whole file that its bytes hold`, async () => {
    const bytes = await vector(name);
    const expected = name === 'soft-alpha' ? [] : await expectedPreviews(bytes);
    let most = 0;
    for (let length = 0; length < bytes.length; length += step) {
      const found = await previewsOf(bytes.subarray(0, length));
      assert.ok(found.length >= most);
      most = found.length;
      assert.equal(found, expected.slice(0, most), `${length} bytes`);
    }
    assert.equal(await previewsOf(bytes), expected);
    const late = new ArrivingFile(LIMITS);
    late.append(bytes.subarray(0, -6));
    const early = await remainingPreviews(late);
    late.append(bytes.subarray(-6));
    assert.equal([...early, ...(await remainingPreviews(late))], expected);
  });
}

test('a file that comes in pieces says what it is, and gives each preview once, before its end', async () => {
  const bytes = await vector('pyramid-large');
  const expected = await expectedPreviews(bytes);
  const file = new ArrivingFile(LIMITS);
  const found: Raster[] = [];
  let firstAt = 0;
  for (let at = 0; at < bytes.length; at += 211) {
    file.append(bytes.slice(at, at + 211));
    found.push(...(await remainingPreviews(file)));
    if (found.length === 1) firstAt ||= at;
  }
  assert.equal(found, expected);
  assert.ok(firstAt < 0.5 * bytes.length, `${firstAt} of ${bytes.length}`);
  assert.not(file.canPreview);
  assert.equal(file.bytes(), bytes);
  const { width, height, channels, depth, colour } = await decode(bytes);
  assert.equal(file.head, { width, height, channels, depth, colour });
});

test('metadata, which comes last, stops no preview while only a part of it is there', async () => {
  const opened = finish(openFile(await vector('pyramid'), LIMITS));
  const contents = await readContents(opened, new TimeSlices());
  const comment = { type: 'tEXt', data: Uint8Array.of(65, 0, ...Array(100).fill(66)) };
  const bytes = await writeContents({ ...contents, metadata: [comment] });
  const expected = await expectedPreviews(await writeContents(contents));
  for (const missing of [1, 4, 5, 10, 15]) {
    assert.equal(await previewsOf(bytes.subarray(0, -missing)), expected, `without ${missing} bytes`);
  }
});

test('the head is known before the weights have come', async () => {
  const bytes = await vector('pyramid-large');
  const file = new ArrivingFile(LIMITS);
  file.append(bytes.subarray(0, 5));
  assert.is(file.head, null);
  file.append(bytes.subarray(5, 200));
  assert.is(file.head?.width, (await decode(bytes)).width);
});

test('what is no .loe file, or too large, is refused by its first bytes', async () => {
  const bytes = await vector('pyramid');
  const refused = (limits: object, ...chunks: Uint8Array[]): string => {
    const file = new ArrivingFile(checkedLimits({ ...UNTRUSTED_LIMITS, ...limits }));
    try {
      for (const chunk of chunks) file.append(chunk);
    } catch (error) {
      assert.ok(error instanceof LoecError);
      return error.code;
    }
    return 'taken';
  };
  assert.is(refused({}, Uint8Array.of(0x89, 0x50)), 'E_FORMAT');
  assert.is(refused({}, Uint8Array.of(0x89)), 'taken');
  assert.is(refused({}, Uint8Array.of(0x89), Uint8Array.of(0x50)), 'E_FORMAT');
  assert.is(refused({}, bytes.with(4, 9)), 'E_UNSUPPORTED');
  assert.is(refused({ bytes: 100 }, bytes.subarray(0, 12)), 'E_LIMIT');
  assert.is(refused({ pixels: 10 }, bytes.subarray(0, 120)), 'E_LIMIT');
  assert.is(refused({}, bytes, Uint8Array.of(0)), 'E_FORMAT');
  assert.is(refused({}, bytes.with(20, (bytes[20] as number) ^ 1)), 'E_FORMAT');
});

test('damage gives LoecErrors or other pixels', async () => {
  const bytes = await vector('pyramid-large');
  const random = seededRandom(5);
  for (let i = 0; i < 30; i++) {
    const damaged = bytes.subarray(0, 1 + Math.floor(random() * bytes.length)).slice();
    for (let flips = 0; flips < 3; flips++) {
      const at = Math.floor(random() * damaged.length);
      damaged[at] = (damaged[at] as number) ^ (1 << Math.floor(8 * random()));
    }
    const error = await previewsOf(damaged).catch((reason) => reason);
    assert.ok(Array.isArray(error) || error instanceof LoecError, String(error));
  }
});

test('a preview that is stopped comes when it is asked for again', async () => {
  const bytes = await vector('pyramid-large');
  const file = new ArrivingFile(LIMITS);
  file.append(bytes);
  const error = await file.preview({ signal: AbortSignal.abort() }).catch((reason) => reason);
  assert.is(error.code, 'E_ABORTED');
  assert.equal(await remainingPreviews(file), await expectedPreviews(bytes));
});

test.run();
