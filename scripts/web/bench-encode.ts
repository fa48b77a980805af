/**
 * @file How long an encode takes in a page of Chromium and in Node, with the same threads: the least of some runs each, and whether the files are
 * equal (Node 24 to 26 merge vectors, and so write others). Prints JSON.
 *
 *     npx tsx scripts/web/bench-encode.ts [--picture file.png] [--width 192 --height 128] [--effort 1] [--runs 3]
 */

import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type EncodeOptions, encode } from '../../src/encode.ts';
import { cropRaster } from '../../src/image/crop.ts';
import { readPng } from '../../src/image/png/read.ts';
import { openBrowser, serve } from '../../test/web/browser.ts';

const { values } = parseArgs({
  options: {
    picture: { type: 'string', default: fileURLToPath(new URL('../../corpus/harbour.png', import.meta.url)) },
    width: { type: 'string', default: '192' },
    height: { type: 'string', default: '128' },
    effort: { type: 'string', default: '1' },
    runs: { type: 'string', default: '3' },
  },
});
const [width, height, runs] = [values.width, values.height, values.runs].map(Number) as [
  number,
  number,
  number,
];
const options: EncodeOptions = {
  preset: 'pyramid',
  engine: 'wasm',
  effort: Number(values.effort),
  threads: availableParallelism(),
};
const { raster } = await readPng(await readFile(values.picture));
const { channels, data } = cropRaster(raster, 0, 0, width, height);

const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
interface Run {
  readonly seconds: number;
  readonly file: number[];
}

async function inNode(): Promise<Run> {
  const { seconds, file } = await encode({ width, height, channels, data: data as Uint8Array }, options);
  return { seconds, file: [...file] };
}

const browser = await openBrowser();
if (!browser) throw new Error('there is no Chromium at /usr/bin/chromium');
const server = await serve((path) => {
  if (path === '/isolated') return { body: '<!doctype html>', headers: ISOLATED };
  if (path === '/plain') return { body: '<!doctype html>' };
  return path === '/samples' ? { body: data as Uint8Array } : null;
});

/** In a page of its own, whose scripts are compiled anew. */
async function inPage(path: string): Promise<Run> {
  const page = await (browser as NonNullable<typeof browser>).newPage();
  await page.goto(`${server.origin}${path}`);
  const input = JSON.stringify({ width, height, channels });
  const run = await page.evaluate(`(async () => {
    const { encode } = await import('/loec/web.js');
    const data = new Uint8Array(await (await fetch('/samples')).arrayBuffer());
    const { seconds, file } = await encode({ ...${input}, data }, ${JSON.stringify(options)});
    return { seconds, file: [...file] };
  })()`);
  await page.close();
  return run as Run;
}

async function fastest(work: () => Promise<Run>): Promise<Run> {
  const done: Run[] = [];
  for (let i = 0; i < runs; i++) done.push(await work());
  return done.reduce((best, run) => (run.seconds < best.seconds ? run : best));
}

const [node, isolated, plain] = [
  await fastest(inNode),
  await fastest(() => inPage('/isolated')),
  await fastest(() => inPage('/plain')),
];
const isEqual = [isolated, plain].every(({ file }) => file.join() === node.file.join());
const rounded = (seconds: number): number => Math.round(100 * seconds) / 100;
console.log(
  JSON.stringify({
    picture: `${width}x${height}`,
    threads: options.threads,
    node: rounded(node.seconds),
    page: rounded(isolated.seconds),
    pageWithoutSharedMemory: rounded(plain.seconds),
    ratio: rounded(isolated.seconds / node.seconds),
    isEqual,
  }),
);
await browser.close();
await server.close();
