/** @file The public API of `loec/viewer`: a script tag with it makes `<loec-viewer>` known to the page. */

import { LoecViewerElement } from './web/viewer/viewer-element.ts';

export { type ErrorCode, LoecError } from './errors.ts';
export type { LoecViewerEventMap } from './web/viewer/event-map.ts';
export type { CompareMode } from './web/viewer/stage.ts';
export type { Point, View } from './web/viewer/view.ts';
export { LoecViewerElement };

// In servers that render pages there are no elements, and a page may load this twice.
const elements: CustomElementRegistry | undefined = globalThis.customElements;
if (elements && !elements.get('loec-viewer')) elements.define('loec-viewer', LoecViewerElement);

declare global {
  interface HTMLElementTagNameMap {
    'loec-viewer': LoecViewerElement;
  }
}
