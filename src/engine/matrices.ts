/** @file What SOAP and the rounding of weights need of linear algebra: small dense float64 matrices in plain loops. */

/** Entry (i, j) is values[i · down + j · across]. */
export interface Matrix {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
  readonly down: number;
  readonly across: number;
}

export function matrixOf(
  rows: number,
  columns: number,
  values: Float64Array = new Float64Array(rows * columns),
): Matrix {
  return { values, rows, columns, down: columns, across: 1 };
}

/** The same values. */
export function transposed({ values, rows, columns, down, across }: Matrix): Matrix {
  return { values, rows: columns, columns: rows, down: across, across: down };
}

/**
 * c = a b, row-major; two rows and four columns at a time, so that what is loaded serves several products. Every entry is summed up in the
 * same order whatever the way.
 */
export function multiply(a: Matrix, b: Matrix, c: Float64Array): void {
  const n = b.columns;
  let i = 0;
  for (; i + 2 <= a.rows; i += 2) {
    let j = 0;
    for (; j + 4 <= n; j += 4) multiplyTile(a, i, b, j, c);
    for (; j < n; j++) {
      c[i * n + j] = entryOf(a, i, b, j);
      c[(i + 1) * n + j] = entryOf(a, i + 1, b, j);
    }
  }
  for (; i < a.rows; i++) for (let j = 0; j < n; j++) c[i * n + j] = entryOf(a, i, b, j);
}

/**
 * c = a aᵀ, which is symmetric: what lies above the diagonal is mirrored. Entries are summed up as by `multiply`.
 */
export function multiplyByTransposed(a: Matrix, c: Float64Array): void {
  const n = a.rows;
  const b = transposed(a);
  for (let i = 0; i < n; i += 2) {
    const isPair = i + 1 < n;
    let j = i;
    if (isPair) for (; j + 4 <= n; j += 4) multiplyTile(a, i, b, j, c);
    for (; j < n; j++) {
      c[i * n + j] = entryOf(a, i, b, j);
      if (isPair) c[(i + 1) * n + j] = entryOf(a, i + 1, b, j);
    }
  }
  for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) c[i * n + j] = c[j * n + i] as number;
}

/** Entries of a b in rows i and i + 1, columns j to j + 3. */
function multiplyTile(a: Matrix, i: number, b: Matrix, j: number, c: Float64Array): void {
  const { values, across } = b;
  let sum00 = 0;
  let sum01 = 0;
  let sum02 = 0;
  let sum03 = 0;
  let sum10 = 0;
  let sum11 = 0;
  let sum12 = 0;
  let sum13 = 0;
  for (let k = 0, at = i * a.down, from = j * across; k < b.rows; k++, at += a.across, from += b.down) {
    const upper = a.values[at] as number;
    const lower = a.values[at + a.down] as number;
    const b0 = values[from] as number;
    const b1 = values[from + across] as number;
    const b2 = values[from + 2 * across] as number;
    const b3 = values[from + 3 * across] as number;
    sum00 += upper * b0;
    sum01 += upper * b1;
    sum02 += upper * b2;
    sum03 += upper * b3;
    sum10 += lower * b0;
    sum11 += lower * b1;
    sum12 += lower * b2;
    sum13 += lower * b3;
  }
  const n = b.columns;
  c[i * n + j] = sum00;
  c[i * n + j + 1] = sum01;
  c[i * n + j + 2] = sum02;
  c[i * n + j + 3] = sum03;
  c[(i + 1) * n + j] = sum10;
  c[(i + 1) * n + j + 1] = sum11;
  c[(i + 1) * n + j + 2] = sum12;
  c[(i + 1) * n + j + 3] = sum13;
}

/** Entry (i, j) of a b. */
function entryOf(a: Matrix, i: number, b: Matrix, j: number): number {
  let sum = 0;
  for (let k = 0; k < b.rows; k++) {
    sum += (a.values[i * a.down + k * a.across] as number) * (b.values[k * b.down + j * b.across] as number);
  }
  return sum;
}

function dot(a: Float64Array, aStart: number, b: Float64Array, bStart: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += (a[aStart + i] as number) * (b[bStart + i] as number);
  return sum;
}

function addMultiple(
  target: Float64Array,
  targetStart: number,
  values: Float64Array,
  start: number,
  factor: number,
  length: number,
): void {
  for (let i = 0; i < length; i++) {
    target[targetStart + i] = (target[targetStart + i] as number) + factor * (values[start + i] as number);
  }
}

/**
 * Share of the trace that a power step adds to the diagonal. It turns no eigenvector, and directions without a gradient (a
 * dead unit) keep their vectors; what cancellation leaves of them without it is no basis.
 */
const SHIFT = 1e-12;

/** Matrices of a smaller trace come from gradients that are long over. */
const MIN_TRACE = 1e-200;

/**
 * Moves an orthonormal basis (its rows) towards the eigenvectors of a symmetric positive semidefinite matrix: one step of
 * the power method for all at once, then Gram-Schmidt.
 * @param scratch at least as long as the matrix
 */
export function powerStep(basis: Matrix, matrix: Matrix, scratch: Float64Array): void {
  const n = basis.rows;
  const trace = traceOf(matrix.values, n);
  if (trace < MIN_TRACE) return;
  multiply(basis, matrix, scratch);
  for (let i = 0; i < n * n; i++) {
    basis.values[i] = (scratch[i] as number) / trace + SHIFT * (basis.values[i] as number);
  }
  // Once more for what cancellation left in the first pass.
  orthonormalizeRows(basis.values, n);
  orthonormalizeRows(basis.values, n);
}

export function traceOf(matrix: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n * n; i += n + 1) sum += matrix[i] as number;
  return sum;
}

/** Modified Gram-Schmidt. */
function orthonormalizeRows(rows: Float64Array, n: number): void {
  for (let j = 0; j < n * n; j += n) {
    for (let k = 0; k < j; k += n) addMultiple(rows, j, rows, k, -dot(rows, j, rows, k, n), n);
    const norm = Math.sqrt(dot(rows, j, rows, j, n));
    for (let i = j; i < j + n; i++) rows[i] = (rows[i] as number) / norm;
  }
}

/** Sweeps over all pairs; Jacobi's method converges quadratically, in six to eight. */
const MAX_SWEEPS = 12;

/** Off-diagonal entries below this share of the trace are rounding: rotating by them would turn a null space at random. */
const NEGLIGIBLE = 1e-14;

/**
 * The orthonormal eigenvectors of a symmetric positive semidefinite matrix by Jacobi's method, in no order.
 * @returns [n, n], an eigenvector per row
 */
export function eigenvectors(matrix: Float64Array, n: number): Float64Array {
  const a = matrix.slice(0, n * n);
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n * n; i += n + 1) vectors[i] = 1;
  const tolerance = NEGLIGIBLE * traceOf(a, n);
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    if (!rotatePairs(a, vectors, n, tolerance)) break;
  }
  return vectors;
}

/** @returns whether any entry was above the tolerance */
function rotatePairs(a: Float64Array, vectors: Float64Array, n: number, tolerance: number): boolean {
  let rotated = false;
  for (let p = 0; p < n; p++) {
    for (let q = p + 1; q < n; q++) {
      const entry = a[p * n + q] as number;
      if (Math.abs(entry) <= tolerance) continue;
      rotated = true;
      // The tangent of the smaller of the two angles that bring the entry to 0.
      const slope = ((a[q * n + q] as number) - (a[p * n + p] as number)) / (2 * entry);
      const tangent = (slope >= 0 ? 1 : -1) / (Math.abs(slope) + Math.sqrt(slope * slope + 1));
      const cosine = 1 / Math.sqrt(tangent * tangent + 1);
      const sine = tangent * cosine;
      rotate(a, p, q, n, n, cosine, sine);
      rotate(a, p * n, q * n, 1, n, cosine, sine);
      rotate(vectors, p * n, q * n, 1, n, cosine, sine);
    }
  }
  return rotated;
}

/** Turns two rows (`stride` 1) or columns (`stride` n) that begin at `p` and `q` against each other. */
function rotate(
  matrix: Float64Array,
  p: number,
  q: number,
  stride: number,
  n: number,
  cosine: number,
  sine: number,
): void {
  for (let k = 0; k < n * stride; k += stride) {
    const x = matrix[p + k] as number;
    const y = matrix[q + k] as number;
    matrix[p + k] = cosine * x - sine * y;
    matrix[q + k] = sine * x + cosine * y;
  }
}
