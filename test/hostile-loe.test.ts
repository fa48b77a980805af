/** @file Files made by hand to cost their reader much, or to pass something on: each of ../shared/cases/hostile, and others of its kind. */

import { existsSync, readFileSync } from 'node:fs';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Packr, Unpackr } from 'msgpackr';
import { ByteReader, ByteWriter } from '../src/bytes.ts';
import { DICTIONARY } from '../src/container/dictionary.ts';
import { joinSections, type SectionName, sectionName, splitSections } from '../src/container/sections.ts';
import { type DecodeOptions, decode, decodeBands } from '../src/decode.ts';
import { type ErrorCode, LoecError } from '../src/errors.ts';
import { inspect } from '../src/inspect.ts';
import { finish } from '../src/time-slices.ts';
import { assert, skipped, suite } from './harness.ts';

const test = suite('hostile .loe files');
const HOSTILE = new URL('../../shared/cases/hostile/', import.meta.url);
const tiny = Uint8Array.from(readFileSync(new URL('../formats/vectors/tiny.loe', import.meta.url)));

/** A test of a file of the folder, renewed. @param header the values of its header. @default its own */
function testFile(
  name: string,
  what: string,
  check: (file: Uint8Array) => Promise<void>,
  header?: readonly unknown[],
): void {
  const url = new URL(name, HOSTILE);
  if (existsSync(url))
    test(`${name}: ${what}`, () => check(renewed(Uint8Array.from(readFileSync(url)), header)));
  else skipped(name, '../shared/cases is not there');
}

/** The file as it would be made now: its header lacks `samples`. Headers that can't be read any more are made anew. */
function renewed(file: Uint8Array, header?: readonly unknown[]): Uint8Array {
  return joinSections(
    finish(splitSections(file)).sections.map(({ tag, payload }) => {
      const name = sectionName(tag) as SectionName;
      return { name, payload: name === 'header' ? pack(header ?? withSamples(payload)) : payload };
    }),
  );
}

function withSamples(payload: Uint8Array): readonly unknown[] {
  const reader = new ByteReader(payload);
  const isDeflated = reader.varint() % 2 === 1;
  const bytes = reader.bytes(reader.left);
  const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: false });
  const values = unpackr.unpack(isDeflated ? inflateRawSync(bytes) : bytes) as unknown[];
  return values.toSpliced(SAMPLES, 0, null);
}

/** The place of `samples` in the header. */
const SAMPLES = 5;

async function failure(work: Promise<unknown>): Promise<LoecError> {
  const error = await work.then(() => null).catch((reason: unknown) => reason);
  assert.ok(error instanceof LoecError, String(error));
  return error;
}

async function decodeFails(
  file: Uint8Array,
  code: ErrorCode,
  message: RegExp,
  options?: DecodeOptions,
): Promise<void> {
  const error = await failure(decode(file, options));
  assert.is(error.code, code, error.message);
  assert.match(error.message, message);
}

/** As `decodeFails`, and `inspect` fails likewise. */
async function allFail(file: Uint8Array, code: ErrorCode, message: RegExp): Promise<void> {
  await decodeFails(file, code, message);
  assert.throws(() => inspect(file), message);
}

/** The first bytes of the picture, of a decode that may take long: bands and pieces come one after the other. */
async function begins(file: Uint8Array): Promise<void> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), 100);
  await decodeFails(file, 'E_ABORTED', /stopped/, { signal: controller.signal });
  clearTimeout(timer);
}

const pack = (value: unknown): Uint8Array => {
  const raw = Uint8Array.from(new Packr({ useRecords: false, variableMapSize: true }).pack(value));
  const deflated = deflateRawSync(raw, { dictionary: DICTIONARY });
  return new ByteWriter()
    .varint(2 * raw.length + 1)
    .bytes(deflated)
    .finish();
};

/** The golden file tiny.loe with other sections. */
function withSections(change: Partial<Record<SectionName, Uint8Array>>): Uint8Array {
  const own = finish(splitSections(tiny)).sections.map(({ tag, payload }) => [sectionName(tag), payload]);
  const all = { ...Object.fromEntries(own), ...change } as Record<SectionName, Uint8Array>;
  return joinSections(Object.entries(all).map(([name, payload]) => ({ name: name as SectionName, payload })));
}

const HEADER: readonly unknown[] = [2, 2, 1, 8, [], null, [1, 0, 30, 1, 0, 0], [-80, 0, 48, 0], null, ''];
const withField = (index: number, value: unknown): Uint8Array =>
  withSections({ header: pack(HEADER.with(index, value)) });
const withMetadata = (...values: unknown[]): Uint8Array => withSections({ metadata: pack(values) });
const text = (content: string): Uint8Array =>
  Uint8Array.from(content, (character) => character.charCodeAt(0));

testFile('meta-idat.loe', 'metadata that is pixels is refused', (file) =>
  decodeFails(file, 'E_FORMAT', /metadata/),
);
testFile('meta-iend.loe', 'metadata that ends the PNG is refused', (file) =>
  decodeFails(file, 'E_FORMAT', /metadata/),
);
testFile('meta-junk.loe', 'metadata of an unknown kind is refused', (file) =>
  decodeFails(file, 'E_FORMAT', /metadata/),
);
testFile('meta-pairs.loe', 'thousands of chunks are refused', (file) =>
  decodeFails(file, 'E_FORMAT', /metadata/),
);
testFile('array-of-maps.loe', 'a header of maps is refused', (file) => allFail(file, 'E_FORMAT', /header/));
testFile('pyr-2p27x1-present.loe', 'latents in rows of 134 megapixels are refused', (file) =>
  decodeFails(file, 'E_LIMIT', /the limit `memory`/),
);
for (const side of [256, 11585]) {
  const layers = [...Array(15).fill([1024, 0, 30]), [1, 0, 0]].flat();
  const header = [side, side, 1, 8, [], null, layers, Array(32).fill(0), null, ''];
  testFile(
    `mac-${side}.loe`,
    'a day of work is refused, and stopped where it is allowed',
    async (file) => {
      await decodeFails(file, 'E_LIMIT', /the limit `megaMultiplyAdds`/);
      const signal = AbortSignal.timeout(100);
      await decodeFails(file, 'E_ABORTED', /stopped/, { signal, limits: { megaMultiplyAdds: 1e12 } });
      const limits = { megaMultiplyAdds: 1e12, seconds: 0.1 };
      await decodeFails(file, 'E_LIMIT', /the limit `seconds`, 0.1/, { limits });
    },
    header,
  );
}
for (const name of ['tiny-11585.loe', 'tiny-2p27x1.loe', 'wide-rgba16-2p27x1.loe', 'labels-2048.loe']) {
  testFile(name, 'is decoded, and can be stopped', begins);
}
testFile('tiny-2p27x1.loe', 'a part is decoded at once', async (file) => {
  const crop = { x: 2 ** 26, y: 0, width: 9, height: 1 };
  assert.is((await decode(file, { crop })).data.length, 9);
});
testFile('preset-escape.loe', 'any characters are a preset', async (file) => {
  assert.ok(inspect(file).preset.includes('\u001b'));
  assert.is((await decode(file)).width, 2);
});

test('the forged files begin with a sound one', async () => {
  assert.equal(await decode(withField(0, 2)), await decode(tiny));
  assert.is((await decode(withMetadata('tEXt', text('A\0b')))).metadata.length, 1);
});

test('headers of other types, or of too many values, are refused', async () => {
  for (const value of [new Map([[1, 2]]), true, [[[2]]], Array(5000).fill(1), 'x'.repeat(200), 2n ** 63n]) {
    for (const field of [0, 4, 5, 6, 7, 9]) await allFail(withField(field, value), 'E_FORMAT', /header/);
  }
  await allFail(withSections({ header: pack({ width: 2 }) }), 'E_FORMAT', /header/);
});

test('display chunks are of the kinds that there are, each once, and well formed', async () => {
  await allFail(withField(4, [9, new Uint8Array(4)]), 'E_FORMAT', /header field colour/);
  await allFail(withField(4, [2, Uint8Array.of(0), 2, Uint8Array.of(0)]), 'E_FORMAT', /header field colour/);
  await decodeFails(withField(4, [2, Uint8Array.of(7)]), 'E_FORMAT', /display chunk/);
  await decodeFails(withField(4, [7, Uint8Array.of(9)]), 'E_FORMAT', /display chunk/);
  assert.is((await decode(withField(4, [7, Uint8Array.of(8)]))).colour[0]?.type, 'sBIT');
});

test('metadata chunks are of the kinds that there are, EXIF once, and well formed', async () => {
  const exif = text('MM\0*\0\0\0\x08');
  for (const kind of ['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'iCCP', 'prVt', 'tEXt\n', 'toString']) {
    await decodeFails(withMetadata(kind, text('A\0b')), 'E_FORMAT', /metadata/);
  }
  await decodeFails(withMetadata('eXIf', exif, 'eXIf', exif), 'E_FORMAT', /metadata/);
  await decodeFails(withMetadata('tEXt', text('no end')), 'E_FORMAT', /metadata/);
  await decodeFails(withMetadata('eXIf', text('MMMMMMMM')), 'E_FORMAT', /metadata/);
  await decodeFails(withMetadata('tEXt'), 'E_FORMAT', /pairs/);
  const many = (count: number) => Array.from({ length: count }, () => ['tEXt', text('A\0b')]).flat();
  assert.is((await decode(withMetadata(...many(256)))).metadata.length, 256);
  await decodeFails(withMetadata(...many(257)), 'E_FORMAT', /257 metadata chunks; 256 are allowed/);
  await decodeFails(withMetadata(...many(30_000)), 'E_FORMAT', /metadata/);
});

test('messages hold no character of the file', async () => {
  const control = '\u001b]0;title\u0007';
  const files = [
    withField(9, `${control}${'x'.repeat(40)}`),
    withMetadata(control, text('A\0b')),
    text(control),
  ];
  for (const file of files) {
    const { message } = await failure(decode(file));
    assert.match(message, /^[\x20-\x7e…–]+$/);
  }
});

test('sections of the other kind of picture are refused', async () => {
  await allFail(
    withSections({ palette: Uint8Array.of(0) }),
    'E_FORMAT',
    /a palette section, which a field has not/,
  );
  const flat = withSections({ header: pack(HEADER.slice(0, 5)), palette: Uint8Array.of(0) });
  await allFail(flat, 'E_FORMAT', /a weights section, which a flat picture has not/);
});

test('a mask of 134 megapixels can be stopped', async () => {
  const header = HEADER.with(0, 11585).with(1, 11585).with(2, 2).with(SAMPLES, [1, 0, 255, -2]);
  await begins(withSections({ header: pack(header), alpha: new Uint8Array(40) }));
});

test('pictures of any shape up to the limits begin to decode', async () => {
  for (const [width, height] of [
    [2 ** 27, 1],
    [1, 2 ** 27],
    [11585, 11585],
  ] as const) {
    const file = withSections({ header: pack(HEADER.with(0, width).with(1, height)) });
    await begins(file);
    const { bands } = await decodeBands(file, { crop: { x: 0, y: 0, width: 1, height: 1 } });
    for await (const band of bands) assert.is(band.length, 1);
  }
  await allFail(withField(0, 2 ** 27), 'E_LIMIT', /the limit `pixels`/);
  await allFail(withField(0, 2 ** 31 - 1), 'E_LIMIT', /the limit `pixels`/);
});

test.run();
