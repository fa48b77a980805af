import { createTfjsEngine } from '../../src/engine/tfjs/engine.ts';
import { conformance } from './conformance.ts';
import { pyramidConformance } from './pyramid-conformance.ts';

conformance('tfjs', createTfjsEngine);
pyramidConformance('tfjs', createTfjsEngine, ({ large }) => !large);
