/** @file Where things are: in the repository, and from one page of the site to another. */

import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder, with a slash at its end. */
export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

/** Where the repository is to be read. */
export const REPOSITORY_URL = 'https://github.com/loec-codec/loec';

/** The link from a page to a path of the site, so that the site works below any folder of a server. */
export function linkFrom(page: string, path: string): string {
  const [target = '', hash] = path.split('#');
  const relative = posix.relative(posix.dirname(page), target) || posix.basename(target);
  return hash === undefined ? relative : `${relative}#${hash}`;
}
