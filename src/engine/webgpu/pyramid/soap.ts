/** @file SOAP on the device. Its first bases are found on the host, as they are found once. */

import type { Buffers, Gpu, Order } from '../../../webgpu/gpu.ts';
import { firstMoments, type MapOffsets, SOAP } from '../../soap.ts';
import { refreshKernel, type SoapMap, soapFloats, soapKernel, soapWords } from '../shaders/soap.ts';

export class GpuSoap {
  readonly #gpu: Gpu;
  readonly #beta: number;
  readonly #maps: readonly SoapMap[];
  readonly #state: GPUBuffer;
  readonly #step: Order;
  readonly #refresh: Order;
  /** Updates made; −1 before the call that makes none. */
  #updates = -1;

  /** @param maps in `weights` and `gradient` */
  constructor(
    buffers: Buffers,
    maps: readonly MapOffsets[],
    beta: number,
    bound: { clock: GPUBuffer; steps: GPUBuffer; gradient: GPUBuffer; weights: GPUBuffer },
  ) {
    let floats = 0;
    this.#gpu = buffers.gpu;
    this.#beta = beta;
    this.#maps = maps.map((map) => {
      const state = floats;
      floats += soapFloats(map.rows, map.columns);
      return { ...map, state };
    });
    this.#state = buffers.zeros(4 * floats);
    const records = buffers.of(soapWords(this.#maps));
    const { clock, steps, gradient, weights } = bound;
    const count = this.#maps.length;
    this.#step = buffers.gpu.order(
      soapKernel(beta),
      [records, this.#state, clock, steps, gradient, weights],
      count,
    );
    this.#refresh = buffers.gpu.order(refreshKernel(), [records, this.#state], count);
  }

  /** Whether the next step is the one that only begins the bases, by `begin`. */
  get isNew(): boolean {
    return this.#updates < 0;
  }

  /** Begins L, R and their bases. */
  begin(gradient: Float32Array): void {
    this.#updates = 0;
    for (const map of this.#maps) {
      const { left, right, leftBasis, rightBasis } = firstMoments(map, this.#beta, gradient);
      const values = [...left, ...right, ...leftBasis, ...rightBasis];
      this.#gpu.write(this.#state, Float32Array.from(values), 4 * map.state);
    }
  }

  /** The orders of the next step, and the scale of its means. */
  next(): { readonly orders: readonly Order[]; readonly unbiased: number } {
    this.#updates++;
    return {
      orders: this.#updates % SOAP.refreshEvery === 0 ? [this.#step, this.#refresh] : [this.#step],
      unbiased: 1 / (1 - this.#beta ** this.#updates),
    };
  }
}
