/** @file What a fit tells a search for the integers of its weights. */

/** What weights cost, exactly: a search goes by no local model. */
export interface WeightLoss {
  /** What so many bits cost in the loss's unit. */
  priceOf(bits: number): number;
  /**
   * What depends on the parameters of a part, but for their own bits.
   * @param decoded the parameters of each part, which will change later
   */
  at(part: number, decoded: readonly Float32Array[]): Promise<number>;
  /** Its gradient with respect to the parameters of the part. @param decoded as for `at` */
  gradientAt(part: number, decoded: readonly Float32Array[]): Promise<Float32Array>;
}
