/** @file What is on the host of a fit by SOAP, the same for all engines: θ, its optimizer, and Q(θ). */

import { decodedParameters } from '../field/quantizer.ts';
import { type FieldSpec, pairs, type Tensor, tensorsOf } from '../field/spec.ts';
import type { Quantization, SoapCoordinateState } from './coordinates.ts';
import { SOAP, Soap, type SoapState } from './soap.ts';

/** The affine maps of a layer, one per expert. */
interface LayerMaps {
  readonly weight: Tensor;
  readonly soap: Soap;
}

export class SoapFit {
  readonly #tensors: readonly Tensor[];
  readonly #layers: readonly LayerMaps[];
  /** θ */
  readonly #parameters: Float32Array;
  #quantization: Quantization | null = null;
  #trained: readonly Tensor[] | null;

  constructor(spec: FieldSpec, { parameters, maps, quantization, trained }: SoapCoordinateState) {
    this.#tensors = tensorsOf(spec);
    this.#layers = layersOf(this.#tensors, maps);
    this.#parameters = parameters.slice();
    this.#trained = trained;
    this.setQuantization(quantization);
  }

  /** A copy of Q(θ): what the loss sees. */
  get seen(): Float32Array {
    if (!this.#quantization) return this.parameters;
    const { steps, origin } = this.#quantization;
    return decodedParameters(this.#parameters, this.#tensors, steps, origin);
  }

  /** A copy of θ. */
  get parameters(): Float32Array {
    return this.#parameters.slice();
  }

  set parameters(parameters: Float32Array) {
    this.#parameters.set(parameters);
  }

  /** A copy. */
  get state(): SoapCoordinateState {
    return {
      optimizer: 'soap',
      parameters: this.parameters,
      maps: this.#layers.flatMap(({ soap }) => soap.states),
      quantization: structuredClone(this.#quantization),
      trained: this.#trained,
    };
  }

  setQuantization(quantization: Quantization | null): void {
    this.#quantization = structuredClone(quantization);
  }

  setTrained(tensors: readonly Tensor[] | null): void {
    this.#trained = tensors;
  }

  /** @param gradient at Q(θ), of all parameters */
  step(gradient: Float32Array, rate: number): void {
    for (const { weight, soap } of this.#layers) {
      if (this.#isTrained(weight)) soap.step(this.#parameters, gradient, rate);
    }
  }

  #isTrained({ offset }: Tensor): boolean {
    return this.#trained?.some((tensor) => tensor.offset === offset) ?? true;
  }
}

function layersOf(tensors: readonly Tensor[], maps: readonly SoapState[] | null): LayerMaps[] {
  let end = 0;
  return pairs(tensors).map(([weight, bias]) => {
    const first = end;
    end += weight.experts;
    return { weight, soap: new Soap([weight, bias], SOAP.beta, maps?.slice(first, end)) };
  });
}
