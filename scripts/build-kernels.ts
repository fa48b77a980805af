/**
 * @file Compiles the AssemblyScript kernels, which lie in folders `kernels` beside their users, to `kernels/built/*.ts`, each exporting a
 * wasm module as text (`built-text.ts`): browsers and Node then load it like any other code, without a file system or a fetch. Beside the modules,
 * `records.ts` says where the fields of their records lie.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import type { Transform } from 'assemblyscript/transform';
import { builtText } from './built-text.ts';
import { KernelRecords } from './kernel-records.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAX_PAGES = 65536;

const COMMON = ['--optimizeLevel', '3', '--runtime', 'stub', '--importMemory', '--enable', 'simd'];
/** Without assertions, or with assertions that stop and a stack of names: tests run these modules, no other code refers to them. */
const SHIPPED = ['--noAssert'];
const CHECKED = ['--use', 'abort=', '--debug'];
const RELAXED = ['--enable', 'relaxed-simd'];
const SHARED = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', String(MAX_PAGES)];

interface Module {
  /** The folder `kernels` that it belongs to. */
  readonly folder: string;
  readonly name: string;
  /** @default the name */
  readonly entry?: string;
  readonly flags: readonly string[];
  readonly checked?: boolean;
}

const MODULES: readonly Module[] = [
  { folder: 'src/wasm/kernels', name: 'relaxed-probe', flags: RELAXED },
  { folder: 'src/entropy/latents/kernels', name: 'latents', flags: [] },
  { folder: 'src/render/kernels', name: 'decode', flags: [] },
  { folder: 'src/render/kernels', name: 'coordinates', flags: [] },
  { folder: 'src/engine/wasm/kernels', name: 'fit-plain', entry: 'fit', flags: SHARED },
  { folder: 'src/engine/wasm/kernels', name: 'fit-relaxed', entry: 'fit', flags: [...SHARED, ...RELAXED] },
  {
    folder: 'src/engine/wasm/kernels',
    name: 'fit-wide',
    entry: 'fit',
    flags: [...SHARED, ...RELAXED, '--use', 'WIDE_TILES=1'],
  },
  { folder: 'src/engine/wasm/kernels', name: 'fit-checked', entry: 'fit', flags: SHARED, checked: true },
  { folder: 'src/distortion/visual/kernels', name: 'visual', flags: SHARED },
  {
    folder: 'src/distortion/visual/kernels',
    name: 'visual-checked',
    entry: 'visual',
    flags: SHARED,
    checked: true,
  },
  { folder: 'src/fit/pyramid/trials/kernels', name: 'trials', flags: SHARED },
  {
    folder: 'src/fit/pyramid/trials/kernels',
    name: 'trials-checked',
    entry: 'trials',
    flags: SHARED,
    checked: true,
  },
];

const records = new KernelRecords();
for (const module of MODULES) await build(module);
for (const [folder, source] of records.files) await writeBuilt(folder, 'records', source);

async function build({ folder, name, entry = name, flags, checked = false }: Module): Promise<void> {
  const wasm = await compile(`${folder}/${entry}.ts`, [...flags, ...(checked ? CHECKED : SHIPPED)]);
  // The type is stated, or the declaration that ships with the package would hold the text once more.
  const source = `/** @file Built from ../${entry}.ts by scripts/build-kernels.ts. */

const module: string = '${builtText(wasm)}';
export default module;
`;
  await writeBuilt(folder, name, source);
  process.stderr.write(`${name}: ${wasm.length} bytes\n`);
}

async function writeBuilt(folder: string, name: string, source: string): Promise<void> {
  await mkdir(`${ROOT}/${folder}/built`, { recursive: true });
  await writeFile(`${ROOT}/${folder}/built/${name}.ts`, source);
}

/** @throws Error with the compiler's messages, warnings included */
async function compile(entry: string, flags: readonly string[]): Promise<Uint8Array> {
  let wasm: Uint8Array | undefined;
  const args = [entry, '--baseDir', ROOT, '--outFile', 'out.wasm', ...COMMON, ...flags];
  const { error, stderr } = await asc.main(args, {
    transforms: [records as unknown as Transform],
    writeFile: (_name, contents) => {
      wasm = contents as Uint8Array;
    },
  });
  if (error || !wasm) throw new Error(`${entry} does not compile:\n${stderr.toString()}`, { cause: error });
  return wasm;
}
