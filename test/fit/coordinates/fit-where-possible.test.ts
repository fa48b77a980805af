/** @file Sizes that nobody asks for: a little more where no field fits in, never far more. */

import { LoecError } from '../../../src/errors.ts';
import { smallestFit } from '../../../src/fit/coordinates/fit-where-possible.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('fits where they are possible');

/** A fit that needs so many bytes. */
const fitThatNeeds =
  (least: number, tried: number[] = []) =>
  async (bytes: number): Promise<number> => {
    tried.push(bytes);
    if (bytes < least) throw new LoecError('E_TARGET', `${least} are needed`);
    return bytes;
  };

test('what fits is taken at once, what does not gets more until it does', async () => {
  assert.is(await smallestFit(fitThatNeeds(100), 100), 100);
  const tried: number[] = [];
  const bytes = await smallestFit(fitThatNeeds(150, tried), 100);
  assert.ok(bytes >= 150 && bytes < 200, `${bytes}`);
  assert.equal(tried, [100, 130, 169]);
});

test('far too few bytes are told, other errors come through at once', async () => {
  const error = await smallestFit(fitThatNeeds(1000), 100).catch((reason: unknown) => reason);
  assert.ok(error instanceof LoecError && error.code === 'E_TARGET', String(error));
  const lost = new LoecError('E_ENGINE', 'the engine is lost');
  let fits = 0;
  const failing = async (): Promise<number> => {
    fits++;
    throw lost;
  };
  assert.is(await smallestFit(failing, 100).catch((reason: unknown) => reason), lost);
  assert.is(fits, 1);
});

test.run();
