/** @file What is on the host of a fit by SOAP, the same for all engines: θ and its optimizer. */

import { type FieldSpec, pairs, tensorsOf } from '../field/spec.ts';
import type { SoapCoordinateState } from './coordinates.ts';
import { SOAP, Soap, type SoapState } from './soap.ts';

export class SoapFit {
  /** The first layer that steps change. */
  trainedFrom: number;
  /** One per layer. */
  readonly #layers: readonly Soap[];
  /** θ */
  readonly #parameters: Float32Array;

  constructor(spec: FieldSpec, { parameters, maps, trainedFrom }: SoapCoordinateState) {
    this.#layers = layersOf(spec, maps);
    this.#parameters = parameters.slice();
    this.trainedFrom = trainedFrom;
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
      maps: this.#layers.flatMap((soap) => soap.states),
      trainedFrom: this.trainedFrom,
    };
  }

  /** @param gradient [parameters]; what it holds of layers that are not trained is not read */
  step(gradient: Float32Array, rate: number): void {
    for (const soap of this.#layers.slice(this.trainedFrom)) soap.step(this.#parameters, gradient, rate);
  }
}

function layersOf(spec: FieldSpec, maps: readonly SoapState[] | null): Soap[] {
  let end = 0;
  return pairs(tensorsOf(spec)).map(([weight, bias]) => {
    const first = end;
    end += weight.experts;
    return new Soap([weight, bias], SOAP.beta, maps?.slice(first, end));
  });
}
