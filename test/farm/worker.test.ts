/** @file Workers of a farm: a job from its bytes to its file, forged ones, one that nobody wants any more, an end in order. */

import { encodeFile } from '../../src/encode-file.ts';
import { tinyPng } from '../cli/world.ts';
import { assert, skipped, suite } from '../harness.ts';
import { FarmWorld, QUICK } from './farm-world.ts';
import { redisServer, WITHOUT_REDIS } from './redis.ts';

const test = suite('farm worker');

/** What this machine makes of a picture without a farm. */
async function localFile(png: Uint8Array, options = QUICK): Promise<Uint8Array> {
  const { result } = await encodeFile(
    png,
    { options, orient: true, limits: {}, verify: false, name: 'local' },
    {
      signal: new AbortController().signal,
      threadsFor: async () => 1,
      checkpointFor: async () => null,
      onProgress: () => {},
      onNote: () => {},
    },
  );
  return result.file;
}

let world: FarmWorld;
test.before(async () => {
  world = await FarmWorld.start();
});
test.after(() => world.end());

test('a job is done from its bytes to its file, which is that of a local run', async () => {
  const png = tinyPng(32, 32);
  const { batch, id } = await world.handOver(png);
  const { reports, stop } = await world.startWorker('one');
  assert.equal(new Uint8Array((await world.file(batch, id)) as Uint8Array), await localFile(png));
  await stop();
  assert.equal(
    reports.map(({ name, end: { kind } }) => [name, kind]),
    [[`${batch}.png`, 'done']],
  );
  assert.equal(await world.farm.redis.exists(world.farm.keys.checkpoint(id)), 0);
});

if (redisServer === null) skipped('farm worker', WITHOUT_REDIS);
else test.run();
