/** @file Which pieces entries share, so that a start reads few files. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { ROOT } from './common.ts';
import { LOADED_BY_NEED } from './loaded-by-need.ts';

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

/** In Node. */
const LOADED_TOO: LoadedToo = [
  [/src[\\/]cli[\\/]commands[\\/]\w+\.ts$/, ['src/decoder.ts', ...OF_COMMANDS]],
  [
    /src[\\/](index|encoder[\\/]thread|bench[\\/]worker|engine[\\/](tfjs|wasm|webgpu)[\\/]engine)\.ts$/,
    ['src/decoder.ts'],
  ],
  [LOADED_BY_NEED, ['src/decode.ts']],
];

/** Files that are loaded by themselves, and what they load besides what they import. */
type LoadedToo = readonly (readonly [files: RegExp, loaded: readonly string[]])[];

/**
 * Files that the same entries load become one piece. Each piece takes a start 0.5 ms, so entries load alike what nearly all of them
 * load: a decode reads half as many pieces.
 * @param kept files whose imports of no name stay: of packages without side effects they are left out
 */
export function loadingToo(loadedToo: LoadedToo, kept: RegExp): Plugin {
  return {
    name: 'loading too',
    setup({ onLoad, onResolve }) {
      for (const [filter, loaded] of loadedToo) {
        const imports = loaded.map((path) => `import ${JSON.stringify(fileURLToPath(new URL(path, ROOT)))};`);
        onLoad({ filter }, ({ path }) => ({
          contents: [readFileSync(path, 'utf8'), ...imports].join('\n'),
          loader: 'ts',
        }));
      }
      onResolve({ filter: kept }, ({ path, resolveDir }) => ({
        path: resolve(resolveDir, path),
        sideEffects: true,
      }));
    },
  };
}

export const fewPieces = loadingToo(LOADED_TOO, /\.ts$/);
