/** @file Interrupted fits of the command line: what is kept, what is gone on from, and what stays as it is. */

import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { run as runEncode } from '../../src/cli/commands/encode.ts';
import type { EncodeArguments } from '../../src/cli/encode/options.ts';
import { decode } from '../../src/decode.ts';
import { type EncodeOptions, encode } from '../../src/encode.ts';
import { LoecError } from '../../src/errors.ts';
import type { RasterInput } from '../../src/image/raster-input.ts';
import { readPng } from '../../src/png.ts';
import { assert, suite } from '../harness.ts';
import { createFolder, createWorld, tinyPng, type World } from './world.ts';

const test = suite('cli checkpoints');

const FLAGS = { json: false, quiet: false, verbose: false, force: false, orient: true, resume: true };
const FIT = { preset: 'pyramid', effort: 1, steps: 100, engine: 'wasm', threads: 1 } as const;

type Encoder = typeof encode;

interface Outcome {
  readonly code: number;
  readonly stderr: string;
}

async function encodeFile(
  input: string,
  options: Partial<EncodeArguments>,
  encoder: Encoder = encode,
  world: World = createWorld(),
): Promise<Outcome> {
  const code = await runEncode(world.context, { ...FLAGS, ...options, inputs: [input] }, encoder);
  return { code, stderr: world.context.stderr.text };
}

/** An encoder that is interrupted in the middle of its fit. */
function interruptedIn(world: World): Encoder {
  return (raster: RasterInput, options: EncodeOptions = {}) => {
    const onProgress: EncodeOptions['onProgress'] = ({ done }) => {
      if (done > 0.3) world.controller.abort('SIGINT');
    };
    return encode(raster, { ...options, onProgress });
  };
}

/** A folder with a picture and the checkpoint of an interrupted fit beside it. */
async function interrupted(options: EncodeOptions = FIT) {
  const folder = createFolder({ 'a.png': tinyPng(32, 24) });
  const { raster } = await readPng(readFileSync(folder('a.png')));
  const controller = new AbortController();
  let checkpoint = new Uint8Array();
  const onCheckpoint = (bytes: Uint8Array): void => {
    checkpoint = Uint8Array.from(bytes);
  };
  const onProgress: EncodeOptions['onProgress'] = ({ done }) => done > 0.3 && controller.abort();
  const { signal } = controller;
  await encode(raster, { ...options, onCheckpoint, onProgress, signal }).catch(() => {});
  assert.ok(checkpoint.length > 0);
  writeFileSync(folder('a.loe.part'), checkpoint);
  return { folder, raster, checkpoint };
}

test('the same command goes on, to the same file, and the checkpoint goes', async () => {
  const { folder, raster } = await interrupted();
  const { code, stderr } = await encodeFile(folder('a.png'), FIT);
  assert.is(code, 0, stderr);
  assert.match(stderr, /goes on from .*a\.loe\.part; --no-resume begins anew/);
  assert.equal(Uint8Array.from(readFileSync(folder('a.loe'))), (await encode(raster, FIT)).file);
  assert.not(existsSync(folder('a.loe.part')));
});

test('an interruption renews the checkpoint, and tells how to go on', async () => {
  const { folder, checkpoint } = await interrupted();
  const world = createWorld();
  const { code, stderr } = await encodeFile(folder('a.png'), FIT, interruptedIn(world), world);
  assert.is(code, 130);
  assert.match(stderr, /the same command goes on from .*a\.loe\.part/);
  assert.not(existsSync(folder('a.loe')));
  assert.ok(readFileSync(folder('a.loe.part')).length > 0.5 * checkpoint.length);
});

test('a checkpoint of another fit, or of something else, stays as it is', async () => {
  const { folder, checkpoint } = await interrupted();
  const stays = async (content: Uint8Array, options: Partial<EncodeArguments>, why: RegExp) => {
    writeFileSync(folder('a.loe.part'), content);
    const { code, stderr } = await encodeFile(folder('a.png'), { ...FIT, force: true, ...options });
    assert.is(code, options.size === undefined ? 0 : 7, stderr);
    assert.match(stderr, why);
    assert.equal(Uint8Array.from(readFileSync(folder('a.loe.part'))), Uint8Array.from(content));
  };
  await stays(checkpoint, { quality: 61, steps: 4 }, /is of another picture, other options .*stays/);
  await stays(checkpoint, { size: 20, steps: 4 }, /is of another picture, other options .*stays/);
  await stays(checkpoint.subarray(0, -1), { steps: 4 }, /or damaged; it stays/);
  await stays(Buffer.from('a download'), { steps: 4 }, /is not a checkpoint of loec/);
  truncateSync(folder('a.loe.part'), 2 ** 33);
  const { code, stderr } = await encodeFile(folder('a.png'), { ...FIT, steps: 4, force: true });
  assert.is(code, 0, stderr);
});

test('without going on the fit begins anew, and what was there goes', async () => {
  const { folder } = await interrupted();
  const { code, stderr } = await encodeFile(folder('a.png'), { ...FIT, resume: false });
  assert.is(code, 0);
  assert.not(stderr.includes('goes on'));
  assert.not(existsSync(folder('a.loe.part')));
});

test('what there is at an interruption is written, verified and decodes', async () => {
  const folder = createFolder({ 'a.png': tinyPng(32, 24) });
  const world = createWorld();
  const options = { ...FIT, steps: 1000, bestSoFar: true, verify: true } as const;
  const { code, stderr } = await encodeFile(folder('a.png'), options, interruptedIn(world), world);
  assert.is(code, 130);
  assert.match(stderr, /best so far/);
  assert.is((await decode(Uint8Array.from(readFileSync(folder('a.loe'))))).width, 32);
});

test('a fit that ends while it is interrupted is written', async () => {
  const folder = createFolder({ 'a.png': tinyPng(32, 24) });
  const world = createWorld();
  const late: Encoder = async (raster, options = {}) => {
    const { signal, ...others } = options;
    assert.ok(signal);
    const result = await encode(raster, others);
    world.controller.abort('SIGTERM');
    return result;
  };
  assert.is((await encodeFile(folder('a.png'), { ...FIT, steps: 4, verify: true }, late, world)).code, 143);
  assert.ok(existsSync(folder('a.loe')));
});

test('a fit that can’t be replayed begins anew', async () => {
  const { raster, checkpoint } = await interrupted();
  const resumed: boolean[] = [];
  const onNotice: EncodeOptions['onNotice'] = (notice) => {
    if (notice.kind === 'resume') resumed.push(notice.isAccepted);
  };
  // The same fingerprint, and a journal of nothing but steps.
  const { packCheckpoint, unpackCheckpoint } = await import('../../src/fit/journal/checkpoint.ts');
  const { fingerprintOf } = await import('../../src/fit/journal/fingerprint.ts');
  const { checkedOptions } = await import('../../src/fit/options.ts');
  const { checkedRaster } = await import('../../src/image/raster-input.ts');
  const given = { ...checkedRaster(raster), metadata: [] };
  const fingerprint = await fingerprintOf(given, checkedOptions(FIT));
  const sound = await unpackCheckpoint(checkpoint, fingerprint);
  assert.ok(sound);
  const broken = await packCheckpoint({ ...sound, entries: [{ value: null }, ...sound.entries] });
  const { file } = await encode(raster, { ...FIT, resume: broken, onNotice });
  assert.equal(resumed, [true, false]);
  assert.equal(file, (await encode(raster, FIT)).file);
});

test('an error of the picture leaves what was fitted before', async () => {
  const { folder } = await interrupted();
  const failing = (): never => {
    throw new LoecError('E_LIMIT', 'no memory');
  };
  assert.is((await encodeFile(folder('a.png'), FIT, failing as unknown as Encoder)).code, 8);
  assert.ok(existsSync(folder('a.loe.part')));
});

test.run();
