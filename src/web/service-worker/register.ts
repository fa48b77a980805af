/** @file A page gets its service worker, and the images that it has missed before. */

import { LoecError } from '../../errors.ts';

/** The page's request to a service worker that is there already, after a reload that went past it (Shift and reload). */
export const CLAIM = 'loec: claim';

/**
 * Registers a service worker that shows `.loe` files as images. Where the page was loaded without it, as at the first visit, images that
 * are missing are loaded again; backgrounds of CSS come with the next page.
 * @param script the URL of a file of the site itself, in a folder at or above its pages
 * @returns once the page goes through it
 * @throws LoecError E_ENGINE where there are no service workers, E_USAGE where it is not for this page; what `ServiceWorkerContainer.register` throws
 */
export async function registerLoe(script: string | URL, options: RegistrationOptions = {}): Promise<void> {
  const serviceWorker = (globalThis.navigator as Navigator | undefined)?.serviceWorker;
  if (!serviceWorker) {
    throw new LoecError(
      'E_ENGINE',
      'there are no service workers here: they need a page of https or localhost',
    );
  }
  const { active, scope } = await serviceWorker.register(script, options);
  if (serviceWorker.controller !== null) return;
  if (!location.href.startsWith(scope)) {
    throw new LoecError(
      'E_USAGE',
      `the service worker is for pages below ${scope}: put its script there or above`,
    );
  }
  const changed = new Promise((resolve) => {
    serviceWorker.addEventListener('controllerchange', resolve, { once: true });
  });
  active?.postMessage(CLAIM);
  await changed;
  for (const image of document.images) {
    if (!image.complete) image.addEventListener('error', () => loadAgain(image), { once: true });
    else if (image.naturalWidth === 0) loadAgain(image);
  }
}

/** Setting what is set already begins anew. */
function loadAgain(image: HTMLImageElement): void {
  const name = image.hasAttribute('srcset') ? 'srcset' : 'src';
  image.setAttribute(name, image.getAttribute(name) ?? '');
}
