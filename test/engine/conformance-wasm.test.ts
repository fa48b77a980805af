import { createWasmEngine } from '../../src/engine/wasm/engine.ts';
import checkedKernels from '../../src/engine/wasm/kernels/built/fit-checked.ts';
import { moduleBytes } from '../../src/wasm/module.ts';
import { bestSimd, type Simd } from '../../src/wasm/simd.ts';
import { conformance } from './conformance.ts';
import { pyramidConformance } from './pyramid-conformance.ts';
import { PYRAMID_PROBLEMS } from './pyramid-problems.ts';

const SMALL = PYRAMID_PROBLEMS.filter(({ large }) => large !== true);
const oneThread = () => createWasmEngine({ threads: 1 });
const twoThreads = () => createWasmEngine({ threads: 2 });

conformance('wasm, 1 thread', oneThread);
conformance('wasm, 2 threads', twoThreads);
pyramidConformance('wasm, 1 thread', oneThread, PYRAMID_PROBLEMS);
pyramidConformance('wasm, 2 threads', twoThreads, SMALL);

// The module that the machine's V8 likes best has been through the above.
const others: readonly Simd[] = (['plain', 'relaxed', 'wide'] as const).filter((simd) => simd !== bestSimd());
for (const simd of others) {
  const engine = () => createWasmEngine({ threads: 1, simd });
  conformance(`wasm, ${simd}`, engine);
  pyramidConformance(`wasm, ${simd}`, engine, SMALL);
}

// With assertions in the kernels, which an out-of-bounds row, index or area does not pass.
const module = new WebAssembly.Module(moduleBytes(checkedKernels));
const checked = () => createWasmEngine({ threads: 1, simd: 'plain', module });
conformance('wasm, checked', checked);
pyramidConformance('wasm, checked', checked, SMALL);
