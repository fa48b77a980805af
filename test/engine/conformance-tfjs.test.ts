import { createTfjsEngine } from '../../src/engine/tfjs/engine.ts';
import { conformance } from './conformance.ts';
import { pyramidConformance } from './pyramid-conformance.ts';
import { PYRAMID_PROBLEMS } from './pyramid-problems.ts';

conformance('tfjs', createTfjsEngine);
pyramidConformance(
  'tfjs',
  createTfjsEngine,
  PYRAMID_PROBLEMS.filter(({ large }) => !large),
);
