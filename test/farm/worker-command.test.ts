/** @file `loec worker` as users see it: what it refuses at its start, and what it says. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { farewell } from '../../src/cli/worker/farewell.ts';
import { WorkerVoice } from '../../src/cli/worker/voice.ts';
import { createFolder, createWorld, loec } from '../cli/world.ts';
import { assert, suite } from '../harness.ts';

const test = suite('worker command');

/** Nothing listens there. */
const NO_QUEUE = 'redis://127.0.0.1:1';

test('without an address, the variable is named that can hold it', async () => {
  const { code, stderr } = await loec(['worker'], createWorld());
  assert.is(code, 2);
  assert.match(stderr, /redis:\/\/.* as its argument or by the variable LOEC_QUEUE/);
});

test('a root that is no folder is told before a queue is looked for; an empty one is fine', async () => {
  const folder = createFolder();
  const file = folder('file');
  writeFileSync(file, '');
  for (const root of [folder('missing'), file, join(file, 'below')]) {
    const { code, stderr } = await loec(['worker', NO_QUEUE, '--root', root]);
    assert.is(code, 3, stderr);
    assert.match(stderr, `--root ${root}`);
  }
  const { code, stderr } = await loec(['worker', NO_QUEUE, '--root', folder()]);
  assert.is(code, 9);
  assert.match(stderr, /can't be reached/);
});

test('why pictures are handed back is told once', () => {
  const { context } = createWorld();
  const voice = new WorkerVoice(context, { quiet: false, verbose: false, json: false } as never);
  const { onJob, onWarning } = voice.hearing;
  const back = (name: string, reason: string) => {
    onJob({ id: name, name, seconds: 1, end: { kind: 'handed back', reason } });
  };
  onWarning('takes nothing for 30 s: the disk is full');
  back('a.png', 'the disk is full');
  voice.hearEnd();
  back('b.png', 'the worker ends');
  voice.tellEnd(0);
  const expected = [
    'loec: takes nothing for 30 s: the disk is full',
    'a.png: handed back',
    'b.png: handed back: the worker ends',
    'ends: 1 picture handed back',
  ];
  assert.equal(context.stderr.text.trim().split('\n'), expected);
});

test('an end says what became of the pictures under way', () => {
  assert.is(farewell([], 0), 'ends: nothing was under way');
  assert.is(farewell(['done', 'handed back', 'done'], 0), 'ends: 2 pictures done, 1 picture handed back');
  assert.match(farewell([], 3), /^ends: 3 pictures left/);
});

test.run();
