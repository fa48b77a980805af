/**
 * @file The shortest profiles that readers take, version 4 of ICC's format (ICC.1:2022). What varies stands at their end, and all of them begin
 * alike, so that of the likeliest, which the dictionary of .loe files has, a file holds few bytes.
 */

import { bytesOf, joined, words } from './fields.ts';
import { type MatrixProfile, TAGS_AT } from './profile.ts';

/** The white that XYZ are relative to, D50, in 65536ths. */
const D50 = [63190, 65536, 54061];

/** What these profiles are called in programs that show names. */
export const COMPACT_NAME = 'loec';

/** A name and a copyright, which a profile must have: language, country, length and place of the text, and the text. */
const TEXT = joined(
  bytesOf('mluc'),
  words(0, 1, 12),
  bytesOf('enUS'),
  words(2 * COMPACT_NAME.length, 28),
  bytesOf([...COMPACT_NAME].map((character) => `\0${character}`).join('')),
);

const WHITE = xyzData(D50);

/** What a profile is made of; curves as data of tags: one for all channels, or one for each. */
interface ProfileParts extends Pick<MatrixProfile, 'intent' | 'colorants' | 'adaptation'> {
  readonly curves: readonly Uint8Array[];
}

/** @returns the bytes of the profile */
export function compactProfile({ intent, colorants, adaptation, curves }: ProfileParts): Uint8Array {
  const isGrey = colorants.length === 0;
  const channels = isGrey ? ['k'] : ['r', 'g', 'b'];
  /** Tags, and their data, which several may share. */
  const shared: [names: string[], data: Uint8Array][] = [
    [['desc', 'cprt'], TEXT],
    [['wtpt'], WHITE],
    [['chad'], joined(bytesOf('sf32'), words(0, ...adaptation))],
  ];
  for (let c = 0; c < colorants.length; c += 3) {
    shared.push([[`${channels[c / 3]}XYZ`], xyzData(colorants.slice(c, c + 3))]);
  }
  const curveNames = channels.map((name) => `${name}TRC`);
  curves.forEach((curve, i) => {
    shared.push([curves.length === 1 ? curveNames : [curveNames[i] as string], padded(curve)]);
  });
  const count = shared.reduce((sum, [names]) => sum + names.length, 0);
  const entries: Uint8Array[] = [];
  let offset = TAGS_AT + 12 * count;
  for (const [names, data] of shared) {
    for (const name of names) entries.push(bytesOf(name), words(offset, data.length));
    offset += data.length;
  }
  const header = headerOf(offset, isGrey ? 'GRAY' : 'RGB ', intent);
  return joined(header, words(count), ...entries, ...shared.map(([, data]) => data));
}

/** 128 bytes: a profile of a display, of XYZ, made on the first day of 2000. */
function headerOf(length: number, space: string, intent: number): Uint8Array {
  return joined(
    words(length, 0, 0x04200000),
    bytesOf(`mntr${space}XYZ `),
    Uint8Array.of(0x07, 0xd0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0),
    bytesOf('acsp'),
    words(0, 0, 0, 0, 0, 0, intent, ...D50),
    new Uint8Array(48),
  );
}

function xyzData(xyz: readonly number[]): Uint8Array {
  return joined(bytesOf('XYZ '), words(0, ...xyz));
}

/** Data of tags begins at multiples of four. */
function padded(data: Uint8Array): Uint8Array {
  return joined(data, new Uint8Array(-data.length & 3));
}
