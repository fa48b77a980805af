/** @file What a page asks for by the URL of an image: a `.loe` file, and how large its picture is to be. */

/** Of `.loe` files. */
export const MEDIA_TYPE = 'image/x-loe';

const WIDTH = 'loec-width';
const SCALE = 'loec-scale';

/** Options of a decode, which checks the numbers. */
export interface AskedSize {
  readonly width?: number;
  readonly scale?: number;
}

/** `x.loe?loec-width=800` is 800 pixels wide, `x.loe?loec-scale=2` twice as large as the picture. */
export function askedSize(url: string): AskedSize {
  const { searchParams } = new URL(url);
  const [width, scale] = [searchParams.get(WIDTH), searchParams.get(SCALE)];
  return { ...(width !== null && { width: Number(width) }), ...(scale !== null && { scale: Number(scale) }) };
}

/**
 * Fetches the file as the page would, through the browser's own cache, by its URL without what is for the service worker. A server of
 * another origin must allow it by CORS headers: what it sends can't be read otherwise.
 */
export function fetchFile(asked: Request): Promise<Response> {
  const { url, headers, mode, credentials, cache, referrerPolicy, signal } = asked;
  const file = new URL(url);
  file.searchParams.delete(WIDTH);
  file.searchParams.delete(SCALE);
  return fetch(file, {
    headers: { accept: `${MEDIA_TYPE},${headers.get('accept') ?? '*/*'}` },
    credentials: mode === 'cors' ? credentials : 'same-origin',
    cache,
    referrerPolicy,
    signal,
  });
}
