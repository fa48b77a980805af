/** @file How far an encode is, for people: phases, share done, seconds left, PSNR. */

/** Where an encode stands. */
export interface EncodeProgress {
  /** What is being done: for example `fit`, `quantize`, `write`. */
  readonly phase: string;
  /** Share of the whole encode that is done, 0 … 1, by expected time. */
  readonly done: number;
  /** Expected seconds to the end, while there is a basis for it. */
  readonly secondsLeft?: number;
  /** PSNR in dB of the fit so far, before quantization where `phase` is `fit`; fits for the eye know that of each preview. */
  readonly psnr?: number;
  /** Of a pyramid: bits per pixel of its latents so far, nearly all of what the file will have. */
  readonly bpp?: number;
}
