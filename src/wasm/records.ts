/** @file Records in a module's memory. Where their fields lie, `records.ts` in the folders `kernels/built` says. */

export interface RecordLayout {
  readonly bytes: number;
  readonly fields: Readonly<
    Record<string, { readonly offset: number; readonly type: 'u32' | 'i32' | 'f32' }>
  >;
}

/** A value for each field. */
export type RecordValues<L extends RecordLayout> = Readonly<Record<keyof L['fields'], number>>;

/** Writes the fields that have a value; the others keep theirs. */
export function writeRecord<L extends RecordLayout>(
  memory: WebAssembly.Memory,
  address: number,
  { bytes, fields }: L,
  values: Partial<RecordValues<L>>,
): void {
  const view = new DataView(memory.buffer, address, bytes);
  for (const name in values) {
    const field = fields[name];
    if (field) SETTERS[field.type](view, field.offset, values[name] as number);
  }
}

const SETTERS = {
  u32: (view: DataView, offset: number, value: number) => view.setUint32(offset, value, true),
  i32: (view: DataView, offset: number, value: number) => view.setInt32(offset, value, true),
  f32: (view: DataView, offset: number, value: number) => view.setFloat32(offset, value, true),
};

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
