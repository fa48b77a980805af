/** @file A device with what kernels need of it: buffers, pipelines, and orders that are recorded once and run many times. */

import { LoecError } from '../errors.ts';
import type { FoundAdapter } from './adapter.ts';

/** A kernel with its buffers and the number of its workgroups. */
export interface Order {
  /** The kernel's. */
  readonly name: string;
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly x: number;
  readonly y: number;
}

interface Kernel {
  readonly name: string;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** More would not make a device busier. */
const MAX_ROWS = 2 ** 19;

/** Limits that every desktop GPU is far above; what the adapter has is asked for. */
const WANTED_LIMITS = ['maxStorageBufferBindingSize', 'maxBufferSize'] as const;

const BUFFER_USAGE = { mapRead: 1, copySource: 4, copyTarget: 8, uniform: 64, storage: 128 } as const;

const MAP_READ = 1;

export class Gpu {
  readonly #device: GPUDevice;
  /** By their code. */
  readonly #kernels = new Map<string, Kernel>();
  /** Rows that kernels work on at a time: what is kept of a row is not kept of more than so many. */
  readonly maxRows: number;
  #fault: string | null = null;

  private constructor(device: GPUDevice, maxRows: number) {
    this.#device = device;
    this.maxRows = maxRows;
    void device.lost.then(({ message }) => {
      this.#fault ??= `the GPU was lost: ${message}`;
    });
    device.onuncapturederror = ({ error }) => {
      this.#fault ??= error.message;
    };
  }

  /** @throws LoecError E_ENGINE */
  static async open({ adapter, name }: FoundAdapter, maxRows = MAX_ROWS): Promise<Gpu> {
    const requiredLimits = Object.fromEntries(WANTED_LIMITS.map((limit) => [limit, adapter.limits[limit]]));
    try {
      return new Gpu(await adapter.requestDevice({ requiredLimits }), maxRows);
    } catch (cause) {
      throw new LoecError('E_ENGINE', `${name} gives no device: ${(cause as Error).message}`, { cause });
    }
  }

  /** Bytes that one buffer may have. */
  get maxBytes(): number {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.#device.limits;
    return Math.min(maxStorageBufferBindingSize, maxBufferSize);
  }

  /** A buffer of zeros. @throws LoecError E_LIMIT for one that the device can't have */
  zeros(bytes: number): GPUBuffer {
    if (bytes > this.maxBytes) {
      throw new LoecError(
        'E_LIMIT',
        `the GPU allows buffers of ${this.maxBytes} bytes, and ${bytes} are needed`,
      );
    }
    const usage = BUFFER_USAGE.storage | BUFFER_USAGE.copySource | BUFFER_USAGE.copyTarget;
    return this.#createBuffer(Math.max(16, Math.ceil(bytes / 4) * 4), usage);
  }

  /** @throws LoecError E_ENGINE where the device fails */
  #createBuffer(size: number, usage: number): GPUBuffer {
    try {
      return this.#device.createBuffer({ size, usage });
    } catch (cause) {
      throw this.#failure(cause);
    }
  }

  #failure(cause: unknown): LoecError {
    const message = this.#fault ?? `the GPU has failed: ${(cause as Error).message}`;
    return new LoecError('E_ENGINE', message, { cause });
  }

  /** A buffer of these values. @throws LoecError E_LIMIT for one that the device can't have */
  buffer(values: Float32Array | Uint32Array | Int32Array): GPUBuffer {
    const buffer = this.zeros(values.byteLength);
    this.write(buffer, values);
    return buffer;
  }

  /** Numbers that kernels read as a uniform. */
  uniform(values: Uint32Array): GPUBuffer {
    const size = Math.ceil(values.byteLength / 16) * 16;
    const buffer = this.#createBuffer(size, BUFFER_USAGE.uniform | BUFFER_USAGE.copyTarget);
    this.write(buffer, values);
    return buffer;
  }

  write(buffer: GPUBuffer, values: Float32Array | Uint32Array | Int32Array, offset = 0): void {
    this.#device.queue.writeBuffer(buffer, offset, values as GPUAllowSharedBufferSource);
  }

  /**
   * @param code WGSL with one entry point; its bindings are 0, 1 … of group 0
   * @param buffers in the order of the bindings
   */
  order(code: string, buffers: readonly GPUBuffer[], x: number, y = 1): Order {
    const { name, pipeline, layout } = this.#kernelOf(code);
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    return { name, pipeline, group: this.#device.createBindGroup({ layout, entries }), x, y };
  }

  /** An order of so many workgroups, in as many rows as the device asks for. */
  spread(code: string, buffers: readonly GPUBuffer[], workgroups: number): Order {
    const x = Math.min(workgroups, this.#device.limits.maxComputeWorkgroupsPerDimension);
    return this.order(code, buffers, x, Math.ceil(workgroups / x));
  }

  #kernelOf(code: string): Kernel {
    const known = this.#kernels.get(code);
    if (known) return known;
    const name = nameOf(code);
    const layout = this.#device.createBindGroupLayout({ entries: bindingsOf(code) });
    const pipeline = this.#device.createComputePipeline({
      label: name,
      layout: this.#device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module: this.#device.createShaderModule({ code }), entryPoint: name },
    });
    const kernel = { name, pipeline, layout };
    this.#kernels.set(code, kernel);
    return kernel;
  }

  /** Hands the orders to the device; each begins when what it reads is written. */
  run(orders: Iterable<Order>): void {
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const { pipeline, group, x, y } of orders) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(x, y);
    }
    pass.end();
    this.#device.queue.submit([encoder.finish()]);
  }

  /** Resolves when all orders are done. */
  finished(): Promise<unknown> {
    return this.#device.queue.onSubmittedWorkDone();
  }

  /**
   * The first `count` floats of a buffer, once all orders are done.
   * @throws LoecError E_ENGINE where the device has failed
   */
  async read(buffer: GPUBuffer, count: number): Promise<Float32Array> {
    const size = Math.max(4, 4 * count);
    const usage = BUFFER_USAGE.mapRead | BUFFER_USAGE.copyTarget;
    const staging = this.#createBuffer(size, usage);
    const encoder = this.#device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 0, staging, 0, size);
    this.#device.queue.submit([encoder.finish()]);
    try {
      await staging.mapAsync(MAP_READ);
      this.#check();
      return new Float32Array(staging.getMappedRange().slice(0, 4 * count));
    } catch (cause) {
      throw cause instanceof LoecError ? cause : this.#failure(cause);
    } finally {
      staging.destroy();
    }
  }

  #check(): void {
    if (this.#fault) throw new LoecError('E_ENGINE', this.#fault);
  }

  dispose(): void {
    this.#device.destroy();
  }
}

const ENTRY_POINT = /@compute @workgroup_size\(\d+\)\s*fn (\w+)/;

function nameOf(code: string): string {
  const [, name] = ENTRY_POINT.exec(code) as RegExpExecArray;
  return name as string;
}

const BINDING = /@binding\((\d+)\) var<(uniform|storage, read|storage, read_write)>/g;

const BINDING_TYPES = {
  uniform: 'uniform',
  'storage, read': 'read-only-storage',
  'storage, read_write': 'storage',
} as const;

const COMPUTE_STAGE = 4;

/** The bindings that a shader declares. A layout that the device derives would leave out those that it does not use. */
function bindingsOf(code: string): GPUBindGroupLayoutEntry[] {
  return [...code.matchAll(BINDING)].map(([, binding, kind]) => ({
    binding: Number(binding),
    visibility: COMPUTE_STAGE,
    buffer: { type: BINDING_TYPES[kind as keyof typeof BINDING_TYPES] },
  }));
}

/** The buffers of one problem, to be freed together. */
export class Buffers {
  readonly gpu: Gpu;
  readonly #buffers: GPUBuffer[] = [];
  /** Buffers that may be freed before the others. */
  readonly #parts = new Set<Buffers>();

  constructor(gpu: Gpu) {
    this.gpu = gpu;
  }

  /** Opens a problem. Where that fails, no buffer stays. @param open makes what it needs */
  static async open<Problem>(
    gpu: Gpu,
    open: (buffers: Buffers) => Problem | Promise<Problem>,
  ): Promise<Problem> {
    const buffers = new Buffers(gpu);
    try {
      return await open(buffers);
    } catch (error) {
      buffers.dispose();
      throw error;
    }
  }

  /** Some that may be freed before the others. @param before those that they replace, which are freed */
  part(before?: Buffers): Buffers {
    if (before) {
      before.dispose();
      this.#parts.delete(before);
    }
    const part = new Buffers(this.gpu);
    this.#parts.add(part);
    return part;
  }

  zeros(bytes: number): GPUBuffer {
    return this.#keep(this.gpu.zeros(bytes));
  }

  of(values: Float32Array | Uint32Array | Int32Array): GPUBuffer {
    return this.#keep(this.gpu.buffer(values));
  }

  uniform(values: readonly number[]): GPUBuffer {
    return this.#keep(this.gpu.uniform(Uint32Array.from(values)));
  }

  #keep(buffer: GPUBuffer): GPUBuffer {
    this.#buffers.push(buffer);
    return buffer;
  }

  dispose(): void {
    for (const buffer of this.#buffers) buffer.destroy();
    for (const part of this.#parts) part.dispose();
  }
}
