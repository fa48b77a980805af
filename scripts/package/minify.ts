/** @file How code is made short. */

import { minify } from 'terser';

/** For Node: a tenth shorter. Names of functions and classes stay, so that stacks tell something. @param code an ES module */
export async function shortenNames(code: string): Promise<string> {
  const mangle = { keep_fnames: true, keep_classnames: true };
  return bytesFirst((await minify(code, { module: true, compress: false, mangle })).code as string);
}

/** For pages, whose readers wait: as short as can be. @param code an ES module, or a script of one function */
export async function minifyForPages(code: string): Promise<string> {
  const compress = {
    passes: 3,
    unsafe_arrows: true,
    keep_fargs: false,
    pure_getters: true,
  };
  return bytesFirst(
    (await minify(code, { module: true, ecma: 2020, compress, mangle: true })).code as string,
  );
}

/** Bytes as text (`scripts/built-text.ts`): no code has so long a string of these characters. */
const TEXTS_OF_BYTES = /"[\w+/]{500,}=*"/g;

/** Moves them beside each other: there they deflate by codes of their own. No module has a name that begins so. */
function bytesFirst(code: string): string {
  const texts: string[] = [];
  const rest = code.replace(TEXTS_OF_BYTES, (text) => `$bytes[${texts.push(text) - 1}]`);
  return texts.length > 0 ? `const $bytes=[${texts.join()}];${rest}` : code;
}
