/**
 * @file What checked modules look at. Tests run them on small problems; in modules that are shipped CHECKED is false, and the compiler leaves
 * out what stands behind it.
 */

// @ts-ignore: decorator
@inline
export const CHECKED: bool = !ASC_NO_ASSERT;

/** The memory that this thread works in at present. */
let areaStart: usize = 0;
let areaEnd: usize = usize.MAX_VALUE;

/** From here on layers write to the bytes start … end − 1 and nowhere else. */
export function workIn(start: usize, end: usize): void {
  areaStart = start;
  areaEnd = end;
}

/** Stops unless so many bytes from an address on are the thread's to write, by vectors. */
export function checkWrite(address: usize, bytes: usize): void {
  assert(address % 16 == 0, 'a vector is not aligned');
  assert(address >= areaStart && address + bytes <= areaEnd, 'a layer writes beyond its memory');
}
