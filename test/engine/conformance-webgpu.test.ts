import { createWebgpuEngine } from '../../src/engine/webgpu/engine.ts';
import { findAdapter } from '../../src/webgpu/adapter.ts';
import { skipped } from '../harness.ts';
import { conformance } from './conformance.ts';
import { pyramidConformance } from './pyramid-conformance.ts';

const why = await findAdapter().then(
  () => null,
  (error: Error) => error.message,
);
if (why === null) {
  conformance('webgpu, 256 rows at a time', async () =>
    createWebgpuEngine(await findAdapter(), { maxRows: 256 }),
  );
  pyramidConformance(
    'webgpu, 512 rows at a time',
    async () => createWebgpuEngine(await findAdapter(), { maxRows: 512 }),
    ({ large }) => !large,
  );
} else skipped('the conformance of webgpu', why);
