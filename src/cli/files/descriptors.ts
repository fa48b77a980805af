/** @file Names of the files that the process has open already: `/dev/stdout`, `/dev/fd/3`. */

const STANDARD: Readonly<Record<string, number>> = { '/dev/stdin': 0, '/dev/stdout': 1, '/dev/stderr': 2 };

/**
 * The number of the open file that a path names, or null. To open the path anew would begin at the start of the file, which the shell
 * and other programs may have written to.
 */
export function descriptorOf(path: string): number | null {
  const [, digits] = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path) ?? [];
  return STANDARD[path] ?? (digits === undefined ? null : Number(digits));
}
