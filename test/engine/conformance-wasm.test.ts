import { createWasmEngine } from '../../src/engine/wasm/engine.ts';
import { conformance } from './conformance.ts';
import { pyramidConformance } from './pyramid-conformance.ts';
import { PYRAMID_PROBLEMS } from './pyramid-problems.ts';

const oneThread = () => createWasmEngine({ threads: 1 });
const twoThreads = () => createWasmEngine({ threads: 2 });

conformance('wasm, 1 thread', oneThread);
conformance('wasm, 2 threads', twoThreads);
pyramidConformance('wasm, 1 thread', oneThread, PYRAMID_PROBLEMS);
pyramidConformance(
  'wasm, 2 threads',
  twoThreads,
  PYRAMID_PROBLEMS.filter(({ large }) => large !== true),
);
