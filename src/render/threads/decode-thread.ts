/** @file A thread of a decode: does what it is ordered, one after the other, until it is terminated. */

import { type MessagePort, parentPort } from 'node:worker_threads';
import { SliceDecoder } from '../../entropy/latents/slice-decoder.ts';
import { failureOf } from '../../failure.ts';
import { finish, TimeSlices } from '../../time-slices.ts';
import { renderBand } from '../bands.ts';
import type { Geometry } from '../geometry.ts';
import { type Scene, sceneOf } from '../scene.ts';
import { type Answer, CLOSE, type Order } from './messages.ts';

const port = parentPort as MessagePort;
const slices = new TimeSlices();
let picture: { readonly scene: Scene; readonly geometry: Geometry } | null = null;

async function carryOut(order: Order): Promise<void> {
  if (order.kind === 'slice') {
    const decoder = SliceDecoder.create(order.model, order.parameters);
    finish(decoder.decode(order.task, order.latents));
  } else if (order.kind === 'picture') {
    const { contents, geometry } = order;
    // The one before goes first, so that one is in memory at a time.
    picture = null;
    picture = { scene: await sceneOf(contents, geometry, slices), geometry };
  } else {
    const { scene, geometry } = picture as NonNullable<typeof picture>;
    for await (const _ of renderBand(scene, geometry, slices, order.band, order.samples));
  }
}

port.on('message', async (order: Order | typeof CLOSE) => {
  if (order === CLOSE) {
    picture = null;
    return;
  }
  let answer: Answer = null;
  try {
    await carryOut(order);
  } catch (error) {
    answer = failureOf(error);
  }
  port.postMessage(answer);
});
