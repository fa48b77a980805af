/** @file Which format a file has in place of ours: loaded by decoders that have got one. */

import { LoecError } from '../errors.ts';
import { describeFormat, formatOf } from '../image/signature.ts';

/** @param file that does not begin as a .loe file does @throws LoecError E_FORMAT where its format is known, which it names */
export function refuseOtherFormat(file: Uint8Array): void {
  const format = formatOf(file);
  // Any short word is text.
  if (format === null || format === 'text') return;
  const remedy = 'make a .loe file of a picture by `loec encode`';
  throw new LoecError('E_FORMAT', `not a .loe file: this is ${describeFormat(format)}; ${remedy}`);
}
