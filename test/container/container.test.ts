import { deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { ByteReader, ByteWriter } from '../../src/bytes.ts';
import { colourOf } from '../../src/container/codes.ts';
import type { FieldContents } from '../../src/container/contents.ts';
import { DICTIONARY } from '../../src/container/dictionary.ts';
import { type FieldHeader, HEADER_FIELDS, unpackHeader } from '../../src/container/header.ts';
import { packHeader, packValue } from '../../src/container/pack.ts';
import { unpackValue } from '../../src/container/packed.ts';
import { joinSections, MAGIC, splitSections, VERSION } from '../../src/container/sections.ts';
import { writeContents } from '../../src/container/write.ts';
import { crc32 } from '../../src/crc32.ts';
import { type ErrorCode, LoecError } from '../../src/errors.ts';
import { initialParameters } from '../../src/field/init.ts';
import { presetSpec } from '../../src/field/presets.ts';
import { type FieldSpec, tensorsOf } from '../../src/field/spec.ts';
import type { Chunk } from '../../src/image/raster.ts';
import { inspect } from '../../src/inspect.ts';
import { finish } from '../../src/time-slices.ts';
import { assert, suite } from '../harness.ts';
import { contentsOf, fieldContentsOf } from './read-file.ts';

const test = suite('container');

function fails(code: ErrorCode, work: () => unknown): void {
  assert.throws(work, (error: unknown) => error instanceof LoecError && error.code === code);
}

/** As `fails`, for what fails later. */
async function rejects(code: ErrorCode, work: Promise<unknown>): Promise<void> {
  const error = await work.then(() => null).catch((reason: unknown) => reason);
  assert.ok(error instanceof LoecError && error.code === code, String(error));
}

test('CRC-32 is that of gzip', () => {
  assert.is(crc32(new TextEncoder().encode('123456789')), 0xcbf43926);
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const zipped = gzipSync(bytes);
      assert.equal(Uint8Array.from(gunzipSync(zipped)), bytes);
      assert.is(crc32(bytes), zipped.readUInt32LE(zipped.length - 8));
    }),
    { seed: 3 },
  );
});

test('varints come back; one without an end is refused', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 35 - 1 }), (value) => {
      assert.is(new ByteReader(new ByteWriter().varint(value).finish()).varint(), value);
    }),
    { seed: 4 },
  );
  fails('E_FORMAT', () => new ByteReader(new Uint8Array(9).fill(0xff)).varint());
});

const header: FieldHeader = {
  width: 3,
  height: 2,
  channels: 1,
  depth: 8,
  colour: [3, Uint8Array.of(0, 0, 177, 143)],
  samples: [1, 2, 250],
  layers: [4, 0, 30, 1, 2, 0],
  steps: [-80, 1, 1, 0],
  thresholds: null,
  preset: 'loe',
  pyramid: [7, 2, 12, 3, 16, 1, 2 ** 45 + 5],
};

test('the header comes back, and each field’s rule can fail', () => {
  const unpacked = unpackHeader(packHeader(header)) as FieldHeader;
  assert.equal({ ...unpacked, colour: [3, Uint8Array.from(unpacked.colour[1] as Uint8Array)] }, header);
  const wrong: Record<keyof FieldHeader, unknown> = {
    width: 0,
    height: 1.5,
    channels: 5,
    depth: 12,
    colour: [9, new Uint8Array(1)],
    samples: [1, 9, 8],
    layers: [4, 0],
    steps: ['x'],
    thresholds: [9, 8, 7],
    preset: 'x'.repeat(33),
    pyramid: [7, 2, 12, 3, 12, 1, 0],
  };
  for (const { name } of HEADER_FIELDS) {
    fails('E_FORMAT', () => unpackHeader(packHeader({ ...header, [name]: wrong[name] } as FieldHeader)));
  }
});

test('layers end with whole triples, or with an overlap', () => {
  const { layers } = header;
  for (const more of [[], [1], [32]]) {
    const unpacked = unpackHeader(packHeader({ ...header, layers: [...layers, ...more] })) as FieldHeader;
    assert.equal(unpacked.layers, [...layers, ...more]);
  }
  for (const more of [[0], [33], [1.5], [-1], [4, 0], [4, 4]]) {
    fails('E_FORMAT', () => unpackHeader(packHeader({ ...header, layers: [...layers, ...more] })));
  }
});

test('headers are deflated with the dictionary as zlib does it', () => {
  const packed = packHeader(header);
  const [flagged] = packed as unknown as [number];
  const raw = inflateRawSync(packed.subarray(1), { dictionary: DICTIONARY });
  assert.is(flagged, 2 * raw.length + 1);
  assert.throws(() => inflateRawSync(packed.subarray(1)));
  const deflated = (dictionary?: Uint8Array): Uint8Array =>
    Uint8Array.of(flagged, ...deflateRawSync(raw, dictionary && { dictionary }));
  assert.equal(unpackHeader(deflated(DICTIONARY)), unpackHeader(packed));
  assert.equal(unpackHeader(deflated()), unpackHeader(packed));
  fails('E_FORMAT', () => unpackHeader(deflated(Uint8Array.of(...raw, ...DICTIONARY))));
});

test('deflated values can’t grow beyond what they announce', () => {
  const bomb = deflateSync(new Uint8Array(1_000_000)).subarray(2, -4);
  const announce = (length: number): Uint8Array =>
    new ByteWriter()
      .varint(2 * length + 1)
      .bytes(bomb)
      .finish();
  fails('E_FORMAT', () => unpackValue(announce(10), 'header'));
  fails('E_LIMIT', () => unpackValue(announce(2 ** 30), 'header'));
  fails('E_FORMAT', () => unpackValue(Uint8Array.of(3, 0xff), 'header'));
  const nested = packValue(['a'.repeat(100)]);
  assert.ok(nested.length < 100);
  assert.equal(unpackValue(nested, 'header'), ['a'.repeat(100)]);
});

const payload = Uint8Array.of(1, 2, 3);

test('sections: unknown ancillary ones are skipped, unknown critical ones refused', () => {
  const section = (tag: number): Uint8Array => {
    const covered = new ByteWriter().uint8(tag).varint(3).bytes(payload).finish();
    return new ByteWriter().bytes(covered).uint32(crc32(covered)).finish();
  };
  const file = (...parts: Uint8Array[]): Uint8Array => {
    const body = parts.reduce((writer, part) => writer.bytes(part), new ByteWriter()).finish();
    return new ByteWriter().bytes(MAGIC).uint8(VERSION).varint(body.length).bytes(body).finish();
  };
  assert.equal(
    finish(splitSections(file(section(1), section(0xf0)))).sections.map(({ tag }) => tag),
    [1, 0xf0],
  );
  fails('E_UNSUPPORTED', () => finish(splitSections(file(section(1), section(0x70)))));
  fails('E_FORMAT', () => finish(splitSections(file(section(1), section(1)))));
  fails('E_FORMAT', () => finish(splitSections(Uint8Array.from([...file(section(1)), 0]))));
  fails('E_FORMAT', () => finish(splitSections(new Uint8Array(0))));
  const newer = joinSections([{ name: 'header', payload }]);
  newer[4] = VERSION + 1;
  fails('E_UNSUPPORTED', () => finish(splitSections(newer)));
});

const spec = presetSpec('seg-loe', { width: 3, channels: 2 });
const contents: FieldContents = {
  kind: 'field',
  width: 4,
  height: 3,
  channels: 2,
  depth: 16,
  colour: [{ type: 'sRGB', data: Uint8Array.of(0) }],
  metadata: [{ type: 'tEXt', data: Uint8Array.of(65, 0, 66) }],
  samples: { colours: 1, low: 300, high: 400, alpha: { kind: 'output', base: [350] } },
  alpha: { width: 4, height: 3, labels: Uint8Array.of(0, 1, 2, 2, 1, 1, 0, 0, 0, 1, 2, 0) },
  spec,
  start: null,
  pyramid: null,
  segmentation: {
    kind: 'raster',
    width: 4,
    height: 3,
    thresholds: [10, 20, 20],
    labels: Uint8Array.of(0, 1, 2, 3, 3, 3, 2, 2, 1, 1, 0, 0),
  },
  enhancement: null,
  preset: 'seg-loe',
  weights: {
    kind: 'quantized',
    stepIndices: tensorsOf(spec).map((_, i) => 5 * i - 90),
    integers: tensorsOf(spec).map(({ length }) =>
      Int32Array.from({ length }, (_, i) => ((i * 37) % 41) - 20),
    ),
  },
};

const plain = (value: FieldContents): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, item) => (ArrayBuffer.isView(item) ? Array.from(item as Uint8Array) : item)),
  );

test('contents come back: quantized and float32, segmented, 16 bits, colour and metadata', async () => {
  const float32 = { kind: 'float32', parameters: initialParameters(spec, 1) } as const;
  for (const weights of [contents.weights, float32]) {
    const written = { ...contents, weights };
    assert.equal(plain(await fieldContentsOf(await writeContents(written))), plain(written));
  }
});

/** A file of another field, without a segmentation. */
function fileOf(other: FieldSpec): Promise<Uint8Array> {
  const weights = { kind: 'float32', parameters: initialParameters(other, 1) } as const;
  return writeContents({ ...contents, spec: other, segmentation: null, weights });
}

test('tiles overlap by whole 64ths, as the file says and inspect tells', async () => {
  const tiled = presetSpec('loe-ftc', { width: 3, channels: 2, depth: 2 });
  const plainTiles = await fileOf(tiled);
  for (const [units, text] of [
    [1, '1/64'],
    [4, '1/16'],
    [11, '11/64'],
    [32, '1/2'],
  ] as const) {
    const overlapping = { ...tiled, overlap: units / 64 };
    const file = await fileOf(overlapping);
    assert.equal((await fieldContentsOf(file)).spec, overlapping);
    const { layers, macPerPixel } = inspect(file);
    assert.equal(layers.slice(0, 1), [`3 sine(30), tile 128, overlap ${text}`]);
    // The centres of these pixels are on borders of the smallest tiles.
    assert.ok(macPerPixel > inspect(plainTiles).macPerPixel);
  }
  assert.equal(inspect(plainTiles).layers.slice(0, 1), ['3 sine(30), tile 128']);
});

test('an overlap without tiles, or of too many kinds of them, is damage', async () => {
  const plainField = presetSpec('siren', { width: 3, channels: 2 });
  const manyTiles = presetSpec('loe-ftc', { width: 3, channels: 2, depth: 3 });
  await rejects('E_FORMAT', fieldContentsOf(await fileOf({ ...plainField, overlap: 1 / 16 })));
  await rejects('E_FORMAT', fieldContentsOf(await fileOf({ ...manyTiles, overlap: 1 / 16 })));
  assert.equal((await fieldContentsOf(await fileOf(manyTiles))).spec, manyTiles);
});

test('what readers would refuse is not written', async () => {
  const comment = { type: 'tEXt', data: Uint8Array.of(65, 0, 66) };
  const exif = { type: 'eXIf', data: Uint8Array.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8]) };
  const [srgb] = contents.colour as [Chunk];
  const wrong: Partial<FieldContents>[] = [
    { colour: [srgb, srgb] },
    { colour: [comment] },
    { colour: [{ type: 'sBIT', data: Uint8Array.of(8) }] },
    { metadata: [srgb] },
    { metadata: [exif, exif] },
    { metadata: [{ type: 'IDAT', data: new Uint8Array(3) }] },
    { metadata: [{ ...comment, data: Uint8Array.of(65, 66) }] },
    { metadata: Array(257).fill(comment) },
    { metadata: [{ ...comment, data: Uint8Array.from({ length: 2 ** 24 }, (_, i) => (i === 1 ? 0 : 65)) }] },
  ];
  for (const change of wrong) await rejects('E_USAGE', writeContents({ ...contents, ...change }));
  const metadata = Array(256).fill(comment);
  assert.is((await contentsOf(await writeContents({ ...contents, metadata }))).metadata.length, 256);
});

test('a profile is stored as its bytes, whatever they are, and becomes a chunk that inflates to them', async () => {
  const profile = Uint8Array.from({ length: 3000 }, (_, i) => (i % 50) + 100);
  const iccp = Uint8Array.from([...Buffer.from('name\0\0'), ...deflateSync(profile)]);
  const file = await writeContents({ ...contents, colour: [{ type: 'iCCP', data: iccp }] });
  const [section] = finish(splitSections(file)).sections;
  assert.equal(unpackHeader(section?.payload as Uint8Array).colour, [1, profile]);
  const [{ type, data } = {} as Chunk] = (await contentsOf(file)).colour;
  assert.is(type, 'iCCP');
  assert.equal(Uint8Array.from(inflateSync(data.subarray(data.indexOf(0) + 2))), profile);
  const broken = { type: 'iCCP', data: iccp.subarray(0, 20) };
  await rejects('E_USAGE', writeContents({ ...contents, colour: [broken] }));
  fails('E_FORMAT', () => colourOf({ ...header, colour: [1, new Uint8Array(0)] }));
});

test('limits are checked before anything is allocated', async () => {
  const file = await writeContents(contents);
  const tooLow = { bytes: file.length - 1, pixels: 11 };
  for (const [name, limit] of Object.entries(tooLow)) {
    await rejects('E_LIMIT', contentsOf(file, { [name]: limit }));
  }
});

test('weights that are not finite are refused', async () => {
  const parameters = initialParameters(spec, 1);
  parameters[3] = Number.NaN;
  const file = await writeContents({ ...contents, weights: { kind: 'float32', parameters } });
  await rejects('E_FORMAT', contentsOf(file));
});

test.run();
