/** @file What classes of elements extend. */

/** Where there is no DOM, as on servers that render pages, they can be imported but not made. */
export const ElementBase = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);
