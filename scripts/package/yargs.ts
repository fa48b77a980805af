/** @file yargs for a program that starts: without what it needs no more. */

import { build, type Plugin } from 'esbuild';
import { COMMON } from './common.ts';

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
export const yargs = await build({
  ...COMMON,
  entryPoints: ['yargs'],
  platform: 'node',
  target: 'node20.19',
  minify: true,
  plugins: [plainYargs],
  write: false,
});

export const minifiedYargs: Plugin = {
  name: 'minified yargs',
  setup({ onLoad }) {
    const contents = yargs.outputFiles[0]?.text as string;
    onLoad({ filter: /node_modules[\\/]yargs[\\/]index\.mjs$/ }, () => ({ contents }));
  },
};
