/** @file Runs a bench: orders go to worker processes, rows come back and are kept as they come. */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { throwIfAborted } from '../errors.ts';
import { type Curve, parseCodecs } from './codec-spec.ts';
import { failedRows } from './measure.ts';
import { parseMetrics } from './metric-spec.ts';
import type { PictureFile } from './pictures.ts';
import type { Row } from './row.ts';
import type { ResultStore } from './store.ts';
import { type BenchPlan, planOrders, subjectOf, type WorkerOrder } from './work.ts';

interface BenchWatch {
  readonly signal: AbortSignal;
  /** Called with each row and the share of points done, 0 … 1. */
  readonly onRow: (row: Row, done: number) => void;
}

/**
 * Measures what the store has not yet.
 * @param jobs worker processes at a time
 * @throws LoecError E_USAGE for a wrong plan, E_ABORTED; rows measured until then are in the store
 */
export async function runBench(
  plan: BenchPlan,
  pictures: readonly PictureFile[],
  store: ResultStore,
  jobs: number,
  { signal, onRow }: BenchWatch,
): Promise<void> {
  const curves = parseCodecs(plan.codecs);
  parseMetrics(plan.metrics);
  const orders = planOrders(plan, curves, pictures, (key) => store.has(key));
  const points = orders.reduce((sum, order) => sum + order.points.length, 0);
  let answered = 0;
  const keep = async (rows: readonly Row[]): Promise<void> => {
    answered++;
    for (const row of rows) {
      await store.add(row);
      onRow(row, answered / points);
    }
  };
  const workers = Array.from({ length: Math.min(jobs, orders.length) }, async () => {
    for (let order = orders.shift(); order; order = orders.shift()) {
      throwIfAborted(signal);
      await workOn(order, curves[order.curve] as Curve, keep, signal);
    }
  });
  await Promise.all(workers);
  throwIfAborted(signal);
}

/** Has a process of its own measure the order; points that it does not answer are kept as failed. */
async function workOn(
  order: WorkerOrder,
  curve: Curve,
  keep: (rows: readonly Row[]) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let answered = 0;
  let kept = Promise.resolve();
  const end = await runWorker(order, signal, (rows) => {
    answered++;
    kept = kept.then(() => keep(rows));
  });
  await kept;
  if (signal.aborted) return;
  for (const point of order.points.slice(answered)) {
    const subject = subjectOf(curve, order, point);
    await keep(failedRows({ ...curve, subject }, `the process that measured it ended with ${end}`));
  }
}

/** Runs a worker to its end. @returns how it ended: `exit code 0`, `SIGSEGV` */
function runWorker(
  order: WorkerOrder,
  signal: AbortSignal,
  onRows: (rows: readonly Row[]) => void,
): Promise<string> {
  const source = import.meta.url.endsWith('.ts');
  const path = fileURLToPath(new URL(source ? './worker.ts' : './worker.js', import.meta.url));
  // What a worker prints belongs to nobody: rows come as messages.
  const worker = fork(path, { execArgv: source ? ['--import', 'tsx'] : [], stdio: 'ignore', signal });
  worker.on('message', onRows);
  // The last rows may arrive after the exit is known. (`events.once` would reject at the error of an abort.)
  const drained = new Promise((resolve) => worker.once('disconnect', resolve));
  return new Promise((resolve) => {
    worker.on('error', (error) => resolve(error.message));
    worker.on('exit', (code, killer) => drained.then(() => resolve(killer ?? `exit code ${code}`)));
    worker.send(order);
  });
}
