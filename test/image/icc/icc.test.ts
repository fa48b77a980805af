/** @file Profiles made smaller, compared by lcms (in sharp) with what they were made from. */

import { deflateSync, inflateSync } from 'node:zlib';
import sharp from 'sharp';
import { seededRandom } from '../../../src/field/random.ts';
import { iccpData, MAX_PROFILE_BYTES } from '../../../src/image/icc/iccp.ts';
import { SRGB } from '../../../src/image/icc/known.ts';
import { profileName } from '../../../src/image/icc/name.ts';
import { readMatrixProfile } from '../../../src/image/icc/profile.ts';
import { profileOf } from '../../../src/image/icc/profile-in-iccp.ts';
import { reducedProfile } from '../../../src/image/icc/reduce.ts';
import { reducedChunks } from '../../../src/image/icc/reduce-chunks.ts';
import { writePng } from '../../../src/image/png/write.ts';
import type { Chunk } from '../../../src/image/raster.ts';
import { assert, suite } from '../../harness.ts';
import { colorantsOf, profileOfSpace, profileWith, SPACES, tableTag, tagsOf } from './profiles.ts';

const test = suite('colour profiles');

/** Each 15th level of each channel, and all of red, of green, of blue and of grey, in 16 bits. */
const CUBE = [
  ...Array.from({ length: 18 ** 3 }, (_, i) =>
    [i % 18, Math.floor(i / 18) % 18, Math.floor(i / 324)].map((v) => 15 * v),
  ),
  ...Array.from({ length: 256 }, (_, i) => [
    [i, i, i],
    [i, 0, 0],
    [0, i, 0],
    [0, 0, i],
  ]).flat(),
];

/** What lcms makes of all colours: levels of 8 bits, with fractions, in Display P3, which is where sharp brings 16 bits to. */
async function shown(colour: readonly Chunk[], channels: 1 | 3 = 3): Promise<number[]> {
  const data = Uint16Array.from(
    CUBE.flatMap((sample) => sample.slice(0, channels)),
    (level) => 257 * level,
  );
  const raster = { width: CUBE.length, height: 1, channels, depth: 16, data, colour } as const;
  const parts: Uint8Array[] = [];
  for await (const part of writePng(raster)) parts.push(part);
  const raw = await sharp(Buffer.concat(parts)).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer();
  return [...new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2)].map((value) => value / 257);
}

const farthest = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);

const chunkOf = (profile: Uint8Array): Chunk => ({ type: 'iCCP', data: iccpData(profile) });
const reduced = (...chunks: Chunk[]): readonly Chunk[] =>
  reducedChunks(chunks, 'smallest', assert.unreachable);

test('a profile of sRGB becomes its code, with the rendering intent', async () => {
  const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: '#123' } });
  const { icc } = await sharp(await picture.withIccProfile('srgb').jpeg().toBuffer()).metadata();
  for (const profile of [profileOfSpace(SPACES.srgb), icc as Buffer]) {
    const bytes = Uint8Array.from(profile);
    bytes[67] = 1;
    assert.equal(reduced(chunkOf(bytes)), [{ type: 'sRGB', data: Uint8Array.of(1) }]);
  }
});

test('grey by a curve', async () => {
  const gamma = (exponent: number): Buffer => profileWith({ kTRC: tableTag((x) => x ** exponent) }, 'GRAY');
  const profile = gamma(2.2);
  const chunks = reduced(chunkOf(profile));
  assert.is(profileName(profileOf(chunks[0]?.data as Uint8Array) as Uint8Array), 'grey, gamma 2.2');
  assert.ok(farthest(await shown([chunkOf(profile)], 1), await shown(chunks, 1)) <= 0.3);
  assert.is(profileName(gamma(1.7)), 'test');
  const srgb = profileWith({ kTRC: tableTag(SPACES.srgb.curve) }, 'GRAY');
  assert.equal(reduced(chunkOf(srgb)), [{ type: 'sRGB', data: Uint8Array.of(0) }]);
});

test('curves of their own, each other ones, become shorter tables or stay', async () => {
  const bump = (x: number): number => x ** 2 + 0.02 * Math.sin(9 * x) * x * (1 - x);
  const tags = { ...tagsOf(SPACES.p3), gTRC: tableTag(bump) };
  const profile = profileWith(tags);
  const chunks = reduced(chunkOf(profile));
  const small = profileOf(chunks[0]?.data as Uint8Array) as Uint8Array;
  assert.ok(small.length > 444 && small.length < 2700, `${small.length}`);
  assert.ok(farthest(await shown([chunkOf(profile)]), await shown(chunks)) <= 0.3);
  const noise = tableTag((x) => (x === 1 ? 1 : (4999.5 * x) % 1));
  const noisy = profileWith({ ...tags, bTRC: noise });
  const kept = profileOf(reduced(chunkOf(noisy))[0]?.data as Uint8Array) as Uint8Array;
  assert.equal(readMatrixProfile(kept)?.curves[2]?.data, Uint8Array.from(noise));
});

for (const [name, space] of Object.entries(SPACES)) {
  if (name === 'srgb') continue;
  test(`${name}: the smallest profile shows the same colours`, async () => {
    const profile = profileOfSpace(space);
    const chunks = reduced(chunkOf(profile));
    const small = profileOf(chunks[0]?.data as Uint8Array) as Uint8Array;
    assert.is(small.length, 444);
    assert.ok(farthest(await shown([chunkOf(profile)]), await shown(chunks)) <= 0.3);
    assert.equal(reduced(...chunks), chunks, 'and is its own smallest');
  });
}

test('colours are adapted to D50 as published', () => {
  const expected = colorantsOf(SPACES.srgb).map((row) => row.map((value) => 65536 * value));
  const found = [0, 1, 2].map((row) => [0, 3, 6].map((at) => SRGB[at + row] as number));
  assert.ok(farthest(expected.flat(), found.flat()) < 15);
});

test('tables of colours, other spaces and versions stay as they are', () => {
  const matrix = profileOfSpace(SPACES.p3);
  const changed = (at: number, text: string): Buffer => {
    const copy = Buffer.from(matrix);
    copy.write(text, at, 'latin1');
    return copy;
  };
  const kept = [
    profileWith({ ...tagsOf(SPACES.p3), A2B0: Buffer.from('mft2 and so on') }),
    changed(8, '\x05'),
    changed(12, 'link'),
    changed(16, 'CMYK'),
    changed(20, 'Lab '),
    changed(36, 'none'),
    Buffer.from('no profile'),
  ];
  for (const profile of kept) assert.equal(reducedProfile(profile), { kind: 'profile', profile });
});

test('of what says the same twice one stays, and broken profiles none', () => {
  const p3 = reduced(chunkOf(profileOfSpace(SPACES.p3)))[0] as Chunk;
  const srgb = { type: 'sRGB', data: Uint8Array.of(0) };
  const gama = { type: 'gAMA', data: Uint8Array.of(0, 0, 177, 143) };
  const cicp = { type: 'cICP', data: Uint8Array.of(12, 13, 0, 1) };
  const phys = { type: 'pHYs', data: new Uint8Array(9) };
  assert.equal(reduced(cicp, p3, srgb, gama, phys), [cicp, p3, phys]);
  assert.equal(reduced(srgb, gama), [srgb]);
  assert.equal(reduced(gama, phys), [gama, phys]);
  const exact = [chunkOf(profileOfSpace(SPACES.srgb)), gama];
  assert.equal(reducedChunks(exact, 'exact', assert.unreachable), exact);
  for (const data of ['a\0\0junk', 'a\0\0x\x9c\x03\0\0\0\0\x01']) {
    const notes: string[] = [];
    const broken = { type: 'iCCP', data: Uint8Array.from(Buffer.from(data, 'latin1')) };
    assert.equal(
      reducedChunks([broken, gama], 'exact', (text) => notes.push(text)),
      [gama],
    );
    assert.match(notes.join(), /profile is left out/);
  }
});

test('profiles of all lengths are found again, and a bomb is none', () => {
  for (const length of [1, 65535, 65536, 200_000]) {
    const profile = Uint8Array.from({ length }, (_, i) => (i * i) >> 3);
    const data = iccpData(profile);
    assert.equal(Uint8Array.from(inflateSync(data.subarray(data.indexOf(0) + 2))), profile);
    assert.equal(profileOf(data), profile);
  }
  const bomb = deflateSync(new Uint8Array(MAX_PROFILE_BYTES + 1));
  assert.is(profileOf(Buffer.concat([Buffer.from('a\0\0'), bomb])), null);
});

test('damaged profiles do no harm', () => {
  const random = seededRandom(3);
  const whole = [
    ...Object.values(SPACES).map(profileOfSpace),
    profileWith({ kTRC: tableTag((x) => x) }, 'GRAY'),
  ];
  for (let i = 0; i < 120; i++) {
    const profile = Uint8Array.from(whole[i % whole.length] as Buffer);
    // Of the header, the table of tags and the colorants.
    for (let k = 0; k <= i % 4; k++) profile[Math.floor(400 * random())] = Math.floor(256 * random());
    const cut = i % 5 > 0 ? profile : profile.subarray(0, Math.floor(profile.length * random()));
    const result = reducedProfile(cut);
    if (result.kind === 'profile') assert.ok(result.profile.length <= cut.length);
    assert.type(profileName(cut), 'string');
  }
});

test.run();
