/**
 * @file Compiles the AssemblyScript kernels to `src/engine/wasm/modules/*.ts`, each exporting a wasm module as base64:
 * browsers and Node then load it like any other code, without a file system or a fetch.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ENGINE = 'src/engine/wasm';
const MAX_PAGES = 65536;

const COMMON = [
  '--optimizeLevel',
  '3',
  '--noAssert',
  '--runtime',
  'stub',
  '--importMemory',
  '--enable',
  'simd',
];
const RELAXED = ['--enable', 'relaxed-simd'];
const SHARED = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', String(MAX_PAGES)];

interface Module {
  readonly name: string;
  readonly entry: string;
  readonly flags: readonly string[];
}

const MODULES: readonly Module[] = [
  { name: 'plain', entry: 'plain.ts', flags: [] },
  { name: 'latents', entry: 'latents/latents.ts', flags: [] },
  { name: 'trials', entry: 'trials/trials.ts', flags: SHARED },
  { name: 'fit-plain', entry: 'fit.ts', flags: SHARED },
  { name: 'fit-relaxed', entry: 'fit.ts', flags: [...SHARED, ...RELAXED] },
  { name: 'fit-wide', entry: 'fit.ts', flags: [...SHARED, ...RELAXED, '--use', 'WIDE_TILES=1'] },
];

await mkdir(`${ROOT}/${ENGINE}/modules`, { recursive: true });
for (const module of MODULES) await build(module);

async function build({ name, entry, flags }: Module): Promise<void> {
  const wasm = await compile(entry, flags);
  const base64 = Buffer.from(wasm).toString('base64');
  const source = `/** @file Built from ../assembly/${entry} by scripts/build-kernels.ts. */\n\nexport default '${base64}';\n`;
  await writeFile(`${ROOT}/${ENGINE}/modules/${name}.ts`, source);
  process.stderr.write(`${name}: ${wasm.length} bytes\n`);
}

/** @throws Error with the compiler's messages, warnings included */
async function compile(entry: string, flags: readonly string[]): Promise<Uint8Array> {
  let wasm: Uint8Array | undefined;
  const args = [
    `${ENGINE}/assembly/${entry}`,
    '--baseDir',
    ROOT,
    '--outFile',
    'out.wasm',
    ...COMMON,
    ...flags,
  ];
  const { error, stderr } = await asc.main(args, {
    writeFile: (_name, contents) => {
      wasm = contents as Uint8Array;
    },
  });
  if (error || !wasm) throw new Error(`${entry} does not compile:\n${stderr.toString()}`, { cause: error });
  return wasm;
}
