/** @file A fit in the kernels' memory. */

import { tensorsOf } from '../../field/spec.ts';
import { dealBlocks } from '../blocks.ts';
import { ADAM, type FitProblem, type FitSession, type Quantization, type Step } from '../engine.ts';
import type { Crew, Station } from './crew.ts';
import { gather } from './evaluator.ts';
import { layoutOf, pack, unpack, unpackFolded } from './layout.ts';
import { sharedMemory } from './memory.ts';
import {
  floatsAt,
  planMemory,
  writeBlocks,
  writeProblem,
  writeQuantization,
  writeRange,
  writeStep,
} from './plan.ts';

/** Most pieces that a step's blocks are cut into: enough to keep many threads evenly busy. */
const MAX_PARTITIONS = 32;

/** Floats that all partitions' gradients may take. */
const MAX_GRADIENT_FLOATS = 2 ** 25;

/** @param heapBase the module's first free byte */
export function openSession(crew: Crew, heapBase: number, problem: FitProblem): FitSession {
  const { spec, samples, targets } = problem;
  const layout = layoutOf(spec);
  const channels = targets.length / samples.tuples.length;
  const inputs = samples.coordinates.length / samples.tuples.length;
  const { order, blocks, batchStarts } = dealBlocks(samples.tuples, problem.batches);
  const batches = batchStarts.length - 1;
  const affordable = Math.max(2, Math.floor(MAX_GRADIENT_FLOATS / layout.length));
  const partitions = Math.min(MAX_PARTITIONS, affordable, Math.ceil(blocks.length / batches));
  const size = {
    positions: order.length,
    blocks: blocks.length,
    threads: crew.threads,
    partitions,
    training: true,
  };
  const plan = planMemory(layout, channels, size, heapBase);
  const memory = sharedMemory(plan.end);
  writeProblem(memory, layout, channels, plan);
  writeBlocks(memory, plan, blocks);
  gather(samples.coordinates, order, inputs, floatsAt(memory, plan.coordinates, order.length * inputs));
  gather(targets, order, channels, floatsAt(memory, plan.targets, order.length * channels));
  const station: Station = crew.attach(memory);
  let stepsTaken = 0;

  const starts = (batch: number): [number, number] => [
    batchStarts[batch % batches] as number,
    batchStarts[(batch % batches) + 1] as number,
  ];
  const valuesIn = (first: number, last: number): number =>
    channels * blocks.slice(first, last).reduce((sum, { count }) => sum + count, 0);
  const batchValues = Array.from({ length: batches }, (_, batch) => valuesIn(...starts(batch)));

  function run(kernel: 'measure' | 'accumulate' | 'reduce' | 'update' | 'fold', first = 0, last = 0): void {
    writeRange(memory, plan, first, last);
    crew.run(station, kernel, plan.problem);
  }

  /** The sum of the last kernel's squared errors, in the order of the partitions. */
  function squaredErrors(): number {
    return new Float64Array(memory.buffer, plan.losses, partitions).reduce((sum, part) => sum + part, 0);
  }

  function trainStep({ learningRate, batch }: Step): number {
    const values = batchValues[batch % batches] as number;
    stepsTaken++;
    const rate = learningRate / (1 - ADAM.beta1 ** stepsTaken);
    writeStep(memory, plan, 2 / values, rate, 1 / (1 - ADAM.beta2 ** stepsTaken));
    run('accumulate', ...starts(batch));
    const loss = squaredErrors() / values;
    run('update');
    return loss;
  }

  function setQuantization(quantization: Quantization | null): void {
    const layerValues: [number, number, number, number][] = spec.layers.map(() => [0, 0, 0, 0]);
    for (const [i, { layer, kind }] of tensorsOf(spec).entries()) {
      const values = layerValues[layer] as [number, number, number, number];
      const column = kind === 'weight' ? 0 : 1;
      values[column] = quantization?.steps[i] ?? 0;
      values[2 + column] = quantization?.penalties[i] ?? 0;
    }
    for (const [layer, values] of layerValues.entries()) writeQuantization(memory, plan, layer, values);
    run('fold');
  }

  function writeParameters(parameters: Float32Array): void {
    pack(layout, parameters, floatsAt(memory, plan.theta, layout.length));
    run('fold');
  }

  writeParameters(problem.parameters);
  return {
    batches,
    setQuantization,
    writeParameters,
    train: async (steps) => Float32Array.from(steps, trainStep),
    loss: async (batch) => {
      const [first, last] = batch === undefined ? [0, blocks.length] : starts(batch);
      run('measure', first, last);
      return squaredErrors() / valuesIn(first, last);
    },
    gradient: async () => {
      writeStep(memory, plan, 2 / (channels * order.length), 0, 0);
      run('accumulate', 0, blocks.length);
      run('reduce');
      return unpackFolded(layout, floatsAt(memory, plan.gradients, layout.length));
    },
    readParameters: () => unpack(layout, floatsAt(memory, plan.theta, layout.length)),
    resetOptimizer: () => {
      stepsTaken = 0;
      floatsAt(memory, plan.firstMoments, layout.length).fill(0);
      floatsAt(memory, plan.secondMoments, layout.length).fill(0);
    },
    dispose: () => crew.detach(station),
  };
}
