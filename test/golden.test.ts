import { readFileSync } from 'node:fs';
import vectors from '../formats/vectors/vectors.json' with { type: 'json' };
import { DICTIONARY } from '../src/container/dictionary.ts';
import { HEADER_FIELDS } from '../src/container/header.ts';
import { crc32 } from '../src/crc32.ts';
import { decode } from '../src/decode.ts';
import { LoecError } from '../src/errors.ts';
import { seededRandom } from '../src/field/random.ts';
import { inspect } from '../src/inspect.ts';
import { assert, suite } from './harness.ts';
import { pixelCrc, SCALES, type Vector } from './vectors.ts';

const test = suite('golden files');
const fileOf = (name: string): Uint8Array =>
  Uint8Array.from(readFileSync(new URL(`../formats/vectors/${name}`, import.meta.url)));
const specification = readFileSync(new URL('../formats/loe.md', import.meta.url), 'utf8');

for (const { name, bytes, crcs } of vectors as readonly Vector[]) {
  test(`${name} decodes to the same pixels at every scale`, async () => {
    const file = fileOf(name);
    assert.is(file.length, bytes);
    for (const scale of SCALES) assert.is(pixelCrc(await decode(file, { scale })), crcs[scale]);
  });

  test(`${name}: a crop is the crop of the whole, byte for byte`, async () => {
    const file = fileOf(name);
    for (const scale of [1, 3.7]) {
      const whole = await decode(file, { scale });
      const { width, height, channels } = whole;
      const crop = {
        x: width >> 2,
        y: height >> 1,
        width: Math.ceil(width / 3),
        height: Math.ceil(height / 3),
      };
      const part = await decode(file, { scale, crop });
      for (let row = 0; row < crop.height; row++) {
        const from = ((crop.y + row) * width + crop.x) * channels;
        const expected = whole.data.slice(from, from + crop.width * channels);
        assert.equal(
          part.data.slice(row * crop.width * channels, (row + 1) * crop.width * channels),
          expected,
        );
      }
    }
  });

  test(`${name}: every truncation is refused`, () => {
    const file = fileOf(name);
    for (let length = 0; length < file.length; length++) assert.ok(refuses(file.subarray(0, length)));
  });

  test(`${name}: every changed byte is refused`, () => {
    const file = fileOf(name);
    const values = file.length < 200 ? 255 : 3;
    for (let at = 0; at < file.length; at++) {
      for (let k = 1; k <= values; k++) {
        const changed = file.slice();
        changed[at] = (file[at] as number) ^ (values === 255 ? k : 1 << ((3 * k + at) % 8));
        assert.ok(refuses(changed), `byte ${at}`);
      }
    }
  });
}

/** Whether the file is refused the proper way; CRCs cover every byte, so no damage gets further than `inspect`. */
function refuses(file: Uint8Array): boolean {
  try {
    inspect(file);
    return false;
  } catch (error) {
    return error instanceof LoecError;
  }
}

/** The file with one byte of a section changed and the section's CRC made right again. */
function forged(file: Uint8Array, random: () => number): Uint8Array {
  const copy = file.slice();
  const { sections } = inspect(file);
  const body = sections.reduce((sum, { bytes }) => sum + bytes, 0);
  let start = file.length - body;
  const chosen = Math.floor(random() * sections.length);
  for (const { bytes } of sections.slice(0, chosen)) start += bytes;
  const end = start + (sections[chosen]?.bytes ?? 0) - 4;
  copy[start + 3 + Math.floor(random() * (end - start - 3))] = Math.floor(256 * random());
  new DataView(copy.buffer).setUint32(end, crc32(copy.subarray(start, end)), true);
  return copy;
}

test('forged files, with their CRCs made right, give pixels or a LoecError', async () => {
  const random = seededRandom(11);
  const limits = { pixels: 100_000, outputPixels: 100_000 };
  for (let trial = 0; trial < 400; trial++) {
    const { name } = vectors[trial % vectors.length] as Vector;
    try {
      const { width, height, channels, data } = await decode(forged(fileOf(name), random), { limits });
      assert.is(data.length, width * height * channels);
    } catch (error) {
      assert.ok(error instanceof LoecError, (error as Error).stack);
    }
  }
});

/** The bytes of a section's indented lines. */
function bytesIn(section: string): number[] {
  const hex = [...section.matchAll(/^ {4}((?:[0-9A-F]{2} *)+)$/gm)].map(([, bytes]) => bytes).join(' ');
  return hex
    .trim()
    .split(/\s+/)
    .map((byte) => Number.parseInt(byte, 16));
}

test('the worked example of the specification is the file', () => {
  const example = specification.slice(specification.indexOf('## 13.'));
  assert.equal(bytesIn(example), Array.from(fileOf('tiny.loe')));
});

test('the specification’s dictionary is the code’s', () => {
  const section = specification.slice(specification.indexOf('## 4.'), specification.indexOf('## 5.'));
  assert.equal(bytesIn(section), Array.from(DICTIONARY));
});

test('the specification’s header table is the code’s', () => {
  const section = specification.slice(specification.indexOf('## 5.'), specification.indexOf('## 6.'));
  const rows = [...section.matchAll(/^\| `(\w+)` +\| (.+?) +\|/gm)].map(([, name, rule]) => ({ name, rule }));
  assert.equal(
    rows,
    HEADER_FIELDS.map(({ name, rule }) => ({ name, rule })),
  );
});

test.run();
