/** @file What the module that decodes pyramid fields exports. */

export interface DecodeKernels {
  /** Lays out from `area` on what the record at `layers` needs. @returns the first byte after it */
  readonly layOutLayers: (layers: number, affines: number, depth: number, area: number) => number;
  readonly evaluateTile: (tile: number) => void;
  /** See `kernels/spline.ts`. */
  readonly splineRows: (
    values: number,
    pitch: number,
    rows: number,
    inverse: number,
    columns: number,
    out: number,
  ) => void;
  readonly splineColumns: (
    values: number,
    rows: number,
    inverse: number,
    columns: number,
    out: number,
  ) => void;
  /** See `kernels/interpolation.ts`. */
  readonly interpolateRows: (
    cells: number,
    pitch: number,
    rows: number,
    indices: number,
    weights: number,
    outputs: number,
    bytes: number,
    out: number,
  ) => void;
  readonly interpolateColumns: (
    cells: number,
    indices: number,
    weights: number,
    outputs: number,
    bytes: number,
    out: number,
  ) => void;
}
