/** @file Paeth's filter of PNG rows (PNG specification, section 9.4): each byte becomes its difference from a neighbour's. */

/** What each filtered row begins with: the number of its filter. */
const PAETH = 4;

/**
 * Filtered rows: [rows][1 + bytes per row].
 * @param rows [rows][bytes per row]; samples of 16 bits are big-endian
 * @param above the row above the first one; zeros at the top of the picture
 * @param pixelBytes bytes from a sample to the same one of the next pixel
 */
export function filterRows(rows: Uint8Array, above: Uint8Array, pixelBytes: number): Uint8Array {
  const rowBytes = above.length;
  const filtered = new Uint8Array(rows.length + rows.length / rowBytes);
  let upper = above;
  for (let start = 0, at = 0; start < rows.length; start += rowBytes) {
    const row = rows.subarray(start, start + rowBytes);
    filtered[at++] = PAETH;
    filterRow(row, upper, pixelBytes, filtered.subarray(at, at + rowBytes));
    at += rowBytes;
    upper = row;
  }
  return filtered;
}

function filterRow(row: Uint8Array, upper: Uint8Array, pixelBytes: number, filtered: Uint8Array): void {
  // Left of the first pixel all is 0, so that the prediction is the byte above.
  for (let i = 0; i < pixelBytes; i++) filtered[i] = (row[i] as number) - (upper[i] as number);
  for (let i = pixelBytes; i < row.length; i++) {
    const left = row[i - pixelBytes] as number;
    const upperLeft = upper[i - pixelBytes] as number;
    filtered[i] = (row[i] as number) - predict(left, upper[i] as number, upperLeft);
  }
}

/**
 * Whichever neighbour is nearest to left + up - upperLeft; left before up before upperLeft where they are equally near. Without branches,
 * which nobody could foresee: a mask is -1 where its name holds, else 0.
 */
function predict(left: number, up: number, upperLeft: number): number {
  const fromLeft = distance(up, upperLeft);
  const fromUp = distance(left, upperLeft);
  const fromUpperLeft = distance(left + up, 2 * upperLeft);
  const isNotLeft = ((fromUp - fromLeft) | (fromUpperLeft - fromLeft)) >> 31;
  const isNotUp = (fromUpperLeft - fromUp) >> 31;
  const upOrUpperLeft = up ^ ((up ^ upperLeft) & isNotUp);
  return left ^ ((left ^ upOrUpperLeft) & isNotLeft);
}

function distance(a: number, b: number): number {
  const isNegative = (a - b) >> 31;
  return ((a - b) ^ isNegative) - isNegative;
}
