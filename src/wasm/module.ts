/** @file The built modules as WebAssembly. */

import { inflateSync } from 'fflate';

/** @param base64 the default export of a file in a folder `kernels/built` */
export function moduleBytes(base64: string): Uint8Array<ArrayBuffer> {
  return inflateSync(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}
