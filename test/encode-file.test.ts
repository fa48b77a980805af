/** @file From the bytes of a picture file to those of a .loe file: what the place is asked, told and given to keep. */

import { decode } from '../src/decode.ts';
import { type EncodeOptions, encode } from '../src/encode.ts';
import { encodeFile, type FileOptions, type FitCheckpoint, type Place } from '../src/encode-file.ts';
import { LoecError } from '../src/errors.ts';
import { psnr } from '../src/metrics/psnr.ts';
import { readPng } from '../src/png.ts';
import { tinyPng, withChunk } from './cli/world.ts';
import { assert, suite } from './harness.ts';

const test = suite('encode file');

const FIT = { preset: 'pyramid', effort: 1, steps: 20, engine: 'wasm' } as const;
const FILE: FileOptions = { options: FIT, orient: true, limits: {}, verify: false, name: 'a.png' };

const never: typeof encode = () => Promise.reject(new Error('the fit was begun'));

/** A place that writes down what it is asked and told. */
function createPlace(resume: Uint8Array | null = null) {
  const controller = new AbortController();
  const calls: string[] = [];
  let kept: Uint8Array | null = null;
  const checkpoint: FitCheckpoint = {
    resume,
    accept: (isAccepted) => calls.push(`accept ${isAccepted}`),
    keep: (bytes) => {
      kept = Uint8Array.from(bytes);
    },
    settle: async () => {
      calls.push('settle');
    },
    leave: () => calls.push('leave'),
    remove: async () => {
      calls.push('remove');
    },
  };
  const place: Place = {
    signal: controller.signal,
    threadsFor: async (pixels) => {
      calls.push(`threads for ${pixels}`);
      return 1;
    },
    checkpointFor: async (pixels) => {
      calls.push(`checkpoint for ${pixels}`);
      return checkpoint;
    },
    onProgress: () => {},
    onNote: ({ text, isMinor }) => calls.push(`${isMinor ? 'minor' : 'note'}: ${text}`),
  };
  return { place, calls, controller, kept: () => kept };
}

/** The code that it fails with. */
async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => assert.unreachable('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
  assert.instance(error, LoecError);
  return (error as LoecError).code;
}

test('the file is that of the verb; the place is asked once it is known how large the picture is', async () => {
  const { place, calls } = createPlace();
  const png = tinyPng(32, 24);
  const { result, notes } = await encodeFile(png, { ...FILE, verify: true }, place);
  const { raster } = await readPng(png);
  assert.equal(result.file, (await encode(raster, { ...FIT, threads: 1 })).file);
  assert.is(result.psnr, psnr(raster, await decode(result.file)));
  assert.equal(notes, []);
  assert.equal(calls.slice(0, 2), ['threads for 768', 'checkpoint for 768']);
  assert.is(calls.at(-1), 'settle');
});

test('what is asked for and what comes out can be sent to another process', async () => {
  assert.equal(structuredClone(FILE), FILE);
  const made = await encodeFile(tinyPng(), FILE, createPlace().place);
  assert.equal(structuredClone(made), made);
});

test('what is to be known of the picture is told, and of that which is left out as asked only told', async () => {
  const { place, calls } = createPlace();
  const text = withChunk(tinyPng(), 'tEXt', 'Comment\0of a friend');
  const png = Buffer.concat([text, Buffer.from('xy')]);
  const { notes } = await encodeFile(png, FILE, place);
  assert.is(notes.length, 1);
  assert.match(notes[0] as string, /2 bytes behind IEND/);
  const told = calls.filter((call) => /^(note|minor): (?!fits on)/.test(call));
  assert.is(told.length, 2);
  assert.is(told[1], 'note: text left out; --metadata all keeps it');
});

test('limits hold before the place is asked', async () => {
  const { place, calls } = createPlace();
  const limits = { pixels: 100 };
  assert.is(await codeOf(encodeFile(tinyPng(), { ...FILE, limits }, place, never)), 'E_LIMIT');
  assert.equal(calls, []);
});

test('an interrupted fit is left, and goes on from what was kept, to the same file', async () => {
  const options: EncodeOptions = { ...FIT, steps: 100, checkpointInterval: 0 };
  const file = { ...FILE, options };
  const first = createPlace();
  const onProgress: Place['onProgress'] = ({ done }) => done > 0.3 && first.controller.abort();
  const work = encodeFile(tinyPng(32, 24), file, { ...first.place, onProgress });
  assert.is(await codeOf(work), 'E_ABORTED');
  assert.equal(first.calls.slice(-2), ['settle', 'leave']);
  const kept = first.kept();
  assert.ok(kept);

  const second = createPlace(kept);
  const { result } = await encodeFile(tinyPng(32, 24), file, second.place);
  assert.ok(second.calls.includes('accept true'), second.calls.join());
  assert.not(second.calls.includes('remove'));
  const whole = await encodeFile(tinyPng(32, 24), file, createPlace().place);
  assert.equal(result.file, whole.result.file);
});

test('what can’t be reached is not gone on from', async () => {
  const { place, calls } = createPlace();
  const file = { ...FILE, options: { ...FIT, size: 20 } };
  assert.is(await codeOf(encodeFile(tinyPng(), file, place)), 'E_TARGET');
  assert.equal(calls.slice(-2), ['settle', 'remove']);
});

test('a file that does not decode to what was measured is none', async () => {
  const file = { ...FILE, verify: true };
  const wrong: typeof encode = async (raster, options) => ({ ...(await encode(raster, options)), psnr: 99 });
  const broken: typeof encode = async (raster, options) => {
    const result = await encode(raster, options);
    return { ...result, file: result.file.slice(0, -1) };
  };
  for (const encoder of [wrong, broken]) {
    assert.is(await codeOf(encodeFile(tinyPng(), file, createPlace().place, encoder)), 'E_FORMAT');
    await encodeFile(tinyPng(), FILE, createPlace().place, encoder);
  }
});

test.run();
