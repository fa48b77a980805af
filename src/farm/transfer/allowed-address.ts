/** @file Which addresses a worker may be sent to by a job: none but those that its user has named. */

import { LoecError } from '../../errors.ts';

/** Longer ones servers refuse. */
const MOST_CHARACTERS = 8192;

/** Dots, slashes and backslashes as some servers decode them, and parts that lead up. */
const HIDDEN = /%(2e|2f|5c)/gi;
const UPWARDS = /(^|[/\\])\.\.([/\\]|$)/;

export const ADDRESS_PREFIX_EXPECTED = 'the beginning of an address: https://host/ or https://host/folder/';

/**
 * What a worker's user allows: all below an address.
 * @returns undefined for a text that is no such address
 */
export function parsePrefix(text: string): URL | undefined {
  const url = plainAddress(text);
  return url === null || url.search !== '' || url.hash !== '' ? undefined : url;
}

/** @throws LoecError E_INPUT, without what signs the address */
export function allowedAddress(text: string, allowed: readonly URL[]): URL {
  const url = plainAddress(text);
  if (url === null) throw new LoecError('E_INPUT', 'the job names something else than an http(s) address');
  if (allowed.some((prefix) => isBelow(url, prefix))) return url;
  throw new LoecError(
    'E_INPUT',
    `${shown(url)} is no address that this worker takes: start it with --allow-address ${url.origin}/`,
  );
}

/** An address for people: what follows the question mark signs it, and is a secret. */
export function shown({ origin, pathname }: URL): string {
  return origin + pathname;
}

/** null for what is no address, has a user in it, or hides where it leads to. */
export function plainAddress(text: string): URL | null {
  if (text.length > MOST_CHARACTERS || !URL.canParse(text)) return null;
  const url = new URL(text);
  const isPlain = ['http:', 'https:'].includes(url.protocol) && url.username + url.password === '';
  return isPlain && !UPWARDS.test(url.pathname.replace(HIDDEN, decodeURIComponent)) ? url : null;
}

/** Compared part by part: `https://host.evil` begins as `https://host` does. Its protocol belongs to an origin. */
function isBelow(url: URL, prefix: URL): boolean {
  if (url.origin !== prefix.origin) return false;
  const folder = prefix.pathname.replace(/\/?$/, '/');
  return url.pathname === prefix.pathname || url.pathname.startsWith(folder);
}
