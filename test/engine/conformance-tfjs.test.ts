import { createTfjsEngine } from '../../src/engine/tfjs/engine.ts';
import { conformance } from './conformance.ts';

conformance('tfjs', createTfjsEngine);
