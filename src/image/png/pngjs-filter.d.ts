/** The row filters of pngjs, which its public API offers only for whole pictures. */
declare module 'pngjs/lib/filter-pack.js' {
  /** Filters rows of samples (16-bit ones big-endian): [height][1 + bytes per row], each row by its best filter. */
  export default function filterPack(
    samples: Uint8Array,
    width: number,
    height: number,
    options: { filterType?: number; bitDepth: number },
    channels: number,
  ): Uint8Array;
}
