/** @file Flat pictures end to end: coded without loss, read as the specification says, damaged and at other scales. */

import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { joinSections, type SectionName, sectionName, splitSections } from '../src/container/sections.ts';
import { decode } from '../src/decode.ts';
import { encodePicture } from '../src/encoder/encode-picture.ts';
import { isMixed } from '../src/encoder/mixed-picture.ts';
import { chooseEngine } from '../src/engine/choose.ts';
import { LoecError } from '../src/errors.ts';
import { seededRandom } from '../src/field/random.ts';
import { checkedOptions, type EncodeNotice, type EncodeOptions } from '../src/fit/options.ts';
import { withoutHiddenColour } from '../src/image/hidden-colour.ts';
import { readPng } from '../src/image/png/read.ts';
import {
  allocateSamples,
  type BitDepth,
  type ChannelCount,
  peakOf,
  type Raster,
} from '../src/image/raster.ts';
import { inspect } from '../src/inspect.ts';
import { Indicators } from '../src/render/flat/indicators.ts';
import { finish } from '../src/time-slices.ts';
import { referenceFlat } from './flat-reference.ts';
import { assert, skipped, suite } from './harness.ts';
import { noiseRaster, rasterOf } from './image/rasters.ts';

const test = suite('flat');

async function fileOf(raster: Raster, options: EncodeOptions = { preset: 'flat' }): Promise<Uint8Array> {
  const { file, preset } = await encodePicture(raster, checkedOptions(options), chooseEngine);
  assert.is(preset, 'flat');
  return file;
}

/** @param labelAt the place in a list of random colours */
function drawing(
  size: readonly [width: number, height: number],
  channels: ChannelCount,
  depth: BitDepth,
  colours: number,
  labelAt: (x: number, y: number) => number,
): Raster {
  const [width, height] = size;
  const random = seededRandom(colours + 7 * channels);
  const palette = Array.from({ length: colours * channels }, () =>
    Math.floor(random() * (peakOf(depth) + 1)),
  );
  const data = allocateSamples(depth, width * height * channels);
  for (let i = 0; i < width * height; i++) {
    const label = labelAt(i % width, Math.floor(i / width)) % colours;
    for (let c = 0; c < channels; c++) data[i * channels + c] = palette[label * channels + c] as number;
  }
  return { width, height, channels, depth, data, colour: [], metadata: [] };
}

/** Letters of sorts: repeated, of a few colours, among lines. */
const text = (
  size: readonly [number, number],
  channels: ChannelCount,
  depth: BitDepth,
  colours: number,
): Raster =>
  drawing(size, channels, depth, colours, (x, y) => {
    const letter = Math.floor(x / 6) + 5 * Math.floor(y / 9);
    const isInk = y % 9 < 7 && ((letter * letter * 31 + 11 * (x % 6) + 17 * (y % 9)) % 7) % 3 === 0;
    return isInk ? 1 + (letter % Math.max(1, colours - 1)) : 0;
  });

/** A slope, a right angle, a dot, and lines of one and of two pixels. */
const shapes = ([width, height]: readonly [number, number]): Raster =>
  drawing([width, height], 3, 8, 5, (x, y) => {
    if (x > 12 && y > 12) return 1;
    if (x === 20 && y === 3) return 2;
    if (y === Math.floor(x / 2) + 5 || (x + y > 33 && x + y < 36)) return 3;
    return y < 2 + x / 5 ? 4 : 0;
  });

/** As many colours as there may be of them, most of them once. */
const many = drawing([80, 60], 3, 8, 4096, (x, y) => (y < 52 ? 80 * y + x : x % 4));

const PICTURES: readonly Raster[] = [
  drawing([1, 1], 3, 8, 1, () => 0),
  drawing([9, 5], 4, 16, 1, () => 0),
  text([1, 200], 1, 8, 3),
  text([200, 1], 3, 8, 4),
  text([2, 90], 2, 16, 5),
  text([3, 50], 4, 8, 9),
  text([64, 48], 3, 8, 2),
  text([64, 48], 1, 16, 17),
  text([60, 40], 4, 16, 40),
  many,
];

test('pictures of few and of many colours come back, and the reference decoder agrees', async () => {
  for (const raster of PICTURES) {
    const file = await fileOf(raster);
    assert.equal((await decode(file)).data, withoutHiddenColour(raster).data);
    const reference = referenceFlat(raster, sectionsOf(file), raster);
    assert.equal(Array.from(withoutHiddenColour(raster).data), reference);
  }
});

test('any picture of few colours comes back', async () => {
  const picture = fc
    .tuple(
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom(1, 2, 3, 4),
      fc.constantFrom(8, 16),
      fc.integer({ min: 1, max: 40 }),
    )
    .chain(([width, channels, depth, height]) =>
      fc
        .array(fc.integer({ min: 0, max: 6 }), { minLength: width * height, maxLength: width * height })
        .map((labels) =>
          drawing(
            [width, height],
            channels as ChannelCount,
            depth as BitDepth,
            7,
            (x, y) => labels[y * width + x] as number,
          ),
        ),
    );
  await fc.assert(
    fc.asyncProperty(picture, async (raster) => {
      assert.equal((await decode(await fileOf(raster))).data, withoutHiddenColour(raster).data);
    }),
    { seed: 29, numRuns: 25 },
  );
});

test('at other sizes samples are the reference’s, with hard and with soft edges', async () => {
  const disc = (isSoft: boolean): Raster =>
    rasterOf(14, 12, 4, 8, (x, y, c) => {
      const inside = Math.hypot(x - 6.3, y - 5.4) - 4;
      const cover = isSoft
        ? Math.min(1, Math.max(0, Math.round(4 * (0.5 - inside)) / 4))
        : Number(inside < 0);
      return c === 3 ? cover : cover > 0 ? ([1, 0.8, 0.1][c] as number) : 0;
    });
  for (const raster of [disc(false), disc(true), text([18, 14], 3, 16, 6), shapes([29, 23])]) {
    const file = await fileOf(raster);
    for (const scale of [1, 2, 2.5, 3, 7]) {
      const { width, height, data } = await decode(file, { scale });
      const reference = referenceFlat(raster, sectionsOf(file), { width, height });
      assert.equal(Array.from(data), reference, `scale ${scale}`);
    }
  }
});

test('a part is the same as that part of the whole', async () => {
  const file = await fileOf(shapes([61, 47]));
  for (const scale of [0.7, 2, 3.3]) {
    const whole = await decode(file, { scale });
    const crop = { x: whole.width >> 2, y: whole.height >> 2, width: 12, height: 8 };
    const { data } = await decode(file, { scale, crop });
    const rows = Array.from({ length: crop.height }, (_, row) => {
      const first = 3 * ((crop.y + row) * whole.width + crop.x);
      return [...whole.data.slice(first, first + 3 * crop.width)];
    });
    assert.equal([...data], rows.flat(), `scale ${scale}`);
  }
});

test('indicators of a part are those of the whole', () => {
  const random = seededRandom(3);
  const [width, height] = [30, 26];
  const blocks = Array.from({ length: 100 }, () => Math.floor(3 * random()));
  const indices = Uint8Array.from({ length: width * height }, (_, i) => {
    const block = blocks[10 * Math.floor(i / width / 3) + Math.floor((i % width) / 3)] as number;
    return random() < 0.1 ? 3 : block;
  });
  const map = { width, height, indices };
  const whole = new Indicators(map, { first: 0, last: width - 1 }, { first: 0, last: height - 1 });
  const at = ({ starts, classes, values }: Indicators, i: number): number[][] => {
    const [start, end] = [starts[i] as number, starts[i + 1] as number];
    return [[...classes.slice(start, end)], [...values.slice(start, end)]];
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const part = new Indicators(map, { first: x, last: x }, { first: y, last: y });
      assert.equal(at(part, part.placeOf(x, y)), at(whole, whole.placeOf(x, y)), `${x}, ${y}`);
    }
  }
});

/** Of a drawing of two colours at eight times its size: what is ink, in pixels of the drawing. */
async function inkOf(isInk: (x: number, y: number) => boolean): Promise<number> {
  const raster = rasterOf(32, 32, 1, 8, (x, y) => Number(isInk(x, y)));
  const crop = { x: 64, y: 64, width: 128, height: 128 };
  const { data } = await decode(await fileOf(raster), { scale: 8, crop });
  return Array.from(data).reduce((sum, sample) => sum + sample / 255, 0) / 64;
}

test('borders of slopes are straight, lines keep their width, dots and right angles stay', async () => {
  const slope = rasterOf(64, 64, 1, 8, (x, y) => Number(y < 32 + (x - 31.5) / 5));
  const { data, width } = await decode(await fileOf(slope), { scale: 4 });
  for (let x = 40; x < width - 40; x++) {
    const border = Array.from({ length: 256 }, (_, y) => (data[y * width + x] as number) / 255);
    const found = border.reduce((sum, ink) => sum + ink, 0) / 4 - 0.5;
    const drawn = 32 + ((x + 0.5) / 4 - 0.5 - 31.5) / 5;
    assert.ok(Math.abs(found - drawn) < 0.2, `column ${x}: ${found}, not ${drawn}`);
  }
  const near = async (ink: Promise<number>, pixels: number) => {
    assert.ok(Math.abs((await ink) / pixels - 1) < 0.12, `${await ink} of ${pixels}`);
  };
  await near(
    inkOf((_, y) => y === 16),
    16,
  );
  await near(
    inkOf((x, y) => x === y),
    16,
  );
  await near(
    inkOf((x, y) => y === (x >> 1) + 8 || y === (x >> 1) + 9),
    32,
  );
  await near(
    inkOf((x, y) => x === 16 && y === 16),
    1,
  );
  await near(
    inkOf((x, y) => Math.abs(x - 16) < 4 && Math.abs(y - 16) < 4),
    49,
  );
});

test('golden files are what the reference decoder makes of them', async () => {
  for (const name of ['flat.loe', 'flat-soft.loe']) {
    const file = Uint8Array.from(readFileSync(new URL(`../formats/vectors/${name}`, import.meta.url)));
    const picture = await decode(file);
    for (const scale of [1, 2, 3.7]) {
      const { width, height, data } = await decode(file, { scale });
      assert.equal(Array.from(data), referenceFlat(picture, sectionsOf(file), { width, height }));
    }
  }
});

test('a yellow disc on nothing has no dark ring, larger or smaller', async () => {
  const raster = rasterOf(32, 32, 4, 8, (x, y, c) => {
    const cover = Math.min(1, Math.max(0, Math.round(4 * (11.5 - Math.hypot(x - 15.5, y - 15.5))) / 4));
    return c === 3 ? cover : cover > 0 && c < 2 ? 1 : 0;
  });
  const file = await fileOf(raster);
  for (const scale of [0.5, 2, 4]) {
    const { data } = await decode(file, { scale });
    for (let i = 0; i < data.length; i += 4)
      if (data[i + 3] !== 0) assert.equal([...data.slice(i, i + 3)], [255, 255, 0]);
  }
});

test('info says how many colours there are', async () => {
  const { preset, colours, weights, pyramid, layers, sections } = inspect(
    await fileOf(text([64, 48], 1, 16, 17)),
  );
  assert.equal([preset, colours, weights, pyramid, layers], ['flat', 17, null, null, []]);
  assert.equal(
    sections.map(({ type }) => type),
    ['header', 'palette', 'colour labels'],
  );
});

function sectionsOf(file: Uint8Array): { palette: Uint8Array; labels: Uint8Array } {
  const { sections } = finish(splitSections(file));
  const payload = (name: string) =>
    sections.find(({ tag }) => sectionName(tag) === name)?.payload as Uint8Array;
  return { palette: payload('palette'), labels: payload('colour labels') };
}

/** The file with other payloads, its CRCs right. */
function withPayloads(file: Uint8Array, changed: Partial<Record<string, Uint8Array>>): Uint8Array {
  const { sections } = finish(splitSections(file));
  return joinSections(
    sections.map(({ tag, payload }) => {
      const name = sectionName(tag) as SectionName;
      return { name, payload: changed[name] ?? payload };
    }),
  );
}

async function pixelsOrRefusal(file: Uint8Array): Promise<void> {
  try {
    await decode(file);
  } catch (error) {
    assert.ok(error instanceof LoecError && error.code === 'E_FORMAT', (error as Error).stack);
  }
}

test('damaged sections with right CRCs give pixels or are refused', async () => {
  const random = seededRandom(4);
  for (const raster of [text([40, 30], 3, 8, 5), text([30, 20], 4, 16, 40)]) {
    const file = await fileOf(raster);
    const { palette, labels } = sectionsOf(file);
    for (let trial = 0; trial < 60; trial++) {
      for (const [name, payload] of [
        ['palette', palette],
        ['colour labels', labels],
      ] as const) {
        const flipped = payload.slice();
        const at = Math.floor(random() * flipped.length);
        flipped[at] = (flipped[at] as number) ^ (1 << Math.floor(8 * random()));
        await pixelsOrRefusal(withPayloads(file, { [name]: flipped }));
        await pixelsOrRefusal(
          withPayloads(file, { [name]: payload.slice(0, Math.floor(random() * payload.length)) }),
        );
      }
    }
  }
});

async function refuses(message: RegExp, work: Promise<unknown>): Promise<void> {
  const error = await work.then(
    () => null,
    (reason) => reason,
  );
  assert.ok(error instanceof LoecError, String(error));
  assert.match(error.message, message);
}

test('labels without a colour, samples beyond the peak and missing sections are refused', async () => {
  const file = await fileOf(text([40, 30], 3, 8, 5));
  const labels = new Uint8Array(200).fill(0xa5);
  await refuses(
    /label \d+ of 5 colours|ends too early/,
    decode(withPayloads(file, { 'colour labels': labels })),
  );
  await refuses(/65537 colours/, decode(withPayloads(file, { palette: Uint8Array.of(0x80, 0x80, 0x08) })));
  await refuses(
    /a sample of the palette is/,
    decode(withPayloads(file, { palette: Uint8Array.of(8, 0, 0, 0, 0, 0, 0, 0, 0, 0) })),
  );
  const { sections } = finish(splitSections(file));
  const alone = joinSections([{ name: 'header', payload: sections[0]?.payload as Uint8Array }]);
  await refuses(/no palette section/, decode(alone));
  const single = await fileOf(drawing([4, 4], 3, 8, 1, () => 0));
  await refuses(
    /labels of a single colour/,
    decode(withPayloads(single, { 'colour labels': Uint8Array.of(1) })),
  );
});

test('limits and an abort are heard', async () => {
  const file = await fileOf(text([600, 400], 3, 8, 5));
  await refuses(/memory/, decode(file, { limits: { memory: 1e6 } }));
  await refuses(/million multiply-adds/, decode(file, { limits: { megaMultiplyAdds: 100 } }));
  const abort = new AbortController();
  const decoding = decode(file, { signal: abort.signal });
  setTimeout(() => abort.abort(), 20);
  await refuses(/stopped before the end/, decoding);
});

test('the preset is chosen by itself, refused where it can’t be, and its file is within a size', async () => {
  const drawn = text([120, 90], 3, 8, 4);
  assert.ok((await fileOf(drawn, {})).length < 1500);
  assert.ok((await fileOf(drawn, { psnr: 60 })).length < 1500);
  assert.ok((await fileOf(drawn, { size: 1500 })).length < 1500);
  await refuses(/1 bytes were not reached/, fileOf(drawn, { preset: 'flat', size: 1 }));
  await refuses(/width belongs to presets that fit a field/, fileOf(drawn, { preset: 'flat', width: 8 }));
  await refuses(/more than 65536 colours/, fileOf(noiseRaster(300, 300, 3, 8)));
  const result = await encodePicture(drawn, checkedOptions({ ssimulacra2: 80 }), chooseEngine);
  const { psnr, engine, steps, ssimulacra2 } = result;
  assert.equal(
    { psnr, engine, steps, ssimulacra2 },
    { psnr: Number.POSITIVE_INFINITY, engine: null, steps: 0, ssimulacra2: 100 },
  );
});

test('a photograph among text is noticed; text and photographs alone are not', async () => {
  const random = seededRandom(9);
  const photograph = rasterOf(
    256,
    128,
    3,
    8,
    (x, y, c) => 0.5 + 0.3 * Math.sin(x / 20 + c) * Math.cos(y / 30) + 0.1 * random(),
  );
  const drawn = text([256, 256], 3, 8, 4);
  const data = drawn.data.slice();
  data.set(photograph.data, 0);
  assert.equal([drawn, photograph, { ...drawn, data }].map(isMixed), [false, false, true]);
  const notices: EncodeNotice[] = [];
  const options = {
    effort: 1,
    steps: 1,
    quality: 0,
    onNotice: (notice: EncodeNotice) => notices.push(notice),
  };
  await encodePicture({ ...drawn, data }, checkedOptions({ ...options, engine: 'wasm' }), chooseEngine);
  assert.equal(
    notices.map(({ kind }) => kind),
    ['picture'],
  );
});

const PIXEL_ART = new URL('../../shared/cases/pixelart.png', import.meta.url);
if (existsSync(PIXEL_ART)) {
  test('pixel art is kept exactly, in less than its PNG', async () => {
    const bytes = readFileSync(PIXEL_ART);
    const { raster } = await readPng(bytes, { name: 'pixelart.png' });
    const file = await fileOf(raster, { quality: 100 });
    assert.equal((await decode(file)).data, raster.data);
    assert.ok(file.length < 0.75 * bytes.length, `${file.length} of ${bytes.length}`);
  });
} else {
  skipped('pixel art is kept exactly', 'no ../shared/cases');
}

test.run();
