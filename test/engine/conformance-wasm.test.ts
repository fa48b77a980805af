import { createWasmEngine } from '../../src/engine/wasm/engine.ts';
import { conformance } from './conformance.ts';

conformance('wasm, 1 thread', () => createWasmEngine({ threads: 1 }));
conformance('wasm, 2 threads', () => createWasmEngine({ threads: 2 }));
