/** @file Latents in slices, and read in parts, against the reference coder and against all of them at once. */

import { encodeLatents } from '../../src/entropy/latents/latents.ts';
import { LatentReader, type LatentRequest } from '../../src/entropy/latents/reader.ts';
import { SliceDecoder, type SliceTask } from '../../src/entropy/latents/slice-decoder.ts';
import { RangeDecoder } from '../../src/entropy/range-coder.ts';
import { LoecError } from '../../src/errors.ts';
import { type LatentModel, latentModelOf } from '../../src/field/model.ts';
import { type Latents, pyramidPlanes } from '../../src/field/pyramid.ts';
import { seededRandom } from '../../src/field/random.ts';
import { TimeSlices } from '../../src/time-slices.ts';
import { assert, suite } from '../harness.ts';
import { ReferenceCoder, referenceSlices } from './latents-reference.ts';

const test = suite('slices of latents');

const CONTEXT = { neighbours: 12, coarser: 6, width: 8 };
const SIZE = { width: 61, height: 300 };
/** Level 0 has two bands to a slice and five slices, level 1 one to a slice and three or more; the others are the base. */
const MOST = 3700;
const ALL: LatentRequest = { finest: 0, firstRow: 0, endRow: SIZE.height };

interface Coded {
  readonly model: LatentModel;
  readonly parameters: Float32Array;
  readonly latents: Latents;
  readonly bytes: Uint8Array;
}

async function coded(seed: number, most = MOST): Promise<Coded> {
  const random = seededRandom(seed);
  const model = latentModelOf(pyramidPlanes(6), CONTEXT, SIZE);
  const parameters = Float32Array.from({ length: model.context.parameters }, () => 0.4 * random() - 0.2);
  const latents = model.planes.map(({ width, height }) =>
    Int16Array.from({ length: width * height }, () => Math.round(3 * (2 * random() - 1) ** 3)),
  );
  const bytes = await encodeLatents(latents, model, parameters, new TimeSlices(), most);
  return { model, parameters, latents, bytes };
}

function readerOf({ model, parameters, bytes }: Coded, most = MOST): LatentReader {
  return new LatentReader(bytes, model, parameters, undefined, { sliceLatents: most });
}

/** Rows of a plane. */
function rowsOf(plane: Int16Array | null | undefined, width: number, first: number, end: number): Int16Array {
  return (plane as Int16Array).slice(width * Math.max(0, first), width * end);
}

for (const most of [1, 600, 3700, 5000, 20_000]) {
  test(`a reference decoder reads slices of up to ${most} latents, and so does the reader`, async () => {
    const file = await coded(most, most);
    const { model, parameters, latents, bytes } = file;
    const decoded = latents.map((plane) => new Int16Array(plane.length));
    const slices = referenceSlices(model, Array(6).fill(true), most);
    let at = 1;
    const lengths = slices.slice(0, -1).map(() => {
      let length = 0;
      for (let i = 0; ; i += 7) {
        const byte = bytes[at++] as number;
        length += (byte & 127) << i;
        if (byte < 128) return length;
      }
    });
    for (const [i, slice] of slices.entries()) {
      const end = i < lengths.length ? at + (lengths[i] as number) : bytes.length;
      new ReferenceCoder(new RangeDecoder(bytes.subarray(at, end)), model, parameters).code(decoded, slice);
      at = end;
    }
    assert.equal(decoded, latents);
    const reader = readerOf(file, most);
    await reader.read(ALL, new TimeSlices());
    assert.equal(reader.latents, latents);
  });
}

test('a picture is read from coarse planes to fine ones', async () => {
  const file = await coded(1);
  const reader = readerOf(file);
  assert.equal(reader.latents, Array(6).fill(null));
  for (const finest of [4, 2, 1, 0]) {
    await reader.read({ ...ALL, finest }, new TimeSlices());
    const expected = file.latents.map((plane, level) => (level >= finest ? plane : null));
    assert.equal(reader.latents, expected);
  }
});

test('rows of a picture are read from the slices that they need', async () => {
  const file = await coded(2);
  const { model, latents } = file;
  for (const [firstRow, endRow] of [
    [0, 1],
    [63, 64],
    [64, 65],
    [100, 210],
    [299, 300],
    [150, 150 + 1],
  ] as const) {
    const tasks: SliceTask[] = [];
    const reader = readerOf(file);
    const decoder = SliceDecoder.create(model, file.parameters);
    await reader.read({ finest: 0, firstRow, endRow }, new TimeSlices(), async (slices, planes) => {
      tasks.push(...slices);
      for (const slice of slices) await new TimeSlices().take(decoder.decode(slice, planes));
    });
    for (const { index, level, width, height } of model.planes) {
      const beside = level > 0 ? 2 : 0;
      const [first, end] = [
        (firstRow >> level) - beside,
        Math.min(height, ((endRow - 1) >> level) + 1 + beside),
      ];
      const read = rowsOf(reader.latents[index], width, first, end);
      assert.equal(read, rowsOf(latents[index], width, first, end), `level ${level}, rows ${first} … ${end}`);
    }
    const ofFinest = tasks.filter(({ rows }) => rows.plane.index === 0);
    assert.is(ofFinest.length, Math.ceil(endRow / 64) - Math.floor(firstRow / 64));
    await reader.read(ALL, new TimeSlices());
    assert.equal(reader.latents, latents, 'the others follow');
  }
});

test('slices of a plane may be decoded in any order, from copies, into shared memory', async () => {
  const file = await coded(3);
  const { model, parameters, bytes, latents } = file;
  const shared = (length: number) => new Int16Array(new SharedArrayBuffer(2 * length));
  const reader = new LatentReader(bytes, model, parameters, shared, { sliceLatents: MOST });
  await reader.read(ALL, new TimeSlices(), async (tasks, planes) => {
    for (const task of structuredClone([...tasks]).reverse()) {
      const decoder = SliceDecoder.create(structuredClone(model), parameters.slice());
      await new TimeSlices().take(decoder.decode(task, planes));
    }
  });
  assert.equal(
    reader.latents.map((plane) => Int16Array.from(plane as Int16Array)),
    latents,
  );
});

test('damaged bytes give latents or E_FORMAT', async () => {
  const file = await coded(4);
  const random = seededRandom(4);
  const survives = async (bytes: Uint8Array): Promise<boolean> => {
    try {
      await readerOf({ ...file, bytes }).read(ALL, new TimeSlices());
      return true;
    } catch (error) {
      assert.ok(error instanceof LoecError && error.code === 'E_FORMAT', String(error));
      return false;
    }
  };
  const { bytes } = file;
  const damaged = (at: number, byte: number) => bytes.map((old, i) => (i === at ? byte : old));
  // Lengths of nine slices, two bytes each; longer than all there is, or without an end.
  assert.is(await survives(damaged(2, 0x7f)), false);
  assert.is(await survives(Uint8Array.of(0x3f, ...Array(40).fill(0x80))), false);
  assert.is(await survives(damaged(1, (bytes[1] as number) - 9)), false, 'a slice that ends too early');
  for (let length = 0; length < 40; length++) assert.is(await survives(bytes.subarray(0, length)), false);
  for (let trial = 0; trial < 60; trial++) {
    const at = Math.floor((trial < 30 ? 24 : bytes.length) * random());
    await survives(damaged(at, 256 * random()));
  }
});

test.run();
