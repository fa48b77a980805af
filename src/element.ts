/** @file What `loec/element` does when a page loads it: `<loec-img>` is there. On a server it does nothing. */

import { LoecImgElement } from './web/element/loec-img-element.ts';

export { type ErrorCode, LoecError } from './errors.ts';
export { LoecImgElement };

declare global {
  interface HTMLElementTagNameMap {
    'loec-img': LoecImgElement;
  }
}

if (globalThis.customElements && !customElements.get('loec-img')) {
  customElements.define('loec-img', LoecImgElement);
}
