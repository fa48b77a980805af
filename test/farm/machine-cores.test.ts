/** @file The cores of a machine among those who fit on it. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { LoecError } from '../../src/errors.ts';
import { MachineCores } from '../../src/farm/worker/machine-cores.ts';
import { assert, skipped, suite } from '../harness.ts';

const test = suite('machine cores');
const NAME = `loec-test-${process.pid}`;
const NEVER = new AbortController().signal;

test('no more are taken than there are, and whoever waits gets them when they are given back', async () => {
  const cores = new MachineCores(`${NAME}-a`, 2);
  const [one, two] = [await cores.take(1, NEVER), await cores.take(1, NEVER)];
  let hasThird = false;
  const third = new MachineCores(`${NAME}-a`, 2).take(1, NEVER).then((giveBack) => {
    hasThird = true;
    return giveBack;
  });
  await sleep(100);
  assert.is(hasThird, false);
  one();
  (await third)();
  two();
});

test('who wants more than one takes all or none, and no more than there are', async () => {
  const cores = new MachineCores(`${NAME}-b`, 2);
  const one = await cores.take(1, NEVER);
  const all = cores.take(9, NEVER);
  await sleep(60);
  // The one that is free stays free for those who want no more.
  (await cores.take(1, NEVER))();
  one();
  (await all)();
});

test('whoever waits in vain hears of the end', async () => {
  const cores = new MachineCores(`${NAME}-c`, 1);
  const held = await cores.take(1, NEVER);
  const error = await cores.take(1, AbortSignal.timeout(50)).catch((thrown: unknown) => thrown);
  assert.is((error as LoecError).code, 'E_ABORTED');
  assert.instance(error, LoecError);
  held();
});

test('a process that is killed gives its cores back', async () => {
  const child = fork(new URL('core-holder.ts', import.meta.url), [`${NAME}-d`]);
  await once(child, 'message');
  const taking = new MachineCores(`${NAME}-d`, 1).take(1, NEVER);
  child.kill('SIGKILL');
  (await taking)();
});

if (process.platform === 'linux') test.run();
else skipped('machine cores', 'they are shared on Linux alone');
