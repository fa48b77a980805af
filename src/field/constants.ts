/** @file Numbers of the field that kernels need too. AssemblyScript compiles this file too, so it holds nothing but numbers. */

/** Integers of weights beyond this are refused by the file and never made by the encoder. */
export const MAX_INTEGER = 32767;

/** Bounds of log b, and what is taken off the context model's output, so that zero weights predict small latents. */
export const LOG_SCALE_MIN = -5;
export const LOG_SCALE_MAX = 5;
export const LOG_SCALE_SHIFT = 2;

/** 2⁻¹⁶: Laplace masses below this are counted as this, without a gradient. */
export const MIN_MASS = 0.0000152587890625;

/** Positions in a block of the wasm engine: the activations of a block fit the L2 cache at every width (docs/experiments.md, "What the engine design rests on"). */
export const BLOCK_POSITIONS = 96;
