/** @file The embedded engine: fused SIMD kernels on all cores, with nothing to install. */

import { availableParallelism } from 'node:os';
import { dealBlocks } from '../../field/blocks.ts';
import type { Samples } from '../../field/selectors.ts';
import { type Field, outputWidth } from '../../field/spec.ts';
import { layoutOf, OMEGA, pack } from '../../render/coordinates/layout.ts';
import { planMemory } from '../../render/coordinates/plan.ts';
import { MappedProblem } from '../../render/coordinates/problem.ts';
import { SharedMemory } from '../../wasm/shared-memory.ts';
import { bestSimd, type Simd } from '../../wasm/simd.ts';
import { ThreadPool } from '../../wasm/thread-pool.ts';
import type { Engine } from '../engine.ts';
import { WasmCoordinateSession } from './coordinates/session.ts';
import { FIT_KERNELS, type FitPool, fitModule } from './fit-kernels.ts';
import { WasmPyramidSession } from './pyramid/session.ts';

interface WasmEngineOptions {
  /** At least 1, the calling thread included; results do not depend on it. @default the machine's cores */
  readonly threads?: number | undefined;
  /** Results depend on it as far as sums are rounded. @default the fastest that this machine has */
  readonly simd?: Simd;
  /** Tests run a module with assertions. @default that for `simd` */
  readonly module?: WebAssembly.Module;
}

/**
 * @throws LoecError E_ENGINE where the machine does not grant the address space
 */
export async function createWasmEngine(options: WasmEngineOptions = {}): Promise<Engine> {
  const threads = options.threads ?? availableParallelism();
  const simd = options.simd ?? bestSimd();
  const module = options.module ?? (await fitModule(simd));
  const shared = new SharedMemory();
  const pool = await ThreadPool.start(module, shared.memory, FIT_KERNELS, threads);
  return {
    name: 'wasm',
    description: `wasm, ${simd} simd, ${threads} thread${threads > 1 ? 's' : ''}`,
    evaluate: async (field, samples) => evaluateOnPool(pool, shared, field, samples),
    fitCoordinates: async (problem) => new WasmCoordinateSession(pool, shared, problem),
    fitPyramid: async (problem) => new WasmPyramidSession(pool, shared, problem),
    dispose: () => pool.dispose(),
  };
}

/** Most pieces that the blocks are cut into: enough to keep many threads evenly busy. */
const MAX_PARTITIONS = 64;

function evaluateOnPool(pool: FitPool, shared: SharedMemory, field: Field, samples: Samples): Float32Array {
  const layout = layoutOf(field.spec);
  const deal = dealBlocks(samples.tuples, 1);
  const channels = outputWidth(field.spec);
  const values = new Float32Array(deal.order.length * channels);
  const size = {
    positions: deal.order.length,
    blocks: deal.blocks.length,
    channels,
    threads: pool.threads,
    partitions: Math.min(MAX_PARTITIONS, deal.blocks.length),
    training: false,
  };
  const plan = shared.map((start) => planMemory(layout, size, start));
  const problem = new MappedProblem(shared.memory, layout, size, plan);
  pack(layout, field.parameters, problem.parameters('weights'), OMEGA);
  problem.evaluate(samples, deal, (address) => pool.run('evaluate', address), values);
  shared.unmap(plan);
  return values;
}
