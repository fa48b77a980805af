/**
 * @file `loec/service-worker`, a whole service worker: pages show `.loe` files as images and backgrounds. One that does other things too may
 * import it; it answers nothing else.
 */

import { type FetchEventLike, handleLoe } from './web/service-worker/handle.ts';
import { CLAIM } from './web/service-worker/register.ts';

/** What is needed of a `ServiceWorkerGlobalScope`. */
interface Scope {
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: 'fetch', listener: (event: FetchEventLike) => void): void;
  addEventListener(
    type: 'activate',
    listener: (event: { waitUntil(work: Promise<void>): void }) => void,
  ): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

function listen(scope: Scope): void {
  scope.addEventListener('fetch', (event) => {
    handleLoe(event);
  });
  // The first page was loaded before there was a service worker.
  scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));
  scope.addEventListener('message', ({ data }) => {
    if (data === CLAIM) scope.clients.claim();
  });
}

if ('ServiceWorkerGlobalScope' in globalThis) listen(globalThis as unknown as Scope);
