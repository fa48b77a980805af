/** @file Starts the thread that encodes in Node. */

import { startInNode } from '../runtime/node-thread.ts';
import type { Thread } from '../runtime/thread.ts';

export function startThread(): Thread {
  return startInNode(new URL('./thread.js', import.meta.url));
}
