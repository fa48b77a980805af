/** @file What runs in Node, and in pages what encodes: the executable, entries, scripts of threads, and the pieces that they share. */

import { type BuildOptions, build, type Plugin } from 'esbuild';
import manifest from '../../package.json' with { type: 'json' };
import { besideEachOther, COMMON, versionAlone } from './common.ts';
import { fewPieces } from './few-pieces.ts';
import { BROWSERS, ENCODE_THREADS } from './page-entries.ts';
import { minifiedYargs } from './yargs.ts';

/** The entries of the package, and what runs on threads, in processes of its own and in browsers. */
const SOURCES = [
  'src/index.ts',
  'src/decoder.ts',
  'src/png.ts',
  'src/encoder/thread.ts',
  ...ENCODE_THREADS,
  'src/render/threads/decode-thread.ts',
  'src/bench/worker.ts',
  'src/farm/worker/fit-process.ts',
  // The report holds both.
  'src/bench/report/viewer.js',
  'src/bench/report/page.css',
  'src/cli/compare/score-thread.ts',
];

/** Packages that the program holds. What reads PNG is large, and no decode needs it: it is left to npm. */
const HELD = ['fflate', 'yargs', 'msgpackr'];
const LEFT_TO_NPM = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)].filter(
  (name) => !HELD.includes(name),
);

/** What writes MessagePack asks its reader for no more, and the reader makes functions of text, which pages may forbid. */
const writerAlone: Plugin = {
  name: 'writer alone',
  setup({ onLoad }) {
    const contents = `export class Unpackr { constructor(options) { Object.assign(this, options); } }
      export class C1Type {}
      export const mult10 = [], typedArrays = [], FLOAT32_OPTIONS = {}, addExtension = () => {};`;
    onLoad({ filter: /msgpackr[\\/]unpack\.js$/ }, () => ({ contents }));
  },
};

export const program = await build({
  ...COMMON,
  entryPoints: [...SOURCES.map(besideEachOther), { in: 'bin/loec.ts', out: 'bin/loec' }],
  platform: 'node',
  target: ['node20.19', ...BROWSERS],
  chunkNames: 'src/[name]-[hash]',
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  // The first one loads Node's threads, and decoders are for browsers too.
  alias: { fflate: 'fflate/browser', 'msgpackr/pack': './node_modules/msgpackr/pack.js' },
  external: LEFT_TO_NPM,
  plugins: [minifiedYargs, versionAlone, writerAlone, fewPieces],
} satisfies BuildOptions);
