/** @file Which vectors this machine computes with fastest. */

import { builtBytes } from '../built-bytes.ts';
import { isNode } from '../runtime/runtime.ts';
import relaxedProbe from './kernels/built/relaxed-probe.ts';

/**
 * `plain`: vectors of 128 bits, every operation rounded. `relaxed`: the same with products and sums that may be fused.
 * `wide`: relaxed, in tiles whose neighbouring vectors V8 merges into 256 bits.
 */
export type Simd = 'plain' | 'relaxed' | 'wide';

/** The majors of Node whose V8 merges vectors and in which that was measured. */
const MERGING = [24, 25, 26];

/** Sets flags of V8 where it needs them; they hold for what is compiled afterwards. */
export function bestSimd(): Simd {
  // Where there is no WebAssembly, whoever compiles the module says so.
  if (typeof WebAssembly === 'undefined' || !allowRelaxed()) return 'plain';
  return allowMerging() ? 'wide' : 'relaxed';
}

/** Node 20 needs a flag for relaxed SIMD. */
function allowRelaxed(): boolean {
  const bytes = builtBytes(relaxedProbe);
  if (WebAssembly.validate(bytes)) return true;
  if (nodeMajor() !== 20) return false;
  process.getBuiltinModule('node:v8').setFlagsFromString('--experimental-wasm-relaxed-simd');
  return WebAssembly.validate(bytes);
}

/** V8 merges vectors for AVX2, so on x64 alone, and only with a flag. Bits of results are the same with it and without. */
function allowMerging(): boolean {
  if (!MERGING.includes(nodeMajor()) || process.arch !== 'x64') return false;
  process.getBuiltinModule('node:v8').setFlagsFromString('--experimental-wasm-revectorize');
  return true;
}

/** 0 in pages, and for a runtime that only says it is Node. */
function nodeMajor(): number {
  return !isNode || 'bun' in process.versions ? 0 : Number.parseInt(process.versions.node, 10);
}
