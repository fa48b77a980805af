/** @file The name of a job: what makes two jobs the same, and what does not. */

import { createHash } from 'node:crypto';
import type { FarmJob, PictureSource } from '../../src/farm/job.ts';
import { jobIdOf } from '../../src/farm/job-id.ts';
import { assert, suite } from '../harness.ts';

const test = suite('farm job id');

const REDIS: PictureSource = { kind: 'redis' };

interface Changes {
  readonly options?: FarmJob['file']['options'];
  readonly source?: PictureSource;
  readonly file?: Partial<FarmJob['file']>;
  readonly job?: Partial<FarmJob>;
}

function idOf({ options = { effort: 3, seed: 2 }, source = REDIS, file, job }: Changes = {}): string {
  return jobIdOf({
    version: '1.2.3',
    picture: { sha256: 'ab'.repeat(32), bytes: 9, source },
    file: { options, orient: true, limits: {}, verify: false, name: 'a.png', ...file },
    ...job,
  });
}

test('it is the SHA-256 of what is written by hand here', () => {
  const text = `["1.2.3","${'ab'.repeat(32)}","redis",null,true,false,[],[["effort",3],["seed",2]],null]`;
  const hash = createHash('sha256').update(text).digest('hex');
  assert.is(idOf(), `f-${hash.slice(0, 40)}`);
});

test('what changes no file changes no name', () => {
  const same: Changes[] = [
    { options: { seed: 2, effort: 3 } },
    { options: { effort: 3, seed: 2, engine: 'auto', checkpointInterval: 5, bestSoFar: true } },
    { source: { kind: 'address', get: 'https://a.example/1' } },
    { file: { name: 'b.png' } },
  ];
  for (const changes of same) assert.is(idOf(changes), idOf(), JSON.stringify(changes));
});

test('what changes the file, how it is checked or where it is kept changes the name', () => {
  const others: Changes[] = [
    { options: { effort: 4, seed: 2 } },
    { options: { effort: 3 } },
    { options: { effort: 3, seed: 2, engine: 'wasm' } },
    { options: { effort: 3, seed: 2, metadata: 'all' } },
    { source: { kind: 'shared', path: 'a.png' } },
    { source: { kind: 'address', get: 'https://a.example/1', put: 'https://a.example/2' } },
    { file: { orient: false } },
    { file: { verify: true } },
    { file: { limits: { pixels: 5 } } },
    { job: { version: '1.2.4' } },
    { job: { salt: 'x' } },
    { job: { picture: { sha256: 'cd'.repeat(32), bytes: 9, source: REDIS } } },
  ];
  const ids = others.map(idOf);
  assert.is(new Set([idOf(), ...ids]).size, others.length + 1);
});

test.run();
