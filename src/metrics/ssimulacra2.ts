/**
 * @file SSIMULACRA2, version 2.1, of Jon Sneyers: how near a picture is to its original in the eyes of people, 90 for what
 * nobody can tell apart, 70 high, 50 medium, 30 low quality. Written after cloudinary/ssimulacra2 (BSD license) and the tool
 * `ssimulacra2` of libjxl 0.11, whose scores `test/metrics` compares.
 */

import { assert } from '../errors.ts';
import { hasAlpha, type Picture } from '../image/raster.ts';
import { errorNorms } from './error-maps.ts';
import { WEIGHTS } from './ssimulacra2-weights.ts';
import { type ColourPlanes, halved, linearLight, turnIntoXyb } from './xyb.ts';

/** 1:1 to 1:32. */
const SCALES = 6;

/** A picture with a shorter side than this is not halved. */
const LEAST_SIDE = 8;

/** Greys behind pictures with alpha, as shares of the peak: near black and near white, as the tools have them. */
const BACKGROUNDS = [0.1, 0.9] as const;

/**
 * The score of `decoded`, up to 100 for equal pictures and without a lower bound: very bad ones are below 0. Samples are taken
 * as sRGB. With alpha, what is seen before a dark and before a bright grey is scored, and the lower score counts.
 *
 * A shorter side up to 112 has fewer than six scales; the tools refuse one below 8, which has a single scale here.
 */
export function ssimulacra2(reference: Picture, decoded: Picture): number {
  return ssimulacra2Against(reference)(decoded);
}

/**
 * Prepares a picture once, for scores of many decoded ones; takes 16 bytes per pixel, twice that with alpha.
 * @returns the score of a picture of the same size, as {@link ssimulacra2}
 */
export function ssimulacra2Against(reference: Picture): (decoded: Picture) => number {
  const { width, height } = reference;
  const originals = backgroundsOf(reference).map((background) => [...xybScales(reference, background)]);
  return (decoded) => {
    assert(decoded.width === width && decoded.height === height, 'pictures of different shapes are compared');
    const backgrounds = originals.length > 1 ? BACKGROUNDS : backgroundsOf(decoded);
    const scores = backgrounds.map((background, i) =>
      score((originals[i] ?? originals[0]) as ColourPlanes[], xybScales(decoded, background)),
    );
    return Math.min(...scores);
  };
}

/** What an opaque picture lies on makes no difference. */
function backgroundsOf({ channels }: Picture): readonly number[] {
  return hasAlpha({ channels }) ? BACKGROUNDS : BACKGROUNDS.slice(0, 1);
}

/** The picture at each scale, finest first. Halved is linear light. */
function* xybScales(picture: Picture, background: number): Generator<ColourPlanes> {
  let colours = linearLight(picture, background);
  for (let scale = 1; scale < SCALES && Math.min(colours.width, colours.height) >= LEAST_SIDE; scale++) {
    const half = halved(colours);
    turnIntoXyb(colours);
    yield colours;
    colours = half;
  }
  turnIntoXyb(colours);
  yield colours;
}

function score(original: readonly ColourPlanes[], decoded: Iterable<ColourPlanes>): number {
  const norms: number[][] = [[], [], []];
  let scale = 0;
  for (const { planes, ...size } of decoded) {
    const { planes: originals } = original[scale++] as ColourPlanes;
    planes.forEach((plane, i) => {
      norms[i]?.push(...errorNorms(originals[i] as Float32Array, plane, size));
    });
  }
  return scoreOf(norms.flat());
}

/**
 * Where there are fewer than six scales, weights of Y and B fall on the wrong norms, since the reference reads its list of weights
 * without gaps. Small pictures are scored so everywhere, hence here.
 */
function scoreOf(norms: readonly number[]): number {
  const sum = norms.reduce((total, norm, i) => total + (WEIGHTS[i] as number) * norm, 0);
  const error = 0.9562382616834844 * sum;
  const bent =
    2.326765642916932 * error - 0.020884521182843837 * error ** 2 + 6.248496625763138e-5 * error ** 3;
  return 100 - 10 * Math.max(0, bent) ** 0.6276336467831387;
}
