/** @file The types of a viewer's events, for `addEventListener`. */

import type { View } from './view.ts';

/** `error` has a LoecError. */
export interface LoecViewerEventMap extends HTMLElementEventMap {
  view: CustomEvent<View>;
  sharp: Event;
}
