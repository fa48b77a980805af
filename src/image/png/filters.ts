/** @file The filters of PNG rows (PNG specification, section 9.4): each byte becomes its difference from a prediction by its neighbours. */

/** Whichever neighbour is nearest to left + up - upperLeft; left before up before upperLeft where they are equally near. */
function predict(left: number, up: number, upperLeft: number): number {
  const fromLeft = Math.abs(up - upperLeft);
  const fromUp = Math.abs(left - upperLeft);
  const fromUpperLeft = Math.abs(left + up - 2 * upperLeft);
  if (fromLeft <= fromUp && fromLeft <= fromUpperLeft) return left;
  return fromUp <= fromUpperLeft ? up : upperLeft;
}

/** The number of Paeth's filter, which a filtered row begins with. */
const PAETH = 4;

/**
 * Rows filtered by Paeth's filter: [rows][1 + bytes per row].
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

/** Undoes a filter in place, for bytes `from` to before `to` of the row below `above`; those before them are undone. */
type Unfilter = (row: Uint8Array, above: Uint8Array, from: number, to: number, pixelBytes: number) => void;

/** By the number of the filter: none, left, up, their mean, Paeth's. */
export const UNFILTERS: readonly Unfilter[] = [
  () => {},
  (row, _above, from, to, pixelBytes) => {
    for (let i = Math.max(from, pixelBytes); i < to; i++)
      row[i] = (row[i] as number) + (row[i - pixelBytes] as number);
  },
  (row, above, from, to) => {
    for (let i = from; i < to; i++) row[i] = (row[i] as number) + (above[i] as number);
  },
  (row, above, from, to, pixelBytes) => {
    for (let i = from; i < to; i++) {
      const left = i < pixelBytes ? 0 : (row[i - pixelBytes] as number);
      row[i] = (row[i] as number) + ((left + (above[i] as number)) >> 1);
    }
  },
  (row, above, from, to, pixelBytes) => {
    for (let i = from; i < to; i++) {
      const left = i < pixelBytes ? 0 : (row[i - pixelBytes] as number);
      const upperLeft = i < pixelBytes ? 0 : (above[i - pixelBytes] as number);
      row[i] = (row[i] as number) + predict(left, above[i] as number, upperLeft);
    }
  },
];
