/** @file Records that the host writes and shaders read: 32-bit numbers, each stated once. */

/** Names with their types in WGSL. */
type Fields = Readonly<Record<string, 'u32' | 'f32'>>;

/** WGSL: the declaration of a record. */
export function struct(name: string, fields: Readonly<Record<string, string>>): string {
  const members = Object.entries(fields).map(([field, type]) => `${field}: ${type}`);
  return `struct ${name} { ${members.join(', ')} }`;
}

/** The words of a record. */
export function wordsOf<F extends Fields>(fields: F, values: Readonly<Record<keyof F, number>>): Uint32Array {
  return Uint32Array.from(Object.entries(fields), ([field, type]) => {
    const value = values[field] as number;
    return type === 'f32' ? bitsOf(value) : value;
  });
}

function bitsOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0] as number;
}
