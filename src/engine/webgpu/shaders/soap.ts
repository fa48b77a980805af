/**
 * @file SOAP (`src/engine/soap.ts` has the formulas) in float32, a workgroup per affine map [W b], whose matrices lie one after the other in
 * a buffer of states.
 */

import { bindings, float, sumOverWorkgroup } from '../../../webgpu/shaders/common.ts';
import { SOAP } from '../../soap.ts';
import { CLOCKED_STEP } from './latents.ts';
import { struct, wordsOf } from './records.ts';

/**
 * Floats of the state of a map: L, R, their bases, M and S, and as scratch two matrices as large as the map and one as large as the larger of
 * L and R.
 */
export function soapFloats(rows: number, columns: number): number {
  const [left, right] = [rows * rows, columns * columns];
  return 2 * (left + right) + 4 * rows * columns + Math.max(left, right);
}

const THREADS = 256;

const SOAP_MAP = { rows: 'u32', columns: 'u32', weight: 'u32', bias: 'u32', state: 'u32' } as const;

export type SoapMap = Readonly<Record<keyof typeof SOAP_MAP, number>>;

/** The words of maps. */
export function soapWords(maps: readonly SoapMap[]): Uint32Array {
  return Uint32Array.from(maps.flatMap((map) => [...wordsOf(SOAP_MAP, map)]));
}

/** WGSL: the map of the workgroup, and where its matrices begin. */
const MAP = /* wgsl */ `
${struct('SoapMap', SOAP_MAP)}
${bindings(0, 'read maps: SoapMap', 'read_write state')}
`;

const OFFSETS = /* wgsl */ `
  let map = maps[group.x];
  let m = map.rows;
  let n = map.columns;
  let left = map.state;
  let right = left + m * m;
  let leftBasis = right + n * n;
  let rightBasis = leftBasis + m * m;
  let momentum = rightBasis + n * n;
  let secondMoment = momentum + m * n;
  let rotated = secondMoment + m * n;
  let product = rotated + m * n;
`;

/** WGSL: every thread's share of the \`count\` values of a matrix, then a barrier. */
const each = (count: string, body: string): string => /* wgsl */ `
  for (var i = thread; i < ${count}; i += ${THREADS}u) { ${body} }
  storageBarrier();
`;

/**
 * A step of all maps. Bindings: maps, states, clock, steps, gradient, weights. One workgroup per map.
 */
export function soapKernel(beta: number): string {
  const [kept, share] = [float(beta), float(1 - beta)];
  return /* wgsl */ `
${MAP}
${CLOCKED_STEP(2)}
${bindings(4, 'read gradient', 'read_write weights')}

/** The index of row \`r\` and column \`c\` of [W b]. */
fn indexOf(map: SoapMap, r: u32, c: u32) -> u32 {
  let inputs = map.columns - 1u;
  return select(map.weight + r * inputs + c, map.bias + r, c == inputs);
}

/** Σ over k < count of a[i + k · iStep] b[j + k · jStep] in the states. */
fn dotOf(a: u32, aStep: u32, b: u32, bStep: u32, count: u32) -> f32 {
  var sum = 0.0;
  for (var k = 0u; k < count; k++) { sum = fma(state[a + k * aStep], state[b + k * bStep], sum); }
  return sum;
}

@compute @workgroup_size(${THREADS})
fn soapKernel(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  ${OFFSETS}
  let step = steps[clock[0]];
  // G
  ${each('m * n', 'state[rotated + i] = gradient[indexOf(map, i / n, i % n)];')}
  // L and R, which this step's bases don't see yet, and M
  ${each('m * m', `state[left + i] = fma(${kept}, state[left + i], ${share} * dotOf(rotated + (i / m) * n, 1u, rotated + (i % m) * n, 1u, n));`)}
  ${each('n * n', `state[right + i] = fma(${kept}, state[right + i], ${share} * dotOf(rotated + i / n, n, rotated + i % n, n, m));`)}
  ${each('m * n', `state[momentum + i] = fma(${kept}, state[momentum + i], ${share} * state[rotated + i]);`)}
  // S from G' = U G Vᵀ
  ${each('m * n', 'state[product + i] = dotOf(leftBasis + (i / n) * m, 1u, rotated + i % n, n, m);')}
  ${each(
    'm * n',
    `let g = dotOf(product + (i / n) * n, 1u, rightBasis + (i % n) * n, 1u, n);
    state[secondMoment + i] = fma(${kept}, state[secondMoment + i], ${share} * g * g);`,
  )}
  // M' = U M Vᵀ over the deviations
  ${each('m * n', 'state[product + i] = dotOf(leftBasis + (i / n) * m, 1u, momentum + i % n, n, m);')}
  ${each(
    'm * n',
    `let mean = dotOf(product + (i / n) * n, 1u, rightBasis + (i % n) * n, 1u, n) * step.unbiased;
    state[rotated + i] = mean / (sqrt(state[secondMoment + i] * step.unbiased) + ${float(SOAP.epsilon)});`,
  )}
  // and back
  ${each('m * n', 'state[product + i] = dotOf(leftBasis + i / n, m, rotated + i % n, n, m);')}
  ${each(
    'm * n',
    'weights[indexOf(map, i / n, i % n)] -= step.weightRate * dotOf(product + (i / n) * n, 1u, rightBasis + i % n, n, n);',
  )}
}
`;
}

/**
 * Share of the trace that a power step adds to the diagonal: it keeps directions with hardly a gradient from being turned by rounding.
 */
const SHIFT = 1e-7;

/** Matrices of a smaller trace come from gradients that are long over. */
const MIN_TRACE = 1e-30;

/** Moves the bases towards the eigenvectors: a power step and Gram-Schmidt, twice. Bindings: maps, states. One workgroup per map. */
export function refreshKernel(): string {
  return /* wgsl */ `
${MAP}
${sumOverWorkgroup(THREADS)}
/** Row \`j\` less what lies along the rows before it, which are orthonormal; then its length is made 1. */
fn orthonormalizeRow(thread: u32, basis: u32, scratch: u32, j: u32, n: u32) {
  for (var k = thread; k < j; k += ${THREADS}u) {
    var sum = 0.0;
    for (var i = 0u; i < n; i++) { sum = fma(state[basis + j * n + i], state[basis + k * n + i], sum); }
    state[scratch + k] = sum;
  }
  storageBarrier();
  var square = 0.0;
  for (var i = thread; i < n; i += ${THREADS}u) {
    var value = state[basis + j * n + i];
    for (var k = 0u; k < j; k++) { value = fma(-state[scratch + k], state[basis + k * n + i], value); }
    square = fma(value, value, square);
    state[basis + j * n + i] = value;
  }
  let scale = inverseSqrt(sumOverWorkgroup(thread, square));
  for (var i = thread; i < n; i += ${THREADS}u) { state[basis + j * n + i] *= scale; }
  storageBarrier();
}

fn turn(thread: u32, basis: u32, matrix: u32, scratch: u32, n: u32) {
  var part = 0.0;
  for (var i = thread; i < n; i += ${THREADS}u) { part += state[matrix + i * n + i]; }
  let trace = sumOverWorkgroup(thread, part);
  if (trace < ${float(MIN_TRACE)}) { return; }
  for (var i = thread; i < n * n; i += ${THREADS}u) {
    var sum = 0.0;
    for (var k = 0u; k < n; k++) { sum = fma(state[basis + (i / n) * n + k], state[matrix + k * n + i % n], sum); }
    state[scratch + i] = sum / trace + ${float(SHIFT)} * state[basis + i];
  }
  storageBarrier();
  for (var i = thread; i < n * n; i += ${THREADS}u) { state[basis + i] = state[scratch + i]; }
  storageBarrier();
  // A row is orthonormalized twice, the second time for what cancellation left.
  for (var j = 0u; j < n; j++) {
    orthonormalizeRow(thread, basis, scratch, j, n);
    orthonormalizeRow(thread, basis, scratch, j, n);
  }
}

@compute @workgroup_size(${THREADS})
fn refreshKernel(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  ${OFFSETS}
  let scratch = product + m * n;
  turn(thread, leftBasis, left, scratch, m);
  turn(thread, rightBasis, right, scratch, n);
}
`;
}
