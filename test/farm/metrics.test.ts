/** @file What a worker tells of itself by HTTP. */

import type { AddressInfo } from 'node:net';
import { LoecError } from '../../src/errors.ts';
import { serveHttp } from '../../src/farm/worker/http.ts';
import type { JobReport } from '../../src/farm/worker/job-report.ts';
import { Metrics } from '../../src/farm/worker/metrics.ts';
import { assert, suite } from '../harness.ts';

const test = suite('farm metrics');

function done(seconds: number): JobReport {
  const figures = { width: 8, height: 8, bpp: 1, psnr: 30, steps: 1, seconds };
  const kinds = { tune: 'psnr', preset: 'loe', engine: 'wasm', isBestSoFar: false } as const;
  const file = { sha256: 'f'.repeat(64), bytes: 100 };
  const outcome = { status: 'done', file, figures: { ...figures, ...kinds }, notes: [], told: [] } as const;
  return { id: 'f-1', name: 'secret.png', seconds, end: { kind: 'done', bytesIn: 2000, outcome } };
}

/** Values by name and labels, as Prometheus reads the text. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, name, value] = /^([a-z_]+(?:\{[^{}]*\})?) (\S+)$/.exec(line) as RegExpExecArray;
      return [name as string, Number(value)];
    }),
  );
}

test('counts, seconds and bytes are summed, and no picture is named', () => {
  const metrics = new Metrics();
  for (const seconds of [0.5, 3, 7000]) metrics.count(done(seconds));
  metrics.count({ id: 'f-2', name: 'secret.png', seconds: 1, end: { kind: 'late' } });
  const lanes = { '0.1.0-any': { prioritized: 12 } };
  const text = metrics.text({ isRedisUp: true, active: 2, places: 4, lanes });
  const samples = samplesOf(text);
  const expected: Readonly<Record<string, number>> = {
    'jobs_total{result="done"}': 3,
    'jobs_total{result="late"}': 1,
    'jobs_total{result="handed back"}': 0,
    'jobs_total{result="failed"}': 0,
    'fit_seconds_bucket{le="1"}': 1,
    'fit_seconds_bucket{le="5"}': 2,
    'fit_seconds_bucket{le="3600"}': 2,
    'fit_seconds_bucket{le="+Inf"}': 3,
    fit_seconds_sum: 7003.5,
    fit_seconds_count: 3,
    'bytes_total{direction="in"}': 6000,
    'bytes_total{direction="out"}': 300,
    active_jobs: 2,
    places: 4,
    redis_up: 1,
    'queue_jobs{lane="0.1.0-any",state="prioritized"}': 12,
  };
  for (const [name, value] of Object.entries(expected))
    assert.is(samples.get(`loec_worker_${name}`), value, name);
  assert.not.match(text, /secret/);
});

test('a worker is well as long as Redis answers; there is nothing else to ask', async () => {
  let isWell = true;
  const metricsOf = async () => {
    if (isWell) return 'text\n';
    throw new Error('Connection is closed.');
  };
  const server = await serveHttp('127.0.0.1', 0, { isWell: () => isWell, metrics: metricsOf });
  const { port } = server.address() as AddressInfo;
  const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
  assert.is((await ask('/healthz')).status, 200);
  isWell = false;
  assert.is((await ask('/healthz')).status, 503);
  assert.is((await ask('/metrics')).status, 503);
  isWell = true;
  const metrics = await ask('/metrics');
  assert.equal([metrics.status, await metrics.text()], [200, 'text\n']);
  assert.match(metrics.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  assert.is((await ask('/')).status, 404);
  assert.is((await ask('/metrics', { method: 'POST' })).status, 405);
  const error = await serveHttp('127.0.0.1', port, { isWell: () => true, metrics: async () => '' }).catch(
    (thrown) => thrown,
  );
  assert.instance(error, LoecError);
  server.close();
});

test.run();
