/** @file What stays on a device that fails while a fit is opened: nothing. The device is a stand-in, so this needs no GPU. */

import { WebgpuCoordinateSession } from '../../src/engine/webgpu/coordinates/session.ts';
import { WebgpuPyramidSession } from '../../src/engine/webgpu/pyramid/session.ts';
import { LoecError } from '../../src/errors.ts';
import { Gpu } from '../../src/webgpu/gpu.ts';
import { assert, suite } from '../harness.ts';
import { PROBLEMS } from './problems.ts';
import { type NamedPyramidProblem, PYRAMID_PROBLEMS } from './pyramid-problems.ts';

const test = suite('a device that fails');

/** A device that makes so many buffers and no more, and counts those that are left. */
class Device {
  readonly limits = {
    maxStorageBufferBindingSize: 2 ** 28,
    maxBufferSize: 2 ** 28,
    maxComputeWorkgroupsPerDimension: 65535,
  };
  readonly lost = new Promise<never>(() => {});
  readonly queue = { writeBuffer: () => {}, submit: () => {} };
  made = 0;
  left = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  createBuffer(): { destroy(): void } {
    if (this.made === this.#most) throw new RangeError('out of memory');
    this.made++;
    this.left++;
    return { destroy: () => this.left-- };
  }

  createBindGroup = () => ({});
  createBindGroupLayout = () => ({});
  createPipelineLayout = () => ({});
  createShaderModule = () => ({});
  createComputePipeline = () => ({});
  createCommandEncoder = () => ({ beginComputePass: () => this.#pass, finish: () => ({}) });
  readonly #pass = {
    setPipeline: () => {},
    setBindGroup: () => {},
    dispatchWorkgroups: () => {},
    end: () => {},
  };
}

const [coordinates] = PROBLEMS as [(typeof PROBLEMS)[number]];
const [pyramid] = PYRAMID_PROBLEMS as [NamedPyramidProblem];
const OPENERS: Readonly<Record<string, (gpu: Gpu) => Promise<{ dispose(): void }>>> = {
  'a coordinate fit': (gpu) => WebgpuCoordinateSession.open(gpu, coordinates),
  'a pyramid fit': (gpu) => WebgpuPyramidSession.open(gpu, pyramid),
};

function gpuOf(device: Device): Promise<Gpu> {
  const adapter = { limits: device.limits, requestDevice: async () => device };
  return Gpu.open({ adapter: adapter as unknown as GPUAdapter, name: 'stand-in', isSoftware: true });
}

for (const [name, open] of Object.entries(OPENERS)) {
  test(`${name} keeps no buffer where one of them can't be made`, async () => {
    const whole = new Device(Number.POSITIVE_INFINITY);
    const session = await open(await gpuOf(whole));
    assert.ok(whole.made > 10);
    session.dispose();
    assert.is(whole.left, 0);
    for (let most = 0; most < whole.made; most++) {
      const device = new Device(most);
      const error = await open(await gpuOf(device)).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof LoecError && error.code === 'E_ENGINE', `${most}: ${error}`);
      assert.is(device.left, 0, `${most} of ${whole.made}`);
    }
  });
}

test.run();
