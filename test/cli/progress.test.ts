/** @file Progress on terminals and elsewhere. */

import { setTimeout as sleep } from 'node:timers/promises';
import { BatchProgress } from '../../src/cli/batch/progress.ts';
import { createProgress, formatSeconds } from '../../src/cli/terminal/progress.ts';
import { assert, suite } from '../harness.ts';
import { createWorld } from './world.ts';

const test = suite('cli progress');

const CLEAR = '\r\u001b[2K';
const HALF = { phase: 'fit', done: 0.5, psnr: 28.414, secondsLeft: 61 };

test('a bar with percent, phase, PSNR and time left, gone at the end', () => {
  const { context } = createWorld({ terminal: true });
  const { update, end } = createProgress(context, false, 'a.png');
  update(HALF);
  end();
  const [bar = '', last = ''] = context.stderr.writes.map(String);
  assert.is(bar, `${CLEAR}[${'='.repeat(12)}${' '.repeat(12)}] 50 %  fit  28.41 dB  1 min 1 s left  a.png`);
  assert.is(last, CLEAR);
});

test('at most ten redraws a second', async () => {
  const { context } = createWorld({ terminal: true });
  const { update } = createProgress(context, false, 'a.png');
  const started = performance.now();
  while (performance.now() - started < 350) {
    update(HALF);
    await sleep(5);
  }
  const { length } = context.stderr.writes;
  assert.ok(length >= 2 && length <= 1 + (performance.now() - started) / 100, `${length} redraws`);
});

test('a bar never fills the line, whatever the name', () => {
  const { context } = createWorld({ terminal: true });
  createProgress(context, false, 'x'.repeat(500)).update(HALF);
  assert.is(context.stderr.text.length - CLEAR.length, 79);
});

test('no bar where it would be noise', () => {
  const worlds = [createWorld(), createWorld({ terminal: true, env: { TERM: 'dumb' } })];
  for (const { context } of worlds) {
    const { update, end } = createProgress(context, false, 'a.png');
    update(HALF);
    end();
    assert.is(context.stderr.text, '');
  }
  const { context } = createWorld({ terminal: true });
  createProgress(context, true, 'a.png').update(HALF);
  assert.is(context.stderr.text, '');
});

test('a plain line every ten seconds elsewhere', () => {
  const { context } = createWorld();
  const clock = performance.now;
  let now = 0;
  performance.now = () => now;
  try {
    const { update } = createProgress(context, false, 'a.png');
    for (now = 0; now <= 25_000; now += 500) update(HALF);
  } finally {
    performance.now = clock;
  }
  assert.is(context.stderr.text, 'a.png  50 %  fit  28.41 dB  1 min 1 s left\n'.repeat(2));
});

test('of many inputs, how many are done, and the share and time of all of them by their weight', () => {
  const { context } = createWorld({ terminal: true });
  const clock = performance.now;
  let now = 0;
  performance.now = () => now;
  const bars: string[] = [];
  const show = (move: () => void): void => {
    now += 1000;
    move();
    bars.push(
      context.stderr.writes
        .map(String)
        .at(-1)
        ?.slice(CLEAR.length + 27) ?? '',
    );
  };
  try {
    const progress = new BatchProgress(context, false, [10, 20, 30, 40]);
    progress.skip(3);
    progress.finish(3);
    const [first, second] = [progress.begin(0, 'a.png'), progress.begin(1, 'b.png')];
    show(() => first.update(HALF));
    show(() => second.update({ phase: 'fit', done: 0.5 }));
    progress.finish(0);
    show(() => second.update({ phase: 'write', done: 1 }));
  } finally {
    performance.now = clock;
  }
  assert.equal(bars, [
    '8 %  1 of 4 done  fit  28.41 dB  11 s left  a.png',
    '25 %  1 of 4 done  fit  6.0 s left  b.png',
    '50 %  2 of 4 done  write  3.0 s left  b.png',
  ]);
});

test('counts that are read at a glance, and who works where that is known', () => {
  const { context } = createWorld({ terminal: true });
  const progress = new BatchProgress(context, false, Array<number>(100_000).fill(1));
  for (let i = 0; i < 1203; i++) progress.finish(i);
  progress.setWorkers(14);
  progress.begin(1203, 'a.png').update({ phase: 'fit', done: 0 });
  assert.match(context.stderr.text, /1 % {2}1,203 of 100,000 done, 14 workers {2}fit/);
});

test('durations', () => {
  const known: [number, string][] = [
    [0, '0.0 s'],
    [9.31, '9.3 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min 0 s'],
    [185, '3 min 5 s'],
    [7805, '2 h 10 min'],
  ];
  for (const [seconds, text] of known) assert.is(formatSeconds(seconds), text);
});

test.run();
