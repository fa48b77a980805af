/** @file What a value is by the name of its class, which holds for values of other realms (frames, `vm` contexts) too. */

/** For example `Uint8Array`, `Promise`, `Object`, `Null`. */
export function classNameOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}
