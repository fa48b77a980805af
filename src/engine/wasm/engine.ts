/** @file The embedded engine: fused SIMD kernels on all cores, with nothing to install. */

import { availableParallelism } from 'node:os';
import type { Samples } from '../../field/selectors.ts';
import { type Field, outputWidth } from '../../field/spec.ts';
import { dealBlocks } from '../blocks.ts';
import type { Engine } from '../engine.ts';
import { Crew } from './crew.ts';
import { layoutOf, packFolded } from './layout.ts';
import { SharedMemory } from './memory.ts';
import { planMemory } from './plan.ts';
import { MappedProblem, scatter } from './problem.ts';
import { WasmPyramidSession } from './pyramid/session.ts';
import { WasmFitSession } from './session.ts';
import { bestSimd, fitModule, type Simd } from './simd.ts';

export interface WasmEngineOptions {
  /** At least 1, the calling thread included; results do not depend on it. @default the machine's cores */
  readonly threads?: number | undefined;
  /** Results depend on it as far as sums are rounded. @default the fastest that this machine has */
  readonly simd?: Simd;
}

/**
 * @throws LoecError E_ENGINE where the machine does not grant the address space
 */
export async function createWasmEngine(options: WasmEngineOptions = {}): Promise<Engine> {
  const threads = options.threads ?? availableParallelism();
  const simd = options.simd ?? bestSimd();
  const module = await fitModule(simd);
  const shared = new SharedMemory();
  const crew = await Crew.start(module, shared.memory, threads);
  return {
    name: 'wasm',
    description: `wasm, ${simd} simd, ${threads} thread${threads > 1 ? 's' : ''}`,
    evaluate: async (field, samples) => evaluateOnCrew(crew, shared, field, samples),
    fit: async (problem) => new WasmFitSession(crew, shared, problem),
    fitPyramid: async (problem) => new WasmPyramidSession(crew, shared, problem),
    dispose: () => crew.dispose(),
  };
}

/** Most pieces that the blocks are cut into: enough to keep many threads evenly busy. */
const MAX_PARTITIONS = 64;

function evaluateOnCrew(crew: Crew, shared: SharedMemory, field: Field, samples: Samples): Float32Array {
  const layout = layoutOf(field.spec);
  const deal = dealBlocks(samples.tuples, 1);
  const channels = outputWidth(field.spec);
  const values = new Float32Array(deal.order.length * channels);
  const size = {
    positions: deal.order.length,
    blocks: deal.blocks.length,
    channels,
    threads: crew.threads,
    partitions: Math.min(MAX_PARTITIONS, deal.blocks.length),
    training: false,
  };
  const plan = shared.map((start) => planMemory(layout, size, start));
  const problem = new MappedProblem(shared.memory, layout, size, plan);
  packFolded(layout, field.parameters, problem.parameters('weights'));
  problem.writePositions(samples, deal);
  problem.writeRange(0, deal.blocks.length);
  crew.run('evaluate', problem.plan.problem);
  scatter(problem.floats('outputs', values.length), deal.order, channels, values);
  shared.unmap(plan);
  return values;
}
