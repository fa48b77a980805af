/**
 * @file Kills workers, the producer and Redis at random moments of a batch of small pictures, and starts them again. At the end every picture has
 * its file, the one of a run without a queue, and not much more work was done than without the kills. Linux alone tells what processes that were
 * killed have used.
 *
 *     npm run stress:farm -- [pictures, 200] [kills of workers, 50] [of the producer, 5] [of Redis, 3]
 */

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pictureBytes } from '../../src/bench/pictures.ts';
import type { Raster } from '../../src/image/raster.ts';
import { TestRedis } from '../../test/farm/redis.ts';
import { cpuSeconds } from './cpu-seconds.ts';
import { createFolder, createRandom, run, start } from './process.ts';

const [PICTURES = 200, WORKER_KILLS = 50, PRODUCER_KILLS = 5, REDIS_KILLS = 3] = process.argv
  .slice(2)
  .map(Number);
const WORKERS = 4;
const SIDE = 96;
const FIT = ['--effort', '1', '--steps', '200', '--preset', 'pyramid', '--engine', 'wasm'];

/** Seconds after which a silent worker's pictures are taken by others. */
const LOCK = 3;

/** Work of a run with kills over that of one without. */
const MOST_WORK = 1.3;

const folder = createFolder();

/** All that were started: none outlives the script. */
const started = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of started) child.kill('SIGKILL');
});
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(1));

function begin(argv: readonly string[]): ChildProcess {
  const child = start(argv, ['ignore', 'ignore', 'inherit']);
  started.add(child);
  child.once('exit', () => started.delete(child));
  return child;
}

const random = createRandom(1);

function waves(number: number): Raster {
  const data = Uint8Array.from(
    { length: SIDE * SIDE },
    (_, i) => 128 + 60 * Math.sin((number + 1) * (i % SIDE) * 0.01) + 60 * random(),
  );
  return { width: SIDE, height: SIDE, channels: 1, depth: 8, data, colour: [], metadata: [] };
}

const pictures = join(folder, 'pictures');
mkdirSync(pictures);
for (let number = 0; number < PICTURES; number++) {
  writeFileSync(join(pictures, `${number}.png`), await pictureBytes(waves(number)));
}

/** Workers that are started again when they are killed, and what they have used. */
class Crew {
  readonly #url: string;
  readonly #workers: ChildProcess[];
  /** Seconds of a processor that fits have taken in workers that are gone. */
  #gone = 0;

  constructor(url: string) {
    this.#url = url;
    this.#workers = Array.from({ length: WORKERS }, () => this.#start());
  }

  async kill(): Promise<void> {
    const at = Math.floor(WORKERS * random());
    await this.#end(this.#workers[at] as ChildProcess);
    this.#workers[at] = this.#start();
  }

  /** @returns seconds of a processor that all fits have taken */
  async end(): Promise<number> {
    for (const worker of this.#workers) await this.#end(worker);
    return this.#gone;
  }

  #start(): ChildProcess {
    const work = [
      '--engine',
      'wasm',
      '--concurrency',
      '1',
      '--threads',
      '1',
      '--lock',
      String(LOCK),
      '--quiet',
    ];
    return begin(['worker', this.#url, ...work]);
  }

  async #end(worker: ChildProcess): Promise<void> {
    const ended = once(worker, 'exit');
    this.#gone += cpuSeconds(worker.pid as number);
    worker.kill('SIGKILL');
    await ended;
  }
}

/** The command that hands over, begun again when it is killed. */
class Producer {
  readonly #argv: readonly string[];
  #process: ChildProcess;

  constructor(url: string, output: string) {
    const names = ['--queue', url, '--name', 'stress', '--out-dir', output, '--skip-existing'];
    this.#argv = ['encode', pictures, ...names, ...FIT, '--quiet'];
    this.#process = this.#start();
  }

  async kill(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
    this.#process = this.#start();
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null;
  }

  /** @returns its exit code */
  async end(): Promise<number | null> {
    if (!this.hasEnded) await once(this.#process, 'exit');
    return this.#process.exitCode;
  }

  #start(): ChildProcess {
    return begin(this.#argv);
  }
}

interface Run {
  readonly exitCode: number | null;
  readonly seconds: number;
  /** Seconds of a processor. */
  readonly work: number;
}

/** One batch by a queue. @param disturb what happens to it meanwhile */
async function batch(
  output: string,
  disturb: (crew: Crew, producer: Producer, redis: TestRedis) => Promise<void>,
): Promise<Run> {
  const redis = await TestRedis.start();
  const crew = new Crew(redis.url);
  const began = performance.now();
  const producer = new Producer(redis.url, output);
  await disturb(crew, producer, redis);
  const exitCode = await producer.end();
  const seconds = (performance.now() - began) / 1000;
  const work = await crew.end();
  await redis.stop();
  return { exitCode, seconds, work };
}

const [local, calm, rough] = ['local', 'calm', 'rough'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
await run(['encode', pictures, '--out-dir', local, ...FIT, '--threads', '1', '--quiet']);
const undisturbed = await batch(calm, async () => {});

/** In any order, over the time that the batch takes without them. */
const disturbances = ['worker', 'producer', 'redis'].flatMap((kind) => {
  const count = { worker: WORKER_KILLS, producer: PRODUCER_KILLS, redis: REDIS_KILLS }[kind] as number;
  return Array.from({ length: count }, () => ({ kind, at: random() * undisturbed.seconds }));
});
disturbances.sort((a, b) => a.at - b.at);

let kills = 0;
const disturbed = await batch(rough, async (crew, producer, redis) => {
  const began = performance.now();
  for (const { kind, at } of disturbances) {
    await sleep(Math.max(0, 1000 * at - (performance.now() - began)));
    if (producer.hasEnded) return;
    kills++;
    if (kind === 'worker') await crew.kill();
    else if (kind === 'producer') await producer.kill();
    else {
      await redis.kill();
      await redis.start();
    }
  }
});

const names = readdirSync(local).sort();
const found = readdirSync(rough).sort();
const others = names.filter(
  (name) => !found.includes(name) || !readFileSync(join(rough, name)).equals(readFileSync(join(local, name))),
);
const work = disturbed.work / undisturbed.work;
console.log(
  `${kills} of ${disturbances.length} kills: ${found.length} files of ${PICTURES}, ${others.length} lost or other than without a queue; ` +
    `${disturbed.seconds.toFixed(0)} s for ${undisturbed.seconds.toFixed(0)}, ${disturbed.work.toFixed(0)} s of a processor for ${undisturbed.work.toFixed(0)} (${work.toFixed(2)} times); exit codes ${undisturbed.exitCode} and ${disturbed.exitCode}`,
);
const isFine =
  others.length === 0 && found.length === PICTURES && work <= MOST_WORK && disturbed.exitCode === 0;
process.exitCode = isFine ? 0 : 1;
