/** @file What the engines have in common of Adam (Kingma and Ba 2015). */

export interface AdamConstants {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Factors that make up for moments that begin at 0: the learning rate over 1 − β₁ᵗ, and 1/(1 − β₂ᵗ). @param t of the step, from 1 */
export function adamRates(
  { beta1, beta2 }: AdamConstants,
  learningRate: number,
  t: number,
): { rate: number; secondCorrection: number } {
  return { rate: learningRate / (1 - beta1 ** t), secondCorrection: 1 / (1 - beta2 ** t) };
}
