/**
 * @file Times a full training step of the wasm engine beside the same step through tfjs' wasm backend: `npm run bench:engine`
 * (`-- --all` adds width 256). GFLOP/s count 6 · parameters in use · positions: two per multiply-add, three products.
 */

import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import {
  type AdamCoordinateState,
  type CoordinateProblem,
  type CoordinateSession,
  initialState,
} from '../src/engine/coordinates.ts';
import { TfjsCoordinateSession } from '../src/engine/tfjs/coordinates/session.ts';
import { createWasmEngine } from '../src/engine/wasm/engine.ts';
import { centres } from '../src/field/grid.ts';
import { gridSamples } from '../src/field/grid-samples.ts';
import { initialParameters } from '../src/field/init.ts';
import { type FieldSpec, type Selector, tensorsOf } from '../src/field/spec.ts';

const SIDE = 256;
const POSITIONS = SIDE * SIDE;

/** A SIREN of three hidden layers, the middle ones with the given selector. */
function specOf(width: number, selector: Selector): FieldSpec {
  const one: Selector = { kind: 'one' };
  const sine = { kind: 'sine', omega: 30 } as const;
  return {
    input: { kind: 'coordinates' },
    filters: 0,
    overlap: 0,
    layers: [
      { width, selector: one, activation: sine },
      { width, selector, activation: sine },
      { width, selector, activation: sine },
      { width: 3, selector: one, activation: { kind: 'linear' } },
    ],
  };
}

function problemOf(spec: FieldSpec): CoordinateProblem<AdamCoordinateState> {
  const axis = centres(0, SIDE, SIDE);
  const targets = Float32Array.from({ length: 3 * POSITIONS }, (_, i) => Math.sin(i / 1000));
  return {
    spec,
    samples: gridSamples(spec, null, axis, axis),
    targets,
    start: initialState(initialParameters(spec, 1), 'adam'),
    batches: 1,
  };
}

/** Milliseconds per step: the median and the least of `rounds`, after one to warm up. */
async function time(session: CoordinateSession, rounds: number): Promise<{ median: number; best: number }> {
  const step = [{ learningRate: 1e-4, batch: 0 }];
  await session.train(step);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await session.train(step);
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  return { median: times[rounds >> 1] as number, best: times[0] as number };
}

function report(label: string, spec: FieldSpec, { median, best }: { median: number; best: number }): void {
  const perPosition = tensorsOf(spec).reduce((sum, { length, experts }) => sum + length / experts, 0);
  const gflops = (ms: number): string => ((6 * perPosition * POSITIONS) / ms / 1e6).toFixed(1).padStart(6);
  const ms = (value: number): string => value.toFixed(1).padStart(8);
  process.stdout.write(
    `${label.padEnd(34)} median${ms(median)} ms${gflops(median)} GFLOP/s   best${ms(best)} ms${gflops(best)} GFLOP/s\n`,
  );
}

async function benchWasm(width: number, selector: Selector, threads: number): Promise<void> {
  const spec = specOf(width, selector);
  const engine = await createWasmEngine({ threads });
  const session = await engine.fitCoordinates(problemOf(spec));
  report(
    `loec wasm  w${width} ${selector.kind.padEnd(4)} ${threads} thread(s)`,
    spec,
    await time(session, width > 64 ? 7 : 40),
  );
  session.dispose();
  await engine.dispose();
}

async function benchTfjs(width: number): Promise<void> {
  const spec = specOf(width, { kind: 'one' });
  const session = new TfjsCoordinateSession(tf, problemOf(spec));
  report(`tfjs wasm  w${width} one`, spec, await time(session, 2));
  session.dispose();
}

const { values } = parseArgs({ options: { all: { type: 'boolean', default: false } } });
const require = createRequire(import.meta.url);
tf.enableProdMode();
setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
await tf.setBackend('wasm');
for (const width of values.all ? [32, 64, 256] : [32, 64]) {
  for (const threads of [1, availableParallelism()]) {
    await benchWasm(width, { kind: 'one' }, threads);
    await benchWasm(width, { kind: 'tile', frequency: 8 }, threads);
  }
  await benchTfjs(width);
}
