/**
 * @file Makes `dist` from the sources, but for the declarations, which are the compiler's: the executable, the entries of the package and the
 * scripts of threads and processes, and beside them the pieces that several share. A program that starts reads few files, and none of a command
 * that it was not asked for.
 */

import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { parse, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { minify } from 'terser';
import manifest from '../package.json' with { type: 'json' };

const ROOT = new URL('..', import.meta.url);
const DIST = new URL('dist/', ROOT);

/** The entries of the package, and what runs on threads, in processes of its own and in browsers. */
const SOURCES = [
  'src/index.ts',
  'src/decoder.ts',
  'src/png.ts',
  'src/wasm/pool-thread.ts',
  'src/encoder/thread.ts',
  'src/web/encoding/encode-worker.ts',
  'src/render/threads/decode-thread.ts',
  'src/bench/worker.ts',
  // The report holds both.
  'src/bench/report/viewer.js',
  'src/bench/report/page.css',
  'src/cli/compare/score-thread.ts',
  'src/web.ts',
  'src/element.ts',
  'src/web/pictures/decode-worker.ts',
];

/** One file, since service workers can't import later, and no module, which not all browsers have as service workers. */
const SERVICE_WORKER = 'src/service-worker.ts';

/** Packages that the program holds. What reads PNG and writes MessagePack is large, and no decode needs it: it is left to npm. */
const HELD = ['fflate', 'yargs'];
const LEFT_TO_NPM = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)].filter(
  (name) => !HELD.includes(name),
);

const COMMON = {
  absWorkingDir: fileURLToPath(ROOT),
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  metafile: true,
  // LICENSES.txt has them.
  legalComments: 'none',
  logLevel: 'warning',
} satisfies BuildOptions;

/**
 * What stands in for parts of yargs. Help is printable ASCII without colours, so its texts are measured and wrapped without what knows all
 * scripts, emoji and codes of terminals, which takes 20 ms to start. `loec completion` is our own, messages are English, and that yargs is
 * called as it wants to be the compiler has checked.
 */
const STAND_INS: readonly (readonly [file: RegExp, contents: string])[] = [
  [/node_modules[\\/]string-width[\\/]index\.js$/, 'export default (text) => text.length;'],
  [/node_modules[\\/]strip-ansi[\\/]index\.js$/, 'export default (text) => text;'],
  [/node_modules[\\/]ansi-styles[\\/]index\.js$/, 'export default { codes: new Map() };'],
  [
    /node_modules[\\/]y18n[\\/]index\.mjs$/,
    `import { format } from 'node:util';
     const __n = (one, more, count, ...values) => format(count === 1 ? one : more, ...values);
     export default () => ({ __: format, __n, getLocale: () => 'en', setLocale() {} });`,
  ],
  [/yargs[\\/]build[\\/]lib[\\/]argsert\.js$/, 'export function argsert() {}'],
  [/yargs[\\/]build[\\/]lib[\\/]completion\.js$/, 'export const completion = () => ({ setParsed() {} });'],
];

const plainYargs: Plugin = {
  name: 'plain yargs',
  setup({ onLoad }) {
    for (const [filter, contents] of STAND_INS) onLoad({ filter }, () => ({ contents }));
  },
};

/** A program that starts compiles yargs whole, so it is as short as can be. Its stacks tell nobody anything. */
const yargs = await build({
  ...COMMON,
  entryPoints: ['yargs'],
  minify: true,
  plugins: [plainYargs],
  write: false,
});

const minifiedYargs: Plugin = {
  name: 'minified yargs',
  setup({ onLoad }) {
    const contents = yargs.outputFiles[0]?.text as string;
    onLoad({ filter: /node_modules[\\/]yargs[\\/]index\.mjs$/ }, () => ({ contents }));
  },
};

/** Of package.json the code reads no more than the version. */
const versionAlone: Plugin = {
  name: 'version alone',
  setup({ onLoad }) {
    const contents = JSON.stringify({ version: manifest.version });
    onLoad({ filter: /package\.json$/ }, () => ({ contents, loader: 'json' }));
  },
};

/** What every command needs, or nearly so. */
const OF_COMMANDS = [
  'src/cli/batch/run-inputs.ts',
  'src/cli/files/temporaries.ts',
  'src/cli/arguments/options.ts',
  'src/cli/terminal/progress.ts',
  'src/cli/files/output.ts',
  'src/cli/batch/jobs.ts',
  'src/until-aborted.ts',
  'src/image/foreign/sharp.ts',
  'src/image/png/write.ts',
];

/** What the files that are loaded by themselves load besides what they import. */
const LOADED_TOO: readonly (readonly [files: RegExp, loaded: readonly string[]])[] = [
  [/src[\\/]cli[\\/]commands[\\/]\w+\.ts$/, ['src/decoder.ts', ...OF_COMMANDS]],
  [
    /src[\\/](index|encoder[\\/]thread|bench[\\/]worker|engine[\\/](tfjs|wasm|webgpu)[\\/]engine)\.ts$/,
    ['src/decoder.ts'],
  ],
];

/**
 * Files that the same entries load become one piece. Each piece takes a start 0.5 ms, so entries load alike what nearly all of them
 * load: a decode reads half as many pieces.
 */
const fewPieces: Plugin = {
  name: 'few pieces',
  setup({ onLoad, onResolve }) {
    for (const [filter, loaded] of LOADED_TOO) {
      const imports = loaded.map((path) => `import ${JSON.stringify(fileURLToPath(new URL(path, ROOT)))};`);
      onLoad({ filter }, ({ path }) => ({
        contents: [readFileSync(path, 'utf8'), ...imports].join('\n'),
        loader: 'ts',
      }));
    }
    // Imports of no name are left out of packages without side effects.
    onResolve({ filter: /\.ts$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path),
      sideEffects: true,
    }));
  },
};

/** All in one folder: shared pieces name the scripts of threads as files beside them (`new URL('./thread.js', import.meta.url)`). */
function besideEachOther(source: string): { in: string; out: string } {
  return { in: source, out: `src/${parse(source).name}` };
}

/** The packages that code has come from. */
function packagesIn({ inputs }: Metafile): string[] {
  const folders = Object.keys(inputs).map(
    (path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1],
  );
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/** Their licenses ask that copies hold them. */
function licenseOf(folder: string): string {
  const name = readdirSync(new URL(`${folder}/`, ROOT)).find((file) => /^licen[cs]e/i.test(file));
  if (name === undefined) throw new Error(`${folder} has no license`);
  return `${folder.slice('node_modules/'.length)}\n\n${readFileSync(new URL(`${folder}/${name}`, ROOT), 'utf8')}`;
}

/** Names of variables become short, a tenth of the package. Those of functions and classes stay, so that stacks tell something. */
async function shortenNames(file: URL): Promise<void> {
  const mangle = { keep_fnames: true, keep_classnames: true };
  const { code } = await minify(readFileSync(file, 'utf8'), { module: true, compress: false, mangle });
  writeFileSync(file, code as string);
}

rmSync(DIST, { recursive: true, force: true });
const SHIPPED = {
  ...COMMON,
  outdir: fileURLToPath(DIST),
  minifySyntax: true,
  minifyWhitespace: true,
  // The other one loads Node's threads, and decoders are for browsers too.
  alias: { fflate: 'fflate/browser' },
} satisfies BuildOptions;

const program = await build({
  ...SHIPPED,
  entryPoints: [...SOURCES.map(besideEachOther), { in: 'bin/loec.ts', out: 'bin/loec' }],
  chunkNames: 'src/[name]-[hash]',
  splitting: true,
  external: LEFT_TO_NPM,
  plugins: [minifiedYargs, versionAlone, fewPieces],
});
const serviceWorker = await build({
  ...SHIPPED,
  entryPoints: [besideEachOther(SERVICE_WORKER)],
  format: 'iife',
  platform: 'browser',
  define: { 'import.meta.url': 'location.href' },
  plugins: [versionAlone],
});
for (const path of [program, serviceWorker].flatMap(({ metafile }) => Object.keys(metafile.outputs))) {
  if (path.endsWith('.js')) await shortenNames(new URL(path, ROOT));
}
chmodSync(new URL('bin/loec.js', DIST), 0o755);
const held = [
  ...packagesIn(yargs.metafile),
  ...packagesIn(program.metafile),
  ...packagesIn(serviceWorker.metafile),
];
writeFileSync(new URL('LICENSES.txt', DIST), [...new Set(held)].map(licenseOf).join('\n\n'));
