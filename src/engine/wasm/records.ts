/**
 * @file The records that tell the kernels what a problem is, field by field as the classes of the same names in
 * `assembly/problem.ts` declare them: 4 bytes each, in this order.
 */

/** Fields of four bytes. */
export type Fields = Readonly<Record<string, 'u32' | 'f32'>>;

export const PROBLEM = {
  depth: 'u32',
  layers: 'u32',
  channels: 'u32',
  weights: 'u32',
  blocks: 'u32',
  coordinates: 'u32',
  outputs: 'u32',
  targets: 'u32',
  scratch: 'u32',
  scratchBytes: 'u32',
  parameterBytes: 'u32',
  theta: 'u32',
  firstMoments: 'u32',
  secondMoments: 'u32',
  gradients: 'u32',
  losses: 'u32',
  partitions: 'u32',
  claimed: 'u32',
  firstBlock: 'u32',
  lastBlock: 'u32',
  errorScale: 'f32',
  rate: 'f32',
  secondCorrection: 'f32',
} as const satisfies Fields;

export const LAYER = {
  inputs: 'u32',
  outputs: 'u32',
  sine: 'u32',
  experts: 'u32',
  omega: 'f32',
  rows: 'u32',
  offset: 'u32',
  transposed: 'u32',
  inputsAt: 'u32',
  outputsAt: 'u32',
  slopesAt: 'u32',
  weightStep: 'f32',
  biasStep: 'f32',
} as const satisfies Fields;

export const BLOCK = { tuple: 'u32', first: 'u32', count: 'u32' } as const satisfies Fields;

const WORD = 4;

export function recordBytes(fields: Fields): number {
  return WORD * Object.keys(fields).length;
}

/** Writes the fields that have a value; the others keep theirs. */
export function writeRecord<F extends Fields>(
  memory: WebAssembly.Memory,
  address: number,
  fields: F,
  values: Partial<Record<keyof F, number>>,
): void {
  const view = new DataView(memory.buffer, address, recordBytes(fields));
  for (const [i, [name, type]] of Object.entries(fields).entries()) {
    const value = values[name];
    if (value === undefined) continue;
    if (type === 'u32') view.setUint32(WORD * i, value, true);
    else view.setFloat32(WORD * i, value, true);
  }
}
