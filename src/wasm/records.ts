/** @file Records in a module's memory: fields of four bytes, one after the other. */

/** Fields of four bytes. */
export type Fields = Readonly<Record<string, 'u32' | 'f32'>>;

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
