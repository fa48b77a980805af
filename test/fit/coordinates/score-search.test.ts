/** @file The search for a score by fits, of pictures whose scores are known functions of the size. */

import { LoecError } from '../../../src/errors.ts';
import { searchScore } from '../../../src/fit/coordinates/score-search.ts';
import type { Fitted } from '../../../src/fit/fitted.ts';
import { Journal, NO_JOURNAL } from '../../../src/fit/journal/journal.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('the search for a score');

/** Of qualities 50 and 100 of 768x512 pixels. */
const SIZES = { first: 21_440, finest: 187_054, most: 1_180_000 };

/** What the sizes that are tried come to. */
class Fits {
  readonly tried: number[] = [];
  readonly #scores: (bytes: number) => Partial<Fitted>;

  constructor(scores: (bytes: number) => Partial<Fitted>) {
    this.#scores = scores;
  }

  readonly fitTo = async (bytes: number): Promise<Fitted> => {
    this.tried.push(bytes);
    return { file: new Uint8Array(bytes), psnr: 0, steps: 1, ...this.#scores(bytes) };
  };
}

const psnrOf =
  (slope: number) =>
  (bytes: number): Partial<Fitted> => ({ psnr: 30 + slope * Math.log2(bytes / 20_000) });

/** As pictures have it: what is missing to 100 falls as a power of the size; a PSNR besides, that misleads. */
const ssimulacra2Of =
  (power: number) =>
  (bytes: number): Partial<Fitted> => ({ ssimulacra2: 100 - 40 * (bytes / 20_000) ** -power, psnr: 99 });

test('a PSNR is reached, and hardly more, in a few fits', async () => {
  for (const slope of [1.2, 2.3, 4, 8]) {
    for (const score of [27, 30, 33]) {
      const fits = new Fits(psnrOf(slope));
      const { psnr } = await searchScore(SIZES, { kind: 'psnr', score }, fits.fitTo, NO_JOURNAL);
      assert.ok(psnr >= score && psnr <= score + 0.25, `${psnr} for ${score} at ${slope} dB`);
      assert.ok(fits.tried.length <= 4, `${fits.tried}`);
    }
  }
});

test('an SSIMULACRA2 is reached by itself, whatever the PSNR', async () => {
  for (const power of [0.3, 0.6, 1]) {
    for (const score of [30, 50, 70, 80]) {
      const fits = new Fits(ssimulacra2Of(power));
      const { ssimulacra2: reached = 0 } = await searchScore(
        SIZES,
        { kind: 'ssimulacra2', score },
        fits.fitTo,
        NO_JOURNAL,
      );
      assert.ok(reached >= score && reached <= score + 1, `${reached} for ${score}, power ${power}`);
      assert.ok(fits.tried.length <= 6, `${fits.tried}`);
    }
  }
});

test('of files that all have more than enough the smallest is taken', async () => {
  // No size has a score between 30 and 34.
  const fits = new Fits((bytes) => ({ psnr: bytes < 31_000 ? 29 : 34 }));
  const { file } = await searchScore(SIZES, { kind: 'psnr', score: 30 }, fits.fitTo, NO_JOURNAL);
  assert.is(file.length, Math.min(...fits.tried.filter((bytes) => bytes >= 31_000)));
});

test('sizes that no field fits into are doubled', async () => {
  const fits = new Fits((bytes) => {
    if (bytes < 100_000) throw new LoecError('E_TARGET', 'no field');
    return psnrOf(2)(bytes);
  });
  const { psnr } = await searchScore(SIZES, { kind: 'psnr', score: 36 }, fits.fitTo, NO_JOURNAL);
  assert.ok(psnr >= 36 && psnr <= 36.25, `${psnr}`);
  const [first = 0, second = 0] = fits.tried;
  assert.ok(Math.abs(second - 2 * first) <= 1, `${first}, then ${second}`);
});

test('what the finest fit misses is told, with what the best one has; other errors come through', async () => {
  const search = (kind: 'psnr' | 'ssimulacra2', score: number, scores: (bytes: number) => Partial<Fitted>) =>
    searchScore(SIZES, { kind, score }, new Fits(scores).fitTo, NO_JOURNAL).catch((error: unknown) => error);
  const low = await search('psnr', 60, (bytes) => ({ psnr: Math.min(41.239, bytes / 1000) }));
  assert.ok(low instanceof LoecError && low.code === 'E_TARGET');
  assert.match(low.message, /60 dB were not reached: the best file has 41\.23 dB/);
  const blurred = await search('ssimulacra2', 90, () => ({ ssimulacra2: 55.5 }));
  assert.match((blurred as Error).message, /SSIMULACRA2 of 90 was not reached: the best file has 55\.50/);
  const lost = new LoecError('E_ENGINE', 'the engine is lost');
  const failed = await search('psnr', 30, () => {
    throw lost;
  });
  assert.is(failed, lost);
});

test('a search for what no size reaches tries none beyond the most, and that once', async () => {
  const fits = new Fits(() => ({ psnr: 20 }));
  const sizes = { first: 100, finest: 100, most: 400 };
  const search = searchScore(sizes, { kind: 'psnr', score: 60 }, fits.fitTo, NO_JOURNAL);
  const error = await search.catch((reason: unknown) => reason);
  assert.match((error as Error).message, /the best file has 20\.00 dB/);
  assert.equal(fits.tried, [100, 400, 100]);
});

test('a search that is to finish ends with what it has', async () => {
  let wish: 'go on' | 'finish' = 'go on';
  const journal = new Journal({ interval: 1e6, wish: () => wish, keep: null });
  const fits = new Fits((bytes) => {
    if (fits.tried.length === 2) wish = 'finish';
    return psnrOf(2)(bytes);
  });
  const fitTo = (bytes: number) => journal.recall(() => fits.fitTo(bytes));
  const { psnr } = await searchScore(SIZES, { kind: 'psnr', score: 50 }, fitTo, journal);
  assert.is(fits.tried.length, 2);
  assert.ok(psnr < 50);
});

test('a fit that was cut short does not take the place of a better one', async () => {
  let wish: 'go on' | 'finish' = 'go on';
  const journal = new Journal({ interval: 1e6, wish: () => wish, keep: null });
  const fits = new Fits(() => {
    if (fits.tried.length === 2) wish = 'finish';
    return { psnr: fits.tried.length === 1 ? 31 : 12 };
  });
  const fitTo = (bytes: number) => journal.recall(() => fits.fitTo(bytes));
  const { psnr } = await searchScore(SIZES, { kind: 'psnr', score: 33 }, fitTo, journal);
  assert.is(psnr, 31);
});

test.run();
