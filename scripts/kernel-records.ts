/**
 * @file The records of the kernels as TypeScript. The AssemblyScript classes are the one statement of them: each becomes a constant in
 * `built/records.ts` of its folder `kernels`, GRID_ROW of a class GridRow, by which `src/wasm/records.ts` writes.
 */

import { Class, type Program, type Property, PropertyPrototype } from 'assemblyscript';

/** The constants of a folder `kernels`, source by name. */
type Constants = Map<string, string>;

/** What the host writes; references are addresses. */
const FIELD_TYPES = ['u32', 'usize', 'i32', 'f32'];

/** A transform of the compiler, for all modules one after the other. */
export class KernelRecords {
  readonly #folders = new Map<string, Constants>();
  #program: Program | undefined;

  afterInitialize(program: Program): void {
    this.#program = program;
  }

  afterCompile(): void {
    for (const element of this.#program?.instancesByName.values() ?? []) {
      if (element instanceof Class && !element.isDeclaredInLibrary) this.#add(element);
    }
  }

  /** [folder, source of its records] */
  get files(): [string, string][] {
    const header =
      '/** @file Built from the classes of this folder by scripts/build-kernels.ts: records in memory, as `src/wasm/records.ts` writes them. */';
    return [...this.#folders].map(([folder, constants]) => [
      folder,
      `${[header, ...[...constants.values()].sort()].join('\n\n')}\n`,
    ]);
  }

  /** @throws Error where another class of the folder has the name */
  #add(found: Class): void {
    const folder = found.internalName.replace(/(\/kernels)\/.*/, '$1');
    const name = found.name.replace(/\B[A-Z]/g, '_$&').toUpperCase();
    const constants = this.#folders.get(folder) ?? new Map();
    this.#folders.set(folder, constants);
    const source = constantOf(name, found);
    if ((constants.get(name) ?? source) !== source)
      throw new Error(`${folder} has two classes ${found.name}`);
    constants.set(name, source);
  }
}

function constantOf(name: string, { internalName, members, nextMemoryOffset }: Class): string {
  const fields = [...(members?.values() ?? [])].filter(
    (member): member is PropertyPrototype => member instanceof PropertyPrototype && member.isField,
  );
  const typeOf = (field: PropertyPrototype) => (field.instance as Property).type;
  for (const field of fields) {
    const type = typeOf(field);
    if (!type.isReference && !FIELD_TYPES.includes(type.toString()))
      throw new Error(`${internalName}.${field.name} is neither a number of four bytes nor an address`);
  }
  const lines = fields.map((field) => `    ${field.name}: ${(field.instance as Property).memoryOffset},`);
  const floats = fields.filter((field) => typeOf(field).toString() === 'f32').map(({ name }) => `'${name}'`);
  return [
    `export const ${name} = {`,
    `  bytes: ${nextMemoryOffset},`,
    '  fields: {',
    ...lines,
    '  },',
    `  floats: [${floats.join(', ')}],`,
    '} as const;',
  ].join('\n');
}
