import { builtBytes } from '../../src/built-bytes.ts';
import { createWasmEngine } from '../../src/engine/wasm/engine.ts';
import checkedKernels from '../../src/engine/wasm/kernels/built/fit-checked.ts';
import { bestSimd, type Simd } from '../../src/wasm/simd.ts';
import { conformance } from './conformance.ts';
import { pyramidConformance } from './pyramid-conformance.ts';
import type { NamedPyramidProblem } from './pyramid-problems.ts';

const isSmall = ({ large }: NamedPyramidProblem): boolean => !large;
const oneThread = () => createWasmEngine({ threads: 1 });
const twoThreads = () => createWasmEngine({ threads: 2 });

conformance('wasm, 1 thread', oneThread);
conformance('wasm, 2 threads', twoThreads);
pyramidConformance('wasm, 1 thread', oneThread);
pyramidConformance('wasm, 2 threads', twoThreads, isSmall);

// The module that the machine's V8 likes best has been through the above.
const others: readonly Simd[] = (['plain', 'relaxed', 'wide'] as const).filter((simd) => simd !== bestSimd());
for (const simd of others) {
  const engine = () => createWasmEngine({ threads: 1, simd });
  conformance(`wasm, ${simd}`, engine);
  pyramidConformance(`wasm, ${simd}`, engine, isSmall);
}

// With assertions in the kernels, which stop at a row, an index or an address that is out of bounds.
const module = new WebAssembly.Module(builtBytes(checkedKernels));
const checked = () => createWasmEngine({ threads: 1, simd: 'plain', module });
conformance('wasm, checked', checked);
pyramidConformance('wasm, checked', checked, isSmall);
