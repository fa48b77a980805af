/** @file The process that fits for a worker: its death, its stop, its end with the worker. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { LoecError } from '../../src/errors.ts';
import { StoreTrouble } from '../../src/farm/transfer/store-trouble.ts';
import { FitChild, FitDeath } from '../../src/farm/worker/fit-child.ts';
import type { FitNews, FitOrder } from '../../src/farm/worker/fit-messages.ts';
import { tinyPng } from '../cli/world.ts';
import { assert, suite } from '../harness.ts';
import { QUICK, until } from './farm-world.ts';

const test = suite('farm fit process');

function orderOf(steps: number): FitOrder {
  const options = { ...QUICK, steps, checkpointInterval: 0 };
  const file = { options, orient: true, limits: {}, verify: false, name: 'a.png' };
  return { kind: 'fit', bytes: tinyPng(32, 32), file, threads: 1, resume: null };
}

const child = new FitChild(() => {});
test.after(() => child.end());

/** Begins a fit without an end, and waits for its first checkpoint. */
async function begin(signal: AbortSignal): Promise<{ fit: Promise<unknown>; news: FitNews[] }> {
  const news: FitNews[] = [];
  const fit = child.fit(orderOf(1e6), (given) => news.push(given), signal).catch((error) => error);
  await until(() => news.some(({ kind }) => kind === 'checkpoint'));
  return { fit, news };
}

const never = new AbortController().signal;

test('a death of the process is told by its signal, and the next picture has another process', async () => {
  const { fit } = await begin(never);
  const pid = child.pid as number;
  process.kill(pid, 'SIGKILL');
  const error = await fit;
  assert.instance(error, FitDeath);
  assert.is((error as FitDeath).end, 'SIGKILL');
  const { result } = await child.fit(orderOf(1), () => {}, never);
  assert.ok(result.file.length > 0);
  assert.not.equal(child.pid, pid);
});

test('a fit that is stopped tells where it stands, and the process stays', async () => {
  const controller = new AbortController();
  const { fit, news } = await begin(controller.signal);
  const pid = child.pid;
  const before = news.length;
  controller.abort();
  const error = await fit;
  assert.instance(error, LoecError);
  assert.is((error as LoecError).code, 'E_ABORTED');
  assert.ok(news.slice(before).some(({ kind }) => kind === 'checkpoint'));
  assert.is(child.pid, pid);
});

test('what is wrong with a picture comes as the error that it is', async () => {
  const order = { ...orderOf(1), bytes: new Uint8Array(100) };
  const error = await child.fit(order, () => {}, never).catch((thrown) => thrown);
  assert.instance(error, LoecError);
  assert.not.equal((error as LoecError).code, 'E_ABORTED');
});

test('a process that can’t be started is no fault of the picture, and the next one may be', async () => {
  const other = new FitChild(() => {});
  const { execPath } = process;
  process.execPath = '/nowhere/node';
  const error = await other.fit(orderOf(1), () => {}, never).catch((thrown) => thrown);
  process.execPath = execPath;
  assert.instance(error, StoreTrouble);
  assert.match(error.message, 'ENOENT');
  assert.ok((await other.fit(orderOf(1), () => {}, never)).result.file.length > 0);
  await other.end();
});

test('the process ends with its worker, however that ends', async () => {
  const path = fileURLToPath(new URL('./dying-worker.ts', import.meta.url));
  const worker = spawn(process.execPath, ['--import', 'tsx', path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(worker.stdout, 'data');
  const pid = Number(line);
  assert.ok(isThere(pid));
  worker.kill('SIGKILL');
  await until(() => !isThere(pid));
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.run();
