/** @file The embedded engine: fused SIMD kernels on all cores, with nothing to install. */

import { availableParallelism } from 'node:os';
import v8 from 'node:v8';
import type { Samples } from '../../field/selectors.ts';
import { type Field, outputWidth } from '../../field/spec.ts';
import { dealBlocks } from '../blocks.ts';
import type { Engine } from '../engine.ts';
import { Crew } from './crew.ts';
import { gather, scatter } from './evaluator.ts';
import { layoutOf, packFolded } from './layout.ts';
import { sharedMemory } from './memory.ts';
import { moduleBytes } from './module.ts';
import fitPlain from './modules/fit-plain.ts';
import fitRelaxed from './modules/fit-relaxed.ts';
import { floatsAt, PAGE_BYTES, planMemory, writeBlocks, writeProblem, writeRange } from './plan.ts';
import { openSession } from './session.ts';

/** @param options.threads the calling thread included. @default the machine's cores */
export async function createWasmEngine(options: { threads?: number | undefined } = {}): Promise<Engine> {
  const threads = options.threads ?? availableParallelism();
  const relaxed = allowRelaxedSimd();
  const module = await WebAssembly.compile(moduleBytes(relaxed ? fitRelaxed : fitPlain));
  const crew = await Crew.start(module, threads);
  const probe = crew.attach(sharedMemory(PAGE_BYTES));
  const heapBase = probe.kernels.heapBase();
  crew.detach(probe);
  return {
    name: 'wasm',
    description: `wasm ${relaxed ? 'relaxed-simd' : 'simd128'}, ${threads} thread${threads > 1 ? 's' : ''}`,
    evaluate: async (field, samples) => evaluateOnCrew(crew, heapBase, field, samples),
    fit: async (problem) => openSession(crew, heapBase, problem),
    dispose: () => crew.dispose(),
  };
}

/** Whether modules with relaxed SIMD compile. Node 20 has it behind a flag that may be set at run time. */
export function allowRelaxedSimd(): boolean {
  const bytes = moduleBytes(fitRelaxed);
  if (WebAssembly.validate(bytes)) return true;
  if (!process.versions.node.startsWith('20.')) return false;
  v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  return WebAssembly.validate(bytes);
}

function evaluateOnCrew(crew: Crew, heapBase: number, field: Field, samples: Samples): Float32Array {
  const layout = layoutOf(field.spec);
  const channels = outputWidth(field.spec);
  const inputs = samples.coordinates.length / samples.tuples.length;
  const { order, blocks } = dealBlocks(samples.tuples, 1);
  const size = {
    positions: order.length,
    blocks: blocks.length,
    threads: crew.threads,
    partitions: Math.min(64, blocks.length),
    training: false,
  };
  const plan = planMemory(layout, channels, size, heapBase);
  const memory = sharedMemory(plan.end);
  writeProblem(memory, layout, channels, plan);
  packFolded(layout, field.parameters, floatsAt(memory, plan.weights, layout.length));
  writeBlocks(memory, plan, blocks);
  gather(samples.coordinates, order, inputs, floatsAt(memory, plan.coordinates, order.length * inputs));
  const station = crew.attach(memory);
  writeRange(memory, plan, 0, blocks.length);
  crew.run(station, 'evaluate', plan.problem);
  crew.detach(station);
  const values = new Float32Array(order.length * channels);
  scatter(floatsAt(memory, plan.outputs, values.length), order, channels, values);
  return values;
}
