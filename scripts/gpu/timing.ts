/** @file Times orders on a GPU by the clock on the wall: many repetitions in one command buffer, as clocks of GPUs are often coarse. */

import type { Gpu, Order } from '../../src/webgpu/gpu.ts';

/** Milliseconds that a measurement should take. */
const SPAN = 30;
const MAX_REPEATS = 4096;
const ROUNDS = 3;

/** Seconds until the GPU has done all. */
async function seconds(gpu: Gpu, orders: readonly Order[]): Promise<number> {
  await gpu.finished();
  const started = performance.now();
  gpu.run(orders);
  await gpu.finished();
  return (performance.now() - started) / 1000;
}

/** Seconds of one order, behind others like it. */
export async function secondsOf(gpu: Gpu, order: Order): Promise<number> {
  const once = Math.max(1e-6, await seconds(gpu, [order]));
  const repeats = Math.max(1, Math.min(MAX_REPEATS, Math.round(SPAN / 1000 / once)));
  const many = Array(repeats).fill(order);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) best = Math.min(best, await seconds(gpu, many));
  return best / repeats;
}

/** The orders that are handed over while `work` is done. */
export async function recorded(gpu: Gpu, work: () => Promise<unknown>): Promise<Order[]> {
  const orders: Order[] = [];
  const { run } = gpu;
  gpu.run = (handed) => {
    const list = [...handed];
    orders.push(...list);
    run.call(gpu, list);
  };
  try {
    await work();
  } finally {
    gpu.run = run;
  }
  return orders;
}

export interface KernelTime {
  readonly name: string;
  readonly calls: number;
  /** Seconds of all its calls. */
  readonly seconds: number;
}

/** The slowest first. Orders that come again are timed once. */
export async function kernelTimes(gpu: Gpu, orders: readonly Order[]): Promise<KernelTime[]> {
  const known = new Map<Order, number>();
  const kernels = new Map<string, { calls: number; seconds: number }>();
  for (const order of orders) {
    const time = known.get(order) ?? (await secondsOf(gpu, order));
    known.set(order, time);
    const kernel = kernels.get(order.name) ?? { calls: 0, seconds: 0 };
    kernels.set(order.name, { calls: kernel.calls + 1, seconds: kernel.seconds + time });
  }
  const times = [...kernels].map(([name, kernel]) => ({ name, ...kernel }));
  return times.sort((a, b) => b.seconds - a.seconds);
}
