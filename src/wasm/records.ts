/** @file Records in a module's memory. Where their fields lie, `records.ts` in the folders `kernels/built` says. */

export interface RecordLayout {
  readonly bytes: number;
  /** Where each lies, in bytes from the record's address. */
  readonly fields: Readonly<Record<string, number>>;
  /** Those that are float32; the others are integers of 32 bits. */
  readonly floats: readonly string[];
}

/** A value for each field. */
export type RecordValues<L extends RecordLayout> = Readonly<Record<keyof L['fields'], number>>;

/** Writes the fields that have a value; the others keep theirs. */
export function writeRecord<L extends RecordLayout>(
  memory: WebAssembly.Memory,
  address: number,
  { bytes, fields, floats }: L,
  values: Partial<RecordValues<L>>,
): void {
  const view = new DataView(memory.buffer, address, bytes);
  for (const name in values) {
    const offset = fields[name];
    if (offset === undefined) continue;
    const value = values[name] as number;
    // A negative integer has the same bits either way.
    if (floats.includes(name)) view.setFloat32(offset, value, true);
    else view.setUint32(offset, value, true);
  }
}

/** Writes records without gaps. */
export function writeRecords<L extends RecordLayout>(
  memory: WebAssembly.Memory,
  address: number,
  layout: L,
  records: readonly RecordValues<L>[],
): void {
  for (const [i, values] of records.entries())
    writeRecord(memory, address + layout.bytes * i, layout, values);
}
