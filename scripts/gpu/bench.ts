/**
 * @file What the webgpu engine does with a GPU: `npm run bench:gpu` prints, as Markdown, the time of every kernel of a step, its share of
 * what the device can do, whole encodes, and the same steps in PyTorch where Python has it.
 *
 *     npm run bench:gpu -- [--size 768x512] [--width 256] [--steps 50] [--picture a.png --efforts 1,5]
 */

import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { encode } from '../../src/encode.ts';
import type { FitProblem } from '../../src/engine/engine.ts';
import type { PyramidProblem } from '../../src/engine/pyramid.ts';
import { SOAP } from '../../src/engine/pyramid.ts';
import { findAdapter } from '../../src/engine/webgpu/adapter.ts';
import { Gpu } from '../../src/engine/webgpu/gpu.ts';
import { WebgpuPyramidSession } from '../../src/engine/webgpu/pyramid/session.ts';
import { WebgpuFitSession } from '../../src/engine/webgpu/session.ts';
import { readPng } from '../../src/image/png/read.ts';
import { type Ceilings, measureCeilings } from './ceilings.ts';
import { coordinateProblem, pyramidProblem, pyramidStep, testPicture } from './problems.ts';
import { kernelTimes, recorded } from './timing.ts';
import { torchSteps } from './torch.ts';
import { coordinateWork, pyramidWork, type WorkOfKernels } from './work.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '768x512' },
    width: { type: 'string', default: '256' },
    steps: { type: 'string', default: '50' },
    copied: { type: 'string', default: '268435456' },
    picture: { type: 'string' },
    efforts: { type: 'string', default: '1,5' },
  },
});
const STEPS = Number(values.steps);
const WIDTH = Number(values.width);
const [COLUMNS = 768, ROWS = 512] = values.size.split('x').map(Number);

/** A fit that can be timed. */
interface Trainee {
  readonly name: string;
  readonly work: WorkOfKernels;
  train(first: number, count: number): Promise<unknown>;
  dispose(): void;
}

function coordinateTrainee(gpu: Gpu, name: string, problem: FitProblem): Trainee {
  const session = new WebgpuFitSession(gpu, problem);
  const step = { learningRate: 1e-4, batch: 0 };
  return {
    name,
    work: coordinateWork(problem),
    train: (_, count) => session.train(Array(count).fill(step)),
    dispose: () => session.dispose(),
  };
}

function pyramidTrainee(gpu: Gpu, name: string, problem: PyramidProblem): Trainee {
  const session = new WebgpuPyramidSession(gpu, problem);
  return {
    name,
    work: pyramidWork(problem),
    train: (first, count) => session.train(Array.from({ length: count }, (_, i) => pyramidStep(first + i))),
    dispose: () => session.dispose(),
  };
}

const print = (...lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);
const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
/** Three digits. */
const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const milli = (seconds: number): string => figure(1000 * seconds);
const share = (part: number): string => `${(100 * part).toFixed(0)} %`;

/** @returns milliseconds of a step */
async function report(gpu: Gpu, { flops, bandwidth }: Ceilings, trainee: Trainee): Promise<number> {
  // The first step begins SOAP, and a while later its bases turn for the first time.
  await trainee.train(0, SOAP.refreshEvery + 1);
  const started = performance.now();
  await trainee.train(0, STEPS);
  const perStep = (performance.now() - started) / STEPS;
  const span = SOAP.refreshEvery;
  const orders = await recorded(gpu, () => trainee.train(0, span));
  const kernels = await kernelTimes(gpu, orders);
  const whole = kernels.reduce((sum, kernel) => sum + kernel.seconds, 0);
  print('', `### ${trainee.name}: ${figure(perStep)} ms per step`, '');
  print(`Kernels one by one: ${milli(whole / span)} ms.`, '');
  print(
    row('kernel', 'calls', 'ms', 'share', 'GFLOP/s', 'GB/s', 'of the ceiling'),
    row(...Array(7).fill('---')),
  );
  for (const { name, calls, seconds } of kernels) {
    const work = trainee.work.get(name);
    const cells = [name.replace('Kernel', ''), calls / span, milli(seconds / span), share(seconds / whole)];
    if (!work) print(row(...cells, '', '', ''));
    else {
      const [floating, moved] = [(span * work.flops) / seconds, (span * work.bytes) / seconds];
      const reached = share(Math.max(floating / flops, moved / bandwidth));
      print(row(...cells, figure(floating / 1e9), figure(moved / 1e9), reached));
    }
  }
  trainee.dispose();
  return perStep;
}

async function reportEncodes(path: string): Promise<void> {
  const { raster } = readPng(await readFile(path), { name: path, metadata: false });
  print(
    '',
    `### Encodes of ${path}`,
    '',
    row('engine', 'effort', 'seconds', 'bytes', 'PSNR'),
    row(...Array(5).fill('---')),
  );
  for (const effort of values.efforts.split(',').map(Number)) {
    for (const engine of ['webgpu', 'wasm'] as const) {
      const { seconds, file, psnr, engine: used } = await encode(raster, { effort, engine });
      print(row(used, effort, seconds.toFixed(1), file.length, psnr.toFixed(2)));
    }
  }
}

const found = await findAdapter();
const gpu = await Gpu.open(found);
const ceilings = await measureCeilings(gpu, Number(values.copied));
const raster = testPicture(COLUMNS, ROWS);
const trainees = [
  [
    'siren',
    () => coordinateTrainee(gpu, `\`siren\`, width ${WIDTH}`, coordinateProblem('siren', WIDTH, raster)),
  ],
  [
    'seg-loe',
    () => coordinateTrainee(gpu, `\`seg-loe\`, width ${WIDTH}`, coordinateProblem('seg-loe', WIDTH, raster)),
  ],
  ['small', () => pyramidTrainee(gpu, '`pyramid`, small networks', pyramidProblem('small', raster))],
  ['large', () => pyramidTrainee(gpu, '`pyramid`, large networks', pyramidProblem('large', raster))],
] as const;

print(`## ${found.name}${found.isSoftware ? ', in software' : ''}`, '');
print(
  `${new Date().toISOString().slice(0, 10)}; ${COLUMNS}×${ROWS} pixels, every one in every step. Measured ceilings: ${figure(ceilings.flops / 1e9)} GFLOP/s of`,
);
print(`float32 multiply-adds, ${figure(ceilings.bandwidth / 1e9)} GB/s of copied memory.`);
const perStep = new Map<string, number>();
for (const [name, open] of trainees) perStep.set(name, await report(gpu, ceilings, open()));
const torch = await torchSteps({ columns: COLUMNS, rows: ROWS, width: WIDTH, steps: STEPS });
print('', '### The same steps in PyTorch', '');
if (typeof torch === 'string') print(`Not measured: ${torch}.`);
else {
  print(`${torch.version} on ${torch.device}. Milliseconds per step.`, '');
  print(row('fit', 'loec', 'PyTorch', 'torch.compile'), row(...Array(4).fill('---')));
  for (const { name, eager, compiled } of torch.fits) {
    print(
      row(
        name,
        figure(perStep.get(name) ?? Number.NaN),
        figure(eager),
        compiled === null ? 'fails' : figure(compiled),
      ),
    );
  }
}
if (values.picture) await reportEncodes(values.picture);
gpu.dispose();
