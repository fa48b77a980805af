/** @file The engine of TensorFlow.js: the oracle for the others, and the door to CUDA. */

import type { Engine } from '../engine.ts';
import { openCoordinates } from '../soap-session.ts';
import { loadTensorFlow } from './backend.ts';
import { TfjsCoordinateSession } from './coordinates/session.ts';
import { applyLayers, disposeInputs, uploadInputs } from './model.ts';
import { TfjsPyramidSession } from './pyramid/session.ts';

/**
 * @param options.threads of distortions that the host works out. @default the machine's cores
 * @throws LoecError E_ENGINE where no TensorFlow.js is installed
 */
export async function createTfjsEngine({ threads }: { threads?: number | undefined } = {}): Promise<Engine> {
  const { tf, description } = await loadTensorFlow();
  return {
    name: 'tfjs',
    description,
    evaluate: async ({ spec, parameters }, samples) => {
      const inputs = uploadInputs(tf, spec, samples);
      const { coordinates, masks } = inputs;
      const outputs = tf.tidy(() => applyLayers(tf, spec, tf.tensor1d(parameters), coordinates, masks));
      const values = (await outputs.data()) as Float32Array;
      outputs.dispose();
      disposeInputs(inputs);
      return values;
    },
    fitCoordinates: (problem) =>
      openCoordinates(problem, async (given) => new TfjsCoordinateSession(tf, given)),
    fitPyramid: (problem) => TfjsPyramidSession.open(tf, problem, { threads }),
    dispose: async () => {},
  };
}
