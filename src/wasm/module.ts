/** @file The built modules as WebAssembly. */

/** @param base64 the default export of a file in a folder `kernels/built` */
export function moduleBytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
