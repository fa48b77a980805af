/** @file The error of what can't be inflated. */

export function broken(): Error {
  return new Error('it is no DEFLATE stream');
}
