/** @file The thread of `loec compare` that measures: twelve megapixels take half a minute, and Ctrl-C is heard meanwhile. */

import { type MessagePort, parentPort } from 'node:worker_threads';
import { parseMetrics } from '../../bench/metric-spec.ts';
import { failureOf } from '../../failure.ts';
import type { Pair, ScoreAnswer } from './score-messages.ts';

const METRICS = parseMetrics('psnr,ssimulacra2,ms-ssim,ms-ssim-rgb');

const port = parentPort as MessagePort;

port.on('message', async (pair: Pair) => port.postMessage(await answerTo(pair)));

async function answerTo({ a, b }: Pair): Promise<ScoreAnswer> {
  try {
    const scores: Record<string, number> = {};
    for (const { id, score } of METRICS) scores[id] = await score(a, b, undefined);
    return { scores };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}
