/** @file The header's samples and the section of alpha's classes: what comes back, what is refused. */

import type { FieldContents } from '../../src/container/contents.ts';
import { type FieldHeader, unpackHeader } from '../../src/container/header.ts';
import { packHeader } from '../../src/container/pack.ts';
import { joinSections, type SectionName, sectionName, splitSections } from '../../src/container/sections.ts';
import { writeContents } from '../../src/container/write.ts';
import { decode } from '../../src/decode.ts';
import { encodeLabels } from '../../src/entropy/label-map.ts';
import { LoecError } from '../../src/errors.ts';
import { presetSpec } from '../../src/field/presets.ts';
import type { ChannelCount } from '../../src/image/raster.ts';
import { inspect } from '../../src/inspect.ts';
import { type AlphaMapping, outputCount, type SampleMapping } from '../../src/samples/mapping.ts';
import { finish } from '../../src/time-slices.ts';
import { assert, suite } from '../harness.ts';
import { pyramidContents } from './pyramids.ts';
import { contentsOf } from './read-file.ts';

const test = suite('samples of files');
const [WIDTH, HEIGHT] = [21, 13];
const MASK = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => Number(i % WIDTH > 9));
const CLASSES = MASK.map((label, i) => (i % 5 === 0 ? 2 : label));

function contentsWith(
  channels: ChannelCount,
  alpha: AlphaMapping,
  labels: Uint8Array | null = null,
  colours: 1 | 3 = channels < 3 ? 1 : 3,
): FieldContents {
  const samples: SampleMapping = { colours, low: 0, high: 255, alpha };
  const spec = presetSpec('pyramid', { channels: outputCount(samples), levels: 7 });
  const map = labels && { width: WIDTH, height: HEIGHT, labels };
  return { ...pyramidContents(WIDTH, HEIGHT, spec), channels, samples, alpha: map };
}

const mask = contentsWith(4, { kind: 'mask' }, MASK);
const soft = contentsWith(2, { kind: 'output', base: [128] }, CLASSES);
const opaque = contentsWith(4, { kind: 'constant', value: 255 });
const [maskFile, softFile, opaqueFile] = await Promise.all(
  [mask, soft, opaque].map((one) => writeContents(one)),
);

/** The file with another header and other sections; null drops one. */
function changed(
  file: Uint8Array | undefined,
  change: Partial<FieldHeader>,
  sections: Partial<Record<SectionName, Uint8Array | null>> = {},
): Uint8Array {
  const parts = new Map(
    finish(splitSections(file as Uint8Array)).sections.map(({ tag, payload }) => [
      sectionName(tag) as SectionName,
      payload,
    ]),
  );
  const header = unpackHeader(parts.get('header') as Uint8Array);
  parts.set('header', packHeader({ ...header, ...change }));
  for (const [name, payload] of Object.entries(sections)) {
    if (payload) parts.set(name as SectionName, payload);
    else parts.delete(name as SectionName);
  }
  return joinSections([...parts].map(([name, payload]) => ({ name, payload })));
}

async function isDamaged(file: Uint8Array, message: RegExp): Promise<void> {
  const error = await decode(file).catch((reason: unknown) => reason);
  assert.ok(error instanceof LoecError, String(error));
  assert.is((error as LoecError).code, 'E_FORMAT');
  assert.match((error as LoecError).message, message);
}

test('every mapping comes back', async () => {
  const all = [
    mask,
    soft,
    opaque,
    contentsWith(3, { kind: 'none' }, null, 1),
    contentsWith(2, { kind: 'mask' }, MASK),
    contentsWith(4, { kind: 'output', base: [1, 128, 255] }),
    contentsWith(4, { kind: 'output', base: [7] }, CLASSES, 1),
    {
      ...contentsWith(1, { kind: 'none' }),
      depth: 16 as const,
      samples: { colours: 1 as const, low: 500, high: 500, alpha: { kind: 'none' as const } },
    },
  ];
  for (const contents of all) {
    const file = await writeContents(contents);
    assert.equal(await contentsOf(file), contents);
    assert.equal(inspect(file).samples, contents.samples);
  }
});

test('outputs that are the channels take a byte; a mask takes one decision per pixel', async () => {
  const header = (file: Uint8Array | undefined) => inspect(file as Uint8Array).sections[0]?.bytes ?? 0;
  const [plain, withAlpha] = await Promise.all(
    [contentsWith(3, { kind: 'none' }), contentsWith(4, { kind: 'output', base: [128, 128, 128] })].map(
      (one) => writeContents(one),
    ),
  );
  assert.ok(header(opaqueFile) <= header(plain) + 4);
  assert.is(
    (
      unpackHeader(
        finish(splitSections(withAlpha as Uint8Array)).sections[0]?.payload as Uint8Array,
      ) as FieldHeader
    ).samples,
    null,
  );
  assert.ok(
    encodeLabels(MASK.slice(), WIDTH, HEIGHT, 2).length < encodeLabels(MASK.slice(), WIDTH, HEIGHT).length,
  );
});

test('a mapping that is not of the picture is damage', async () => {
  for (const samples of [
    [3, 9, 8],
    [2, 0, 255],
    [3, 0],
    [3, 0, 65536, 255],
    [3, 0, 255, -3],
    [3, 0.5, 255, 255],
    [3, 0, 255, -1, 0, 0, 65536],
    [3, 0, 255, -1, 0, 0, 0, 0],
  ]) {
    await isDamaged(changed(opaqueFile, { samples }), /header field samples/);
  }
  for (const samples of [
    [3, 0, 255],
    [3, 0, 256, 255],
    [3, 0, 255, 256],
  ]) {
    await isDamaged(changed(opaqueFile, { samples }), /samples are not those of its channels and depth/);
  }
  await isDamaged(changed(softFile, { samples: [3, 0, 255, -1] }), /samples are not those/);
  await isDamaged(changed(opaqueFile, { samples: null }), /the last layer does not give 4 outputs/);
  await isDamaged(
    changed(opaqueFile, { samples: [1, 0, 255, 255] }),
    /the last layer does not give 1 outputs/,
  );
  await isDamaged(changed(opaqueFile, { channels: 3 }), /samples are not those/);
});

test('classes of alpha are there where they are needed, and only where they mean something', async () => {
  await isDamaged(changed(maskFile, {}, { alpha: null }), /no alpha section/);
  assert.is((await decode(changed(softFile, {}, { alpha: null }))).channels, 2);
  const labels = encodeLabels(MASK.slice(), WIDTH, HEIGHT, 2);
  await isDamaged(changed(opaqueFile, {}, { alpha: labels }), /classes of alpha where it does not vary/);
  await isDamaged(changed(maskFile, {}, { alpha: labels.subarray(0, 1) }), /end|bytes/);
  const wrong = MASK.map((label) => 3 * label);
  await isDamaged(
    changed(softFile, {}, { alpha: encodeLabels(wrong, WIDTH, HEIGHT, 3) }),
    /a class of alpha/,
  );
});

test('what is transparent or opaque is so exactly, whatever the outputs', async () => {
  const [decodedMask, decodedSoft] = [
    await decode(maskFile as Uint8Array),
    await decode(softFile as Uint8Array),
  ];
  for (let i = 0; i < MASK.length; i++) {
    assert.is(decodedMask.data[4 * i + 3], 255 * (MASK[i] as number));
    const alpha = decodedSoft.data[2 * i + 1] as number;
    assert.ok([alpha === 0, alpha === 255, alpha > 0 && alpha < 255][CLASSES[i] as number], `${i}: ${alpha}`);
    if (alpha === 0) assert.is(decodedSoft.data[2 * i], 0);
  }
});

test.run();
