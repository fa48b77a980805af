/** @file How code for pages is made: in few files, each as short as can be, as readers wait for them. */

import { minify } from 'terser';

/** What decoders load when a file needs it. */
export const LOADED_BY_NEED =
  /src[\\/](container[\\/]read-(flat|labels)|entropy[\\/]enhancement|render[\\/](alpha-classes|enhancement|flat[\\/]scene|coordinates[\\/]evaluation|pyramid[\\/]experts))\.ts$/;

/** @param code an ES module @returns one that does the same */
export async function minifyForPages(code: string): Promise<string> {
  const compress = { passes: 3, unsafe_arrows: true, keep_fargs: false, pure_getters: true };
  const minified = await minify(code, { module: true, ecma: 2020, compress, mangle: true });
  return minified.code as string;
}
