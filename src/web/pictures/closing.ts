/** @file What ends a picture in its worker, with or without its owner. */

import type { DecodeLink } from './decode-link.ts';
import { releaseLink } from './decode-workers.ts';

const forgotten = new FinalizationRegistry<() => void>((close) => close());

/**
 * Nobody may be left to close a picture, as that of an element that never was in a page: it is closed when its owner is collected.
 * @param picture its number in the worker
 * @returns closes it, once
 */
export function closingOf(owner: object, link: DecodeLink, picture: number): () => void {
  const close = (): void => {
    forgotten.unregister(close);
    link.ask({ kind: 'close', picture }).catch(() => undefined);
    releaseLink(link);
  };
  forgotten.register(owner, close, close);
  return close;
}
