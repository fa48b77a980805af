/** @file What is wrong with a store, a folder or a network, and not with the picture whose bytes it was to take. */

import { LoecError } from '../../errors.ts';

/** The job can be done when it is over, or by another worker. */
export class StoreTrouble extends LoecError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('E_INPUT', message, options);
  }
}
