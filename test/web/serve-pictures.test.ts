/** @file The worker's part, on this thread: what it answers, and when it stops. */

import { readFile } from 'node:fs/promises';
import type { ReadPicture } from '../../src/render/read-picture.ts';
import { nextTurn } from '../../src/time-slices.ts';
import { DecodeLink, type WorkerPort } from '../../src/web/pictures/decode-link.ts';
import type { FromWorker, Request } from '../../src/web/pictures/messages.ts';
import { Queue } from '../../src/web/pictures/queue.ts';
import { ReadPictures } from '../../src/web/pictures/worker/read-pictures.ts';
import { servePictures } from '../../src/web/pictures/worker/serve-pictures.ts';
import { assert, suite } from '../harness.ts';

const test = suite('web: serve pictures');
const file = await readFile(new URL('../../formats/vectors/pyramid-large.loe', import.meta.url));

test('a render that is stopped ends as E_ABORTED, and the next one is carried out', async () => {
  const { port1, port2 } = new MessageChannel();
  servePictures(port2);
  const answers: FromWorker[] = [];
  let heard = (): void => undefined;
  port1.onmessage = ({ data }) => {
    answers.push(data);
    heard();
  };
  const nextAnswer = (): Promise<void> =>
    new Promise((resolve) => {
      heard = resolve;
    });
  const post = (call: number, request: Request | null): void => port1.postMessage({ call, request });
  const wanted = { as: 'pixels', colorSpace: undefined } as const;
  post(1, { kind: 'open', picture: 7, limits: {} });
  post(2, { kind: 'append', picture: 7, bytes: Uint8Array.from(file) });
  post(3, { kind: 'end', picture: 7 });
  post(4, { kind: 'render', picture: 7, wanted: { ...wanted, output: { scale: 30 } } });
  while (answers.length < 4) await nextAnswer();
  post(4, null);
  while (answers.length < 5) await nextAnswer();
  post(5, { kind: 'render', picture: 7, wanted: { ...wanted, output: {} } });
  while (answers.length < 6) await nextAnswer();
  port1.close();
  const [ready, , arrival, , stopped, rendered] = answers as [
    string,
    unknown,
    unknown,
    unknown,
    unknown,
    unknown,
  ];
  assert.is(ready, 'ready');
  const head = { width: 110, height: 90, colorSpace: 'srgb' };
  assert.equal(arrival, { call: 2, value: { head, canPreview: true } });
  assert.is((stopped as { failure: { code: string } }).failure.code, 'E_ABORTED');
  assert.is((rendered as { value: { data: Uint8ClampedArray } }).value.data.length, 4 * 110 * 90);
});

test('a bitmap that comes when nobody waits for it any more is closed', async () => {
  const port: WorkerPort = {
    onmessage: null,
    postMessage: () => undefined,
    end: () => undefined,
    onFailure: () => undefined,
  };
  const link = new DecodeLink(Promise.resolve(port), () => undefined);
  const stop = new AbortController();
  const asked = link.ask({ kind: 'preview', picture: 1 }, stop.signal).catch(({ code }) => code);
  await nextTurn();
  stop.abort();
  assert.is(await asked, 'E_ABORTED');
  let closed = 0;
  const shown = { close: () => closed++ } as unknown as ImageBitmap;
  port.onmessage?.({ data: { call: 1, value: { shown, canPreview: false } } } as MessageEvent<FromWorker>);
  await nextTurn();
  assert.is(closed, 1);
});

test('pictures that have been read are kept as far as there is room, the last one always', () => {
  const read = new ReadPictures();
  const owners = [{}, {}, {}];
  const picture = (memory: number): ReadPicture => ({ memory }) as ReadPicture;
  const kept = (): boolean[] => owners.map((owner) => read.get(owner) !== undefined);
  for (const owner of owners) read.keep(owner, picture(30e6));
  assert.equal(kept(), [false, true, true]);
  read.keep(owners[1] as object, picture(30e6));
  read.keep(owners[0] as object, picture(1e9));
  assert.equal(kept(), [true, false, false]);
  read.forget(owners[0] as object);
  assert.equal(kept(), [false, false, false]);
});

test('of small ones 16 are kept, since browsers have memories for so many', () => {
  const read = new ReadPictures();
  const owners = Array.from({ length: 20 }, () => ({}));
  for (const owner of owners) read.keep(owner, { memory: 1 } as ReadPicture);
  assert.is(
    owners.findIndex((owner) => read.get(owner)),
    4,
  );
});

test('a priority that fails is no urgency, and stops nobody', async () => {
  const queue = new Queue();
  const order: number[] = [];
  const fails = (): number => {
    throw new Error('gone');
  };
  const urgencies = [fails, () => Number.NaN, () => 2, () => 1, () => 1];
  const run = (priority: () => number, i: number): Promise<unknown> =>
    queue.run(async () => order.push(i), { priority });
  await Promise.all(urgencies.map(run));
  assert.equal(order, [3, 4, 2, 0, 1]);
});

test.run();
