/**
 * @file A distortion that sees as people do: the mean squared error and, at several scales of luma and chroma, how far structures and local
 * means differ,
 *
 *     D = error · MSE + Σ_components Σ_scales mean(structure · d + luminance · (μ_a − μ_b)²)
 *     d = 1 − (2σ_ab + C₂)/(σ_a² + σ_b² + C₂)
 *
 * of outputs in [0, 1], not clipped: 1 − SSIM without its luminance term (Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from
 * error visibility to structural similarity", IEEE TIP 13(4), 2004), in the place of which the means' squared difference is added, as
 * SSIMULACRA2 has it; over scales as MS-SSIM has them (Wang, Simoncelli, Bovik 2003). Kernels work it out: `kernels/comparison.ts` has the
 * formulas.
 */

import { hasAlpha, type Picture } from '../../image/raster.ts';
import { coreCount } from '../../runtime/runtime.ts';
import { SharedMemory } from '../../wasm/shared-memory.ts';
import { compileKernels } from '../../wasm/sharing.ts';
import { ThreadPool } from '../../wasm/thread-pool.ts';
import type { Distortion, LocalModel, PictureDistortion, Place } from '../distortion.ts';
import { AlphaDistortion } from './alpha-distortion.ts';
import { ColourDistortion, VISUAL_KERNELS, type VisualPool } from './colour-distortion.ts';
import kernels from './kernels/built/visual.ts';

class PictureDifference implements PictureDistortion {
  readonly #pool: VisualPool;
  readonly #measured: ColourDistortion | AlphaDistortion;

  constructor(pool: VisualPool, measured: ColourDistortion | AlphaDistortion) {
    this.#pool = pool;
    this.#measured = measured;
  }

  evaluate(outputs: Float32Array, gradient: Float32Array | null): number {
    return this.#measured.evaluate(outputs, gradient);
  }

  localModel(outputs: Float32Array, reach?: number): LocalModel {
    return this.#measured.localModel(outputs, reach);
  }

  dispose(): Promise<void> {
    this.#measured.dispose();
    return this.#pool.dispose();
  }
}

/**
 * @param base of each premultiplied colour, where the picture has alpha
 * @param module of the kernels; tests have one with assertions
 */
export async function openVisual(
  picture: Picture,
  base: readonly number[],
  { shared = new SharedMemory(), threads = coreCount() }: Place = {},
  module?: WebAssembly.Module,
): Promise<PictureDistortion> {
  const pool = new ThreadPool(module ?? compileKernels(kernels), shared.memory, VISUAL_KERNELS);
  const open = (seen: Picture): Promise<ColourDistortion> =>
    ColourDistortion.open(pool, shared, seen, threads);
  try {
    return new PictureDifference(
      pool,
      await (hasAlpha(picture) ? AlphaDistortion.open(picture, base, open) : open(picture)),
    );
  } catch (error) {
    await pool.dispose();
    throw error;
  }
}

/** @param base of premultiplied colours, one per colour, as values in [−1, 1]; pictures without alpha have none */
export function visualOver(base: readonly number[]): Distortion {
  return { name: 'visual', of: (picture, place) => openVisual(picture, base, place), fused: null };
}

/** Premultiplied colours are those over the middle of their range. */
export const VISUAL = visualOver([0, 0, 0]);
