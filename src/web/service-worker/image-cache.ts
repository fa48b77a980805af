/** @file Images that a service worker has made before, in the browser's Cache Storage. */

const PREFIX = 'loec-images-';

/** The number changes with what is stored. Caches of other numbers are of another version of loec. */
const NAME = `${PREFIX}1`;

/** A header: what an image was made from, and to. */
const ORIGIN = 'loec-origin';

/** How much is kept: the images that were made last. */
export interface CacheBounds {
  /** @default 200 */
  readonly maximumImages?: number;
  /** Of all images together. @default 64 MiB */
  readonly maximumBytes?: number;
}

async function openCache(): Promise<Cache> {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
  await Promise.all(others.map((name) => caches.delete(name)));
  return caches.open(NAME);
}

/**
 * What was kept for this URL; nothing where the browser keeps nothing, as in some private windows.
 * @param origin what it must be made from
 */
export async function findImage(url: string, origin: string): Promise<Response | undefined> {
  try {
    const image = await (await openCache()).match(url);
    return image?.headers.get(ORIGIN) === origin ? image : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Replaces what was kept for the same URL, and lets go of the oldest images that are above the bounds. Where there is no space for it,
 * it is made again the next time.
 */
export async function keepImage(
  url: string,
  origin: string,
  image: Blob,
  bounds: CacheBounds,
): Promise<void> {
  try {
    const cache = await openCache();
    const headers = { 'content-type': image.type, 'content-length': `${image.size}`, [ORIGIN]: origin };
    await cache.put(url, new Response(image, { headers }));
    await removeOldest(cache, bounds);
  } catch (error) {
    console.warn('loec: an image was not kept:', error);
  }
}

async function removeOldest(
  cache: Cache,
  { maximumImages = 200, maximumBytes = 64 * 2 ** 20 }: CacheBounds,
): Promise<void> {
  // Both are in the order in which images were put.
  const [urls, images] = await Promise.all([cache.keys(), cache.matchAll()]);
  let bytes = 0;
  for (let i = urls.length - 1; i >= 0; i--) {
    bytes += Number(images[i]?.headers.get('content-length'));
    if (urls.length - i > maximumImages || bytes > maximumBytes) await cache.delete(urls[i] as Request);
  }
}
