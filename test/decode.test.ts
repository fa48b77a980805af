/** @file What decode and inspect take, what they refuse, and what they cost. */

import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { build } from 'esbuild';
import { type FieldContents, weightTensors } from '../src/container/contents.ts';
import { writeContents } from '../src/container/write.ts';
import { type DecodeOptions, decode, decodeBands } from '../src/decode.ts';
import { type ErrorCode, LoecError } from '../src/errors.ts';
import { modelOf } from '../src/field/model.ts';
import { PYRAMID_CONTEXTS } from '../src/field/presets.ts';
import { pyramidPlanes } from '../src/field/pyramid.ts';
import type { FieldSpec } from '../src/field/spec.ts';
import type { FileBytes } from '../src/file-bytes.ts';
import { type InspectOptions, inspect } from '../src/inspect.ts';
import { DEFAULT_LIMITS, type Limits, UNTRUSTED_LIMITS } from '../src/limits.ts';
import { plainMapping } from '../src/samples/mapping.ts';
import { assert, suite } from './harness.ts';

const test = suite('decode');
const readVector = (name: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(readFileSync(new URL(`../formats/vectors/${name}`, import.meta.url)));
const tiny = readVector('tiny.loe');
const pyramid = readVector('pyramid.loe');

async function rejects(code: ErrorCode, message: RegExp, work: Promise<unknown>): Promise<void> {
  const error = await work.then(() => null).catch((reason: unknown) => reason);
  assert.ok(error instanceof LoecError, String(error));
  assert.is(error.code, code, error.message);
  assert.match(error.message, message);
}

/** That decode, decodeBands and inspect refuse a file. */
async function refuseAll(code: ErrorCode, message: RegExp, file: unknown, options = {}): Promise<void> {
  const bytes = file as FileBytes;
  await rejects(code, message, decode(bytes, options as DecodeOptions));
  await rejects(code, message, decodeBands(bytes, options as DecodeOptions));
  await rejects(code, message, (async () => inspect(bytes, options as InspectOptions))());
}

interface FieldOptions {
  readonly width: number;
  readonly height: number;
  /** Of hidden layers. */
  readonly hidden: readonly number[];
  /** Levels of a pyramid; 0 for a field of coordinates. @default 0 */
  readonly levels?: number;
  readonly filters?: number;
  readonly labels?: boolean;
  /** All of them. @default 0 */
  readonly latent?: number;
}

/** A file whose parameters are all 0, so that it takes some bytes whatever its size. */
async function fileOf(options: FieldOptions): Promise<Uint8Array> {
  const { width, height, hidden, levels = 0, filters = 0, labels = false, latent = 0 } = options;
  const activation = levels > 0 ? ({ kind: 'snake' } as const) : ({ kind: 'sine', omega: 30 } as const);
  const spec: FieldSpec = {
    input: levels > 0 ? { kind: 'pyramid', planes: pyramidPlanes(levels) } : { kind: 'coordinates' },
    filters,
    overlap: 0,
    layers: [
      ...hidden.map((count) => ({ width: count, selector: { kind: 'one' } as const, activation })),
      { width: 1, selector: { kind: labels ? 'segment' : 'one' }, activation: { kind: 'linear' } },
    ],
  };
  const model = levels > 0 ? modelOf(spec, PYRAMID_CONTEXTS.small, { width, height }) : null;
  const latents = model?.planes.map((plane) => new Int16Array(plane.width * plane.height).fill(latent)) ?? [];
  const tensors = weightTensors({ spec, pyramid: model && { model, start: 0 } });
  const contents: FieldContents = {
    kind: 'field',
    width,
    height,
    channels: 1,
    depth: 8,
    colour: [],
    metadata: [],
    samples: plainMapping({ channels: 1, depth: 8 }),
    alpha: null,
    spec,
    enhancement: null,
    preset: '',
    start: null,
    pyramid: model && { model, latents, start: 0 },
    segmentation: labels
      ? { kind: 'raster', width, height, thresholds: [1, 2, 3], labels: new Uint8Array(width * height) }
      : null,
    weights: {
      kind: 'quantized',
      stepIndices: tensors.map(() => -100),
      integers: tensors.map(({ length }) => new Int32Array(length)),
      ...(model && { fromStart: tensors.map(() => false) }),
    },
  };
  return writeContents(contents);
}

test('bytes are taken in every container that programs have them in', async () => {
  const expected = await decode(tiny);
  const shared = new SharedArrayBuffer(tiny.length);
  new Uint8Array(shared).set(tiny);
  const within = new Uint8Array(tiny.length + 7);
  within.set(tiny, 5);
  const other = vm.runInNewContext(`Uint8Array.of(${tiny.join()})`) as Uint8Array<ArrayBuffer>;
  const containers: FileBytes[] = [
    Buffer.from(tiny),
    Uint8ClampedArray.from(tiny),
    new DataView(within.buffer, 5, tiny.length),
    within.subarray(5, 5 + tiny.length),
    tiny.buffer,
    shared,
    new Uint8Array(shared),
    other,
    other.buffer,
  ];
  for (const file of containers) {
    assert.equal(await decode(file), expected);
    assert.is(inspect(file).width, 2);
  }
});

test('anything else is E_USAGE, which says what was expected; no bytes are E_FORMAT', async () => {
  const wrong = [
    undefined,
    null,
    7,
    'photo.loe',
    [...tiny],
    {},
    () => tiny,
    Float32Array.of(1),
    new Uint16Array(9),
  ];
  for (const file of [...wrong, new Blob([tiny]), Object.create(null)]) {
    await refuseAll('E_USAGE', /its bytes as one of Uint8Array, .*, received/, file);
  }
  await refuseAll('E_FORMAT', /empty/, new Uint8Array(0));
  const moved = tiny.slice().buffer;
  structuredClone(moved, { transfer: [moved] });
  await refuseAll('E_FORMAT', /empty/, moved);
});

test('options are checked before the file is looked at', async () => {
  const junk = Uint8Array.of(1, 2, 3);
  const wrong: readonly [RegExp, unknown][] = [
    [/a plain object for the options of decode, received null/, null],
    [/a plain object for the options of decode, received 2/, 2],
    [/decode has no option "scales"; its options are scale, width,/, { scales: 2 }],
    [/decode has no option "toString"/, { toString: 1 }],
    [/a number for scale, received "2"/, { scale: '2' }],
    [/a number for scale, received NaN/, { scale: Number.NaN }],
    [/a number for width, received Infinity/, { width: Number.POSITIVE_INFINITY }],
    [
      /four numbers x, y, width and height, and nothing else for crop/,
      { crop: { y: 0, width: 1, height: 1 } },
    ],
    [
      /four numbers x, y, width and height, and nothing else for crop, received Array/,
      { crop: [0, 0, 1, 1] },
    ],
    [
      /four numbers x, y, width and height, and nothing else for crop/,
      { crop: { x: 0n, y: 0, width: 1, height: 1 } },
    ],
    [/an AbortSignal for signal, received Object/, { signal: {} }],
    [/an AbortSignal for signal, received AbortController/, { signal: new AbortController() }],
    [/a function for onProgress, received a?/, { onProgress: 'yes' }],
    [/a plain object for limits, received Object|a plain object for limits, received 3/, { limits: 3 }],
    [/for limits.pixels, received undefined/, { limits: { pixels: undefined } }],
  ];
  for (const [message, options] of wrong) {
    await rejects('E_USAGE', message, decode(junk, options as DecodeOptions));
    await rejects('E_USAGE', message, decodeBands(junk, options as DecodeOptions));
  }
  for (const options of [{ scale: 1 }, { signal: 1 }, 7, null, { limits: [] }] as unknown[]) {
    await rejects('E_USAGE', /./, (async () => inspect(junk, options as InspectOptions))());
  }
  await rejects('E_USAGE', /exclude each other/, decode(tiny, { scale: 1, width: 2 }));
});

test('options that are undefined are as if they were not there', async () => {
  const none = { scale: undefined, width: undefined, crop: undefined, limits: undefined, signal: undefined };
  assert.equal(await decode(tiny, none as unknown as DecodeOptions), await decode(tiny));
});

test('every limit refuses what is no finite number from 0 up, and names of limits that there are not', async () => {
  for (const name of Object.keys(DEFAULT_LIMITS)) {
    for (const value of [undefined, null, '9', Number.NaN, Number.POSITIVE_INFINITY, -1, 1n, {}]) {
      await refuseAll('E_USAGE', new RegExp(`limits\\.${name}`), tiny, { limits: { [name]: value } });
    }
  }
  for (const limits of [{ pixel: 9 }, { constructor: 9 }, { __proto__: null, memories: 1 }]) {
    await refuseAll('E_USAGE', /for limits, received (pixel|constructor|memories)/, tiny, { limits });
  }
});

test('every limit refuses a file that is beyond it, and names itself', async () => {
  const size = pyramid.length;
  const bounds: readonly [keyof Limits, number][] = [
    ['pixels', 71 * 50],
    ['outputPixels', 71 * 50],
    ['bytes', size],
    ['megaMultiplyAdds', 40],
    ['memory', 2 ** 27],
    ['seconds', 60],
  ];
  for (const [name, enough] of bounds) {
    assert.is((await decode(pyramid, { limits: { [name]: enough } })).width, 71);
    const message = new RegExp(`the limit \`${name}\``);
    const tooLow = name === 'pixels' || name === 'outputPixels' || name === 'bytes' ? enough - 1 : 0;
    await rejects('E_LIMIT', message, decode(pyramid, { limits: { [name]: tooLow } }));
    if (name === 'outputPixels' || name === 'megaMultiplyAdds' || name === 'memory') continue;
    await rejects('E_LIMIT', message, (async () => inspect(pyramid, { limits: { [name]: tooLow } }))());
  }
  assert.equal(await decode(pyramid, { limits: UNTRUSTED_LIMITS }), await decode(pyramid));
});

test('ninety bytes that ask for a day are refused, a large picture of the same bytes is not', async () => {
  const hidden = Array<number>(15).fill(1024);
  const dense = await fileOf({ width: 256, height: 256, hidden });
  assert.ok(dense.length < 100);
  await rejects('E_LIMIT', /megaMultiplyAdds/, decode(dense));
  const large = await fileOf({ width: 8000, height: 8000, hidden: [40, 40] });
  const crop = { x: 0, y: 0, width: 8, height: 8 };
  await rejects('E_LIMIT', /megaMultiplyAdds/, decode(large, { limits: { megaMultiplyAdds: 50_000 } }));
  const controller = new AbortController();
  const onProgress = (): void => controller.abort();
  await rejects('E_ABORTED', /./, decode(large, { signal: controller.signal, onProgress }));
  assert.is((await decode(large, { crop, limits: { megaMultiplyAdds: 5 } })).width, 8);
});

test('memory counts the output of decode, and a band of decodeBands', async () => {
  const file = await fileOf({ width: 4000, height: 4000, hidden: [1] });
  const limits = { memory: 75e6 };
  await rejects('E_LIMIT', /the limit `memory`/, decode(file, { limits }));
  assert.is((await decodeBands(file, { limits })).width, 4000);
  const wide = await fileOf({ width: 2 ** 24, height: 1, hidden: [1], levels: 1 });
  await rejects('E_LIMIT', /the limit `memory`/, decodeBands(wide, { limits }));
});

test('memory that the machine has not is E_LIMIT, in kernels and outside', async () => {
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = () => {
    throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory');
  };
  try {
    await rejects('E_LIMIT', /MiB of memory are needed/, decode(pyramid));
  } finally {
    WebAssembly.Memory.prototype.grow = grow;
  }
  const { pixels, outputPixels, memory } = Object.fromEntries(
    Object.keys(DEFAULT_LIMITS).map((name) => [name, Number.MAX_SAFE_INTEGER]),
  ) as unknown as Limits;
  const file = await fileOf({ width: 2 ** 30, height: 2 ** 17, hidden: [1] });
  const limits = { pixels, outputPixels, memory, megaMultiplyAdds: Number.MAX_SAFE_INTEGER };
  await rejects('E_LIMIT', /more memory than can be had/, decode(file, { limits }));
});

/** A bundle of `loec/decode`, as a page has it. */
async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: "export { decode, inspect } from './src/decoder.ts'",
      resolveDir: new URL('..', import.meta.url).pathname,
    },
    bundle: true,
    format: 'iife',
    globalName: 'loec',
    platform: 'browser',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

test('a page that forbids WebAssembly, or has none, gets E_ENGINE and what to do', async () => {
  const code = await bundled();
  const globals = () => ({ performance, MessageChannel, TextDecoder, atob, file: tiny });
  const decodeThere =
    "loec.decode(file).then((raster) => raster.width, (error) => [error.name, error.code, error.message].join(' '))";
  const run = (context: vm.Context): Promise<unknown> => vm.runInContext(`${code};${decodeThere}`, context);
  assert.is(await run(vm.createContext(globals())), 2);
  const forbidden = vm.createContext(globals(), { codeGeneration: { wasm: false } });
  assert.match(String(await run(forbidden)), /^LoecError E_ENGINE .*wasm-unsafe-eval/);
  const without = vm.createContext(globals());
  vm.runInContext('delete globalThis.WebAssembly', without);
  assert.match(String(await run(without)), /^LoecError E_ENGINE WebAssembly/);
});

test('a signal that is aborted stops everything; an exception of onProgress passes through', async () => {
  await refuseAll('E_ABORTED', /stopped/, pyramid, { signal: AbortSignal.abort() });
  const fault = new Error('mine');
  const decoding = decode(pyramid, {
    onProgress: () => {
      throw fault;
    },
  });
  assert.is(await decoding.catch((reason: unknown) => reason), fault);
  const done: number[] = [];
  await decode(pyramid, { onProgress: (share) => done.push(share) });
  assert.is(done.at(-1), 1);
  assert.equal(done, [...done].sort());
});

const LONG: readonly [string, FieldOptions, DecodeOptions][] = [
  ['weights', { width: 1, height: 1, hidden: Array<number>(6).fill(1024) }, {}],
  ['labels', { width: 1 << 20, height: 1, hidden: [1], labels: true }, {}],
  ['latents', { width: 1 << 12, height: 1 << 9, hidden: [1], levels: 1, latent: 1 }, {}],
  ['a spline', { width: 1 << 13, height: 1 << 11, hidden: [1], levels: 1 }, { scale: 1.01 }],
  ['pieces of few positions', { width: 256, height: 256, hidden: Array<number>(3).fill(1024) }, {}],
  ['a row as long as a picture', { width: 1 << 23, height: 1, hidden: [1] }, {}],
];

for (const [phase, field, options] of LONG) {
  test(`a signal is heard in the middle of ${phase}`, async () => {
    const file = await fileOf(field);
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), 60);
    const limits = { megaMultiplyAdds: 1e9 };
    await rejects('E_ABORTED', /./, decode(file, { ...options, limits, signal: controller.signal }));
    clearTimeout(timer);
  });
}

test.run();
