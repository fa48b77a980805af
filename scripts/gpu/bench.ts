/**
 * @file What the webgpu engine does with a GPU: `npm run bench:gpu` prints, as Markdown, the time of every kernel of a step and its share of
 * what the device can do; the same steps on the CPU and, where Python has it, in PyTorch; and whole encodes. Without a GPU it
 * prints the rest.
 *
 *     npm run bench:gpu -- [--size 768x512] [--width 256] [--steps 50] [--picture a.png --efforts 1,5 --tune psnr]
 */

import { parseArgs } from 'node:util';
import { readPicture } from '../../src/bench/pictures.ts';
import type { Tune } from '../../src/distortion/tunes.ts';
import { encode } from '../../src/encode.ts';
import { createWasmEngine } from '../../src/engine/wasm/engine.ts';
import { type FoundAdapter, findAdapter, labelOf } from '../../src/webgpu/adapter.ts';
import { Gpu } from '../../src/webgpu/gpu.ts';
import { type Ceilings, measureCeilings } from './ceilings.ts';
import { testPicture } from './problems.ts';
import { type KernelTime, kernelTimes, recorded } from './timing.ts';
import { type TorchSteps, torchSteps } from './torch.ts';
import { createTrainees, ROUND, stepTime, type Trainee } from './trainees.ts';
import type { Work } from './work.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '768x512' },
    width: { type: 'string', default: '256' },
    steps: { type: 'string', default: '50' },
    /** Bytes that are copied to measure the memory: more than caches hold. */
    copied: { type: 'string', default: '268435456' },
    picture: { type: 'string' },
    efforts: { type: 'string', default: '1,5' },
    tune: { type: 'string', default: 'visual' },
  },
});
const STEPS = Number(values.steps);
const WIDTH = Number(values.width);
const [COLUMNS = 768, ROWS = 512] = values.size.split('x').map(Number);

/** Milliseconds per step of each fit, by its name. */
type StepTimes = ReadonlyMap<string, number>;

const print = (...lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);
const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const head = (...cells: readonly string[]): void => print(row(...cells), row(...cells.map(() => '---')));
/** Three digits. */
const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const share = (part: number): string => `${(100 * part).toFixed(0)} %`;

async function reportGpu(found: FoundAdapter, trainees: readonly Trainee[]): Promise<StepTimes> {
  const gpu = await Gpu.open(found);
  const ceilings = await measureCeilings(gpu, Number(values.copied));
  print('', `## ${labelOf(found)}`, '');
  const { flops, bandwidth } = ceilings;
  print(
    `Measured ceilings: ${figure(flops / 1e9)} GFLOP/s of float32 multiply-adds, ${figure(bandwidth / 1e9)} GB/s of copied memory.`,
  );
  const times = new Map<string, number>();
  for (const trainee of trainees) times.set(trainee.name, await reportKernels(gpu, ceilings, trainee));
  gpu.dispose();
  return times;
}

/** @returns milliseconds per step */
async function reportKernels(gpu: Gpu, ceilings: Ceilings, { label, work, onGpu }: Trainee): Promise<number> {
  const training = await onGpu(gpu);
  const perStep = await stepTime(training, STEPS);
  const kernels = await kernelTimes(gpu, await recorded(gpu, () => training.train(0, ROUND)));
  training.dispose();
  const whole = kernels.reduce((sum, { seconds }) => sum + seconds, 0);
  print('', `### ${label}: ${figure(perStep)} ms per step`, '');
  print(`Its kernels one by one take ${figure((1000 * whole) / ROUND)} ms.`, '');
  head('kernel', 'calls', 'ms', 'share', 'GFLOP/s', 'GB/s', 'of the ceiling');
  for (const kernel of kernels) {
    const { name, calls, seconds } = kernel;
    const cells = [calls / ROUND, figure((1000 * seconds) / ROUND), share(seconds / whole)];
    print(row(name.replace('Kernel', ''), ...cells, ...reached(kernel, work.get(name), ceilings)));
  }
  return perStep;
}

/** GFLOP/s, GB/s, and the nearer one's share of its ceiling. */
function reached({ seconds }: KernelTime, work: Work | undefined, ceilings: Ceilings): string[] {
  if (!work) return ['', '', ''];
  const [flops, bandwidth] = [(ROUND * work.flops) / seconds, (ROUND * work.bytes) / seconds];
  const part = Math.max(flops / ceilings.flops, bandwidth / ceilings.bandwidth);
  return [figure(flops / 1e9), figure(bandwidth / 1e9), share(part)];
}

async function timeOnCpu(trainees: readonly Trainee[]): Promise<StepTimes> {
  const engine = await createWasmEngine({});
  print('', `## Beside it: ${engine.description}`);
  const times = new Map<string, number>();
  for (const { name, onCpu } of trainees) {
    const training = await onCpu(engine);
    times.set(name, await stepTime(training, Math.min(STEPS, ROUND)));
    training.dispose();
  }
  await engine.dispose();
  return times;
}

function reportSteps(
  trainees: readonly Trainee[],
  gpu: StepTimes,
  cpu: StepTimes,
  torch: TorchSteps | string,
): void {
  print('', typeof torch === 'string' ? `PyTorch: ${torch}.` : `${torch.version} on ${torch.device}.`);
  print('', 'Milliseconds per step:', '');
  head('fit', 'webgpu', 'wasm', 'PyTorch', 'torch.compile');
  const cell = (time: number | null | undefined): string => (time ? figure(time) : '–');
  for (const { name, label } of trainees) {
    const other = typeof torch === 'string' ? undefined : torch.fits.find((fit) => fit.name === name);
    print(row(label, cell(gpu.get(name)), cell(cpu.get(name)), cell(other?.eager), cell(other?.compiled)));
  }
}

async function reportEncodes(path: string, engines: readonly ('webgpu' | 'wasm')[]): Promise<void> {
  const raster = await readPicture({ path, name: path });
  const tune = values.tune as Tune;
  print('', `Encodes of ${path}, tune ${tune}:`, '');
  head('engine', 'effort', 'seconds', 'bytes', 'PSNR');
  for (const effort of values.efforts.split(',').map(Number)) {
    for (const engine of engines) {
      const { seconds, file, psnr, engine: used } = await encode(raster, { effort, engine, tune });
      print(row(String(used), effort, seconds.toFixed(1), file.length, psnr.toFixed(2)));
    }
  }
}

const trainees = createTrainees(testPicture(COLUMNS, ROWS), WIDTH);
print(`${new Date().toISOString().slice(0, 10)}; ${COLUMNS}×${ROWS} pixels, every one in every step.`);
const found = await findAdapter().catch((error: Error) => error.message);
const hasGpu = typeof found !== 'string';
if (!hasGpu) print('', found);
const gpuTimes = hasGpu ? await reportGpu(found, trainees) : new Map<string, number>();
const cpuTimes = await timeOnCpu(trainees);
reportSteps(
  trainees,
  gpuTimes,
  cpuTimes,
  await torchSteps({ columns: COLUMNS, rows: ROWS, width: WIDTH, steps: STEPS }),
);
if (values.picture) await reportEncodes(values.picture, hasGpu ? ['webgpu', 'wasm'] : ['wasm']);
