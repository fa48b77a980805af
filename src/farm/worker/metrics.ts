/** @file What a worker has done, as text for Prometheus. No name of a picture stands in it: there are too many, and strangers give them. */

import type { JobEnd, JobReport } from './job-report.ts';

/** Upper bounds of the histogram of seconds: fits take from a second to half an hour. */
const BOUNDS: readonly number[] = [1, 2, 5, 10, 20, 60, 120, 300, 600, 1800, 3600];

/** What is looked up at the time of a question. */
export interface Gauges {
  readonly isRedisUp: boolean;
  /** Jobs that are being done. */
  readonly active: number;
  readonly places: number;
  /** Jobs of each lane by BullMQ's state; null where Redis does not answer. */
  readonly lanes: Readonly<Record<string, Readonly<Record<string, number>>>> | null;
}

export class Metrics {
  // Rates of what has not happened yet want a sample, too.
  readonly #jobs: Record<JobEnd['kind'], number> = {
    done: 0,
    known: 0,
    unwanted: 0,
    failed: 0,
    died: 0,
    'handed back': 0,
    late: 0,
  };
  readonly #buckets: number[] = BOUNDS.map(() => 0);
  #fits = 0;
  #seconds = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  /** Seconds since 1970. */
  #last = 0;

  count({ seconds, end }: JobReport): void {
    this.#jobs[end.kind]++;
    this.#last = Date.now() / 1000;
    if (end.kind !== 'done') return;
    this.#fits++;
    this.#seconds += seconds;
    for (const [i, bound] of BOUNDS.entries()) if (seconds <= bound) this.#buckets[i] = 1 + this.#at(i);
    this.#bytesIn += end.bytesIn;
    this.#bytesOut += end.outcome.file.bytes;
  }

  /** By the text format of Prometheus, version 0.0.4. */
  text({ isRedisUp, active, places, lanes }: Gauges): string {
    return [
      ...family('jobs_total', 'counter', 'Jobs by what became of them.', this.#jobLines()),
      ...family('fit_seconds', 'histogram', 'Seconds of fits that were done.', this.#histogram()),
      ...family('bytes_total', 'counter', 'Bytes of pictures read, and of files made of them.', [
        ['{direction="in"}', this.#bytesIn],
        ['{direction="out"}', this.#bytesOut],
      ]),
      ...family('active_jobs', 'gauge', 'Jobs that are being done.', [['', active]]),
      ...family('places', 'gauge', 'Jobs that can be done at a time.', [['', places]]),
      ...family('redis_up', 'gauge', 'Whether Redis has answered of late.', [['', Number(isRedisUp)]]),
      ...family('last_job_timestamp_seconds', 'gauge', 'When the last job ended; 0 before.', [
        ['', this.#last],
      ]),
      ...family('resident_memory_bytes', 'gauge', 'Memory of the worker without the processes that fit.', [
        ['', process.memoryUsage.rss()],
      ]),
      ...family('queue_jobs', 'gauge', 'Jobs in the queue by lane and state.', laneLines(lanes)),
      '',
    ].join('\n');
  }

  #at(bucket: number): number {
    return this.#buckets[bucket] as number;
  }

  #jobLines(): Sample[] {
    return Object.entries(this.#jobs).map(([kind, count]) => [`{result="${kind}"}`, count]);
  }

  #histogram(): Sample[] {
    return [
      ...BOUNDS.map((bound, i): Sample => [`_bucket{le="${bound}"}`, this.#at(i)]),
      ['_bucket{le="+Inf"}', this.#fits],
      ['_sum', this.#seconds],
      ['_count', this.#fits],
    ];
  }
}

/** What follows the name of a family, and a value. */
type Sample = readonly [suffix: string, value: number];

function family(
  name: string,
  type: 'counter' | 'gauge' | 'histogram',
  help: string,
  samples: readonly Sample[],
): string[] {
  const full = `loec_worker_${name}`;
  const lines = samples.map(([suffix, value]) => `${full}${suffix} ${value}`);
  return [`# HELP ${full} ${help}`, `# TYPE ${full} ${type}`, ...lines];
}

function laneLines(lanes: Gauges['lanes']): Sample[] {
  return Object.entries(lanes ?? {}).flatMap(([lane, states]) =>
    Object.entries(states).map(([state, count]): Sample => [`{lane="${lane}",state="${state}"}`, count]),
  );
}
