/** @file Numbers of the optimizers that kernels need too. AssemblyScript compiles this file too, so it holds nothing but numbers. */

/** Adam of a coordinate field's parameters (Kingma and Ba 2015). */
export const ADAM_BETA1 = 0.9;
export const ADAM_BETA2 = 0.999;
export const ADAM_EPSILON = 1e-8;

/** Adam of latents; β₂ is low because the noise makes old gradients useless (docs/experiments.md, "What the pyramid design rests on"). */
export const LATENT_BETA1 = 0.8;
export const LATENT_BETA2 = 0.95;
export const LATENT_EPSILON = 1e-12;
