/** @file `loec doctor`: what this machine can do for loec, and what would help. */

import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { chooseEngine, describeEngines, type EngineStatus } from '../../engine/choose.ts';
import { bestSimd, type Simd } from '../../wasm/simd.ts';
import { labelOf, listAdapters } from '../../webgpu/adapter.ts';
import type { Manual } from '../command.ts';
import { type CommonArguments, type Context, writeJson, writeStdout } from '../context.ts';
import { OK } from '../exit-codes.ts';

const GPU_PACKAGE = '@tensorflow/tfjs-node-gpu';
const ADD_GPU = `npm install ${GPU_PACKAGE}`;

/** What of a GPU's features and limits kernels may come to depend on. */
const FEATURES = ['timestamp-query', 'subgroups', 'shader-f16'] as const;
const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupsPerDimension',
] as const;

/** A GPU that webgpu reaches. */
interface AdapterStatus {
  readonly name: string;
  readonly isSoftware: boolean;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<(typeof LIMITS)[number], number>>;
}

interface Diagnosis {
  readonly node: string;
  readonly platform: string;
  readonly cores: number;
  /** The kernels that the wasm engine takes. */
  readonly simd: Simd;
  readonly engines: readonly EngineStatus[];
  /** What `--engine auto` takes, and why not a GPU. */
  readonly auto: string;
  readonly adapters: readonly AdapterStatus[];
  /** How TensorFlow's CUDA build is doing. */
  readonly cuda: { readonly installed: boolean; readonly detail: string };
}

const SIMD: Readonly<Record<Simd, string>> = {
  plain: '128 bits; relaxed SIMD is not available',
  relaxed: '128 bits, relaxed; 256 on x64 with Node 24 to 26',
  wide: '256 bits',
};

export const manual: Manual = {
  synopsis: '',
  description: 'Tells what this machine can do for loec, and what would help.',
  options: {},
  examples: [['doctor --json', 'the same for programs']],
};

/** @returns the exit code */
export async function run(context: Context, args: CommonArguments): Promise<number> {
  const diagnosis = await diagnose();
  if (args.json) await writeJson(context, { type: 'doctor', ...diagnosis });
  else await writeStdout(context, describe(diagnosis));
  return OK;
}

async function diagnose(): Promise<Diagnosis> {
  return {
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    simd: bestSimd(),
    engines: await describeEngines(),
    auto: await describeAuto(),
    adapters: await describeAdapters(),
    cuda: diagnoseCuda(),
  };
}

async function describeAuto(): Promise<string> {
  let choice = '';
  const engine = await chooseEngine('auto', {
    onNotice: ({ text }) => {
      choice = text;
    },
  });
  await engine.dispose();
  return choice;
}

/** Why there is none, the engine's line tells. */
async function describeAdapters(): Promise<AdapterStatus[]> {
  const found = await listAdapters().catch(() => []);
  return found.map(({ adapter, name, isSoftware }) => ({
    name,
    isSoftware,
    features: [...adapter.features].sort(),
    limits: Object.fromEntries(
      LIMITS.map((limit) => [limit, adapter.limits[limit]]),
    ) as AdapterStatus['limits'],
  }));
}

/** The engine hides why the package did not load, since it falls back to the CPU; here that is the question. */
function diagnoseCuda(): Diagnosis['cuda'] {
  const require = createRequire(import.meta.url);
  try {
    require(GPU_PACKAGE);
    return { installed: true, detail: `${GPU_PACKAGE} loads: --engine tfjs uses it` };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const [reason = ''] = message.split('\n');
    if (code === 'MODULE_NOT_FOUND' && reason.includes(GPU_PACKAGE)) {
      return { installed: false, detail: `not installed; add it with: ${ADD_GPU}` };
    }
    return { installed: true, detail: `${GPU_PACKAGE} does not load: ${reason}` };
  }
}

function describe(diagnosis: Diagnosis): string {
  const { node, platform, cores, simd, engines, auto, adapters, cuda } = diagnosis;
  const lines = [
    `node    ${node}, ${platform}, ${cores} ${cores > 1 ? 'cores' : 'core'}`,
    `simd    ${SIMD[simd]}`,
    ...engines.map(
      ({ name, available, detail }) => `${name.padEnd(7)} ${available ? '' : 'missing: '}${detail}`,
    ),
    `auto    ${auto}`,
    ...adapters.flatMap(describeAdapter),
    `cuda    ${cuda.detail}`,
  ];
  return `${lines.join('\n')}\n`;
}

function describeAdapter(adapter: AdapterStatus): string[] {
  const { features, limits } = adapter;
  const useful = FEATURES.map((feature) => `${feature} ${features.includes(feature) ? 'yes' : 'no'}`);
  const indent = ' '.repeat(8);
  return [
    `gpu     ${labelOf(adapter)}`,
    `${indent}${useful.join(', ')}`,
    ...LIMITS.map((limit) => `${indent}${limit} ${limits[limit]}`),
  ];
}
