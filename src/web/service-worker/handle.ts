/** @file Answers pages that ask for a `.loe` file as an image with an image that every browser shows. */

import { hexOf } from '../../bytes.ts';
import type { Limits } from '../../limits.ts';
import { decodeToBlob } from '../pictures/decode-to.ts';
import { askedSize, fetchFile, MEDIA_TYPE } from './asked-image.ts';
import { type CacheBounds, findImage, keepImage } from './image-cache.ts';
import { inTurn } from './turns.ts';

export interface HandleLoeOptions extends CacheBounds {
  /** What pages get. PNG has the exact pixels. @default 'image/png' */
  readonly type?: 'image/png' | 'image/webp' | 'image/jpeg';
  /** From 0 to 1, for WebP and JPEG. With 1 Chromium writes WebP without loss. @default 1 */
  readonly quality?: number;
  /**
   * Which URLs of images are asked for as `.loe` files. What a server sends of another type goes to the page as it is.
   * @default those whose path ends in `.loe`, which are such files whatever their type
   */
  readonly mayBeLoe?: (url: URL) => boolean;
  /** @default as `openPicture` has them, for those that are not given */
  readonly limits?: Partial<Limits>;
}

/** What is needed of a service worker's `FetchEvent`. */
export interface FetchEventLike {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

/**
 * For a service worker to call at every `fetch`. It answers requests for images that are `.loe` files, and leaves others alone. A status
 * like 404 is passed on; a file that can't be decoded is a network error to the page, and the console says why.
 * @returns whether it answers
 */
export function handleLoe(event: FetchEventLike, options: HandleLoeOptions = {}): boolean {
  const { request } = event;
  const { mayBeLoe = endsInLoe } = options;
  if (request.method !== 'GET' || request.destination !== 'image') return false;
  if (!mayBeLoe(new URL(request.url))) return false;
  const image = imageFor(request, options).catch((error: unknown) => {
    console.warn(`loec: no image for ${request.url}:`, error);
    return Response.error();
  });
  event.respondWith(image);
  return true;
}

function endsInLoe({ pathname }: URL): boolean {
  return pathname.endsWith('.loe');
}

function isLoe({ headers }: Response, { url }: Request): boolean {
  return endsInLoe(new URL(url)) || headers.get('content-type')?.split(';')[0] === MEDIA_TYPE;
}

async function imageFor(request: Request, options: HandleLoeOptions): Promise<Response> {
  const file = await fetchFile(request);
  if (!file.ok || !isLoe(file, request)) return file;
  const bytes = await file.arrayBuffer();
  const { url } = request;
  const { type = 'image/png', quality = 1, limits = {} } = options;
  // Tags and dates of servers are not always there, and not always true.
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const origin = `${type} ${quality} of ${hexOf(hash)}`;
  const make = async (): Promise<Response> => {
    const image = await decodeToBlob(bytes, type, { ...askedSize(url), quality, limits });
    await keepImage(url, origin, image, options);
    return new Response(image, { headers: { 'content-type': image.type } });
  };
  // Who asks for an image while it is made finds it made.
  return (await findImage(url, origin)) ?? inTurn(async () => (await findImage(url, origin)) ?? make());
}
