/** @file What sessions of all engines have in common: their optimizer is Adam, and they tell losses with gradients. */

export interface LossAndGradient {
  readonly loss: number;
  readonly gradient: Float32Array;
}

export abstract class AdamSession {
  /** `loss` and `gradient` in one pass. */
  abstract lossAndGradient(batch?: number): Promise<LossAndGradient>;

  async gradient(batch?: number): Promise<Float32Array> {
    return (await this.lossAndGradient(batch)).gradient;
  }

  setQuantization(): never {
    throw new Error('Adam fits no quantized weights: begin with the state of SOAP');
  }

  setTrained(): never {
    throw new Error('Adam trains all tensors: begin with the state of SOAP');
  }
}
