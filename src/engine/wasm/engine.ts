/** @file The embedded engine: fused SIMD kernels on all cores, with nothing to install. */

import { type Blocks, blocksOf } from '../../field/blocks.ts';
import type { Samples } from '../../field/selectors.ts';
import { type Field, outputWidth } from '../../field/spec.ts';
import { layoutOf, OMEGA, pack } from '../../render/coordinates/layout.ts';
import { planMemory } from '../../render/coordinates/plan.ts';
import { MappedProblem } from '../../render/coordinates/problem.ts';
import { coreCount } from '../../runtime/runtime.ts';
import { SharedMemory } from '../../wasm/shared-memory.ts';
import { bestSimd, type Simd } from '../../wasm/simd.ts';
import { ThreadPool } from '../../wasm/thread-pool.ts';
import type { Engine } from '../engine.ts';
import { openCoordinates } from '../soap-session.ts';
import { WasmCoordinateSession } from './coordinates/session.ts';
import { FIT_KERNELS, fitModule } from './fit-kernels.ts';
import { type OpenShare, PoolShare, threadsForBlocks } from './pool-share.ts';
import { WasmPyramidSession } from './pyramid/session.ts';

interface WasmEngineOptions {
  /** At most, the calling thread included; results do not depend on it. @default the machine's cores */
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
  const threads = options.threads ?? coreCount();
  const simd = options.simd ?? bestSimd();
  const module = options.module ?? fitModule(simd);
  const shared = new SharedMemory();
  const pool = new ThreadPool(module, shared.memory, FIT_KERNELS);
  const open: OpenShare = (wanted, work) => PoolShare.open(pool, shared, threads, wanted, work);
  return {
    name: 'wasm',
    description: `wasm, ${simd} simd, ${threads} thread${threads > 1 ? 's' : ''}`,
    evaluate: (field, samples) => evaluateOnPool(open, field, samples),
    fitCoordinates: (problem) => openCoordinates(problem, (given) => WasmCoordinateSession.open(open, given)),
    fitPyramid: (problem) => WasmPyramidSession.open(open, problem),
    dispose: () => pool.dispose(),
  };
}

/** Most pieces that the blocks are cut into: enough to keep many threads evenly busy. */
const MAX_PARTITIONS = 64;

function evaluateOnPool(open: OpenShare, field: Field, samples: Samples): Promise<Float32Array> {
  const dealt = blocksOf(samples.tuples);
  const partitions = Math.min(MAX_PARTITIONS, dealt.blocks.length);
  return open(threadsForBlocks(dealt.blocks.length, partitions), (share) => {
    try {
      return evaluate(share, field, samples, dealt, partitions);
    } finally {
      share.dispose();
    }
  });
}

function evaluate(
  share: PoolShare,
  field: Field,
  samples: Samples,
  dealt: Blocks,
  partitions: number,
): Float32Array {
  const layout = layoutOf(field.spec);
  const channels = outputWidth(field.spec);
  const values = new Float32Array(dealt.order.length * channels);
  const { threads } = share;
  const positions = dealt.order.length;
  const size = { positions, blocks: dealt.blocks.length, channels, threads, partitions, training: false };
  const plan = share.regions.map((start) => planMemory(layout, size, start));
  const problem = new MappedProblem(share.memory, layout, size, plan);
  pack(layout, field.parameters, problem.parameters('weights'), OMEGA);
  problem.evaluate(samples, dealt, (address) => share.run('evaluate', address), values);
  return values;
}
