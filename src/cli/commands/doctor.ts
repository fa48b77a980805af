/** @file `loec doctor`: what this machine can do for loec, and what would help. */

import { availableParallelism } from 'node:os';
import { describeEngines } from '../../engine/choose.ts';
import { type CommonArguments, type Context, writeJson } from '../context.ts';
import { OK } from '../exit-codes.ts';

const CUDA_HINT =
  'CUDA through TensorFlow: npm install @tensorflow/tfjs-node-gpu (downloads 400 MB; CUDA 11), then --engine tfjs';

/** @returns the exit code */
export async function runDoctor(context: Context, args: CommonArguments): Promise<number> {
  const machine = {
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    threads: availableParallelism(),
  };
  const engines = await describeEngines();
  if (args.json) {
    writeJson(context, { type: 'doctor', ...machine, engines });
    return OK;
  }
  const lines = [
    `node ${machine.node}, ${machine.platform}, ${machine.threads} threads`,
    ...engines.map(({ name, available, detail }) => `${available ? 'yes' : 'no '}  ${name}: ${detail}`),
    CUDA_HINT,
  ];
  context.stdout.write(`${lines.join('\n')}\n`);
  return OK;
}
