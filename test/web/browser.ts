/** @file Chromium and a server of pages for it: what the tests of `src/web` run in. */

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type OutputFile } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import {
  BROWSER_BUILD,
  DECODE_WORKER,
  ENCODE_THREADS,
  PAGES,
  SERVICE_WORKER,
  SERVICE_WORKER_BUILD,
} from '../../scripts/package/page-entries.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** As the package has them: all in one folder. */
const ENTRIES = [...PAGES, DECODE_WORKER, ...ENCODE_THREADS];

/** Debian's. */
const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-sync',
  '--no-first-run',
];

/** null where there is none: the tests then say that they are skipped. */
export async function openBrowser(more: readonly string[] = []): Promise<Browser | null> {
  if (!existsSync(EXECUTABLE)) return null;
  return chromium.launch({ executablePath: EXECUTABLE, args: [...ARGUMENTS, ...more] });
}

/** A page of a browser, or of a context, at an address; what it and its workers say on their consoles goes to `messages`. */
export async function openPage(
  browser: Pick<Browser, 'newPage'>,
  url: string,
  messages: string[] = [],
): Promise<Page> {
  const page = await browser.newPage();
  // Functions of tests go to pages as texts, in which tsx has put its own helper.
  await page.addInitScript('globalThis.__name = (named) => named;');
  page.on('console', (message) => messages.push(message.text()));
  await page.goto(url);
  return page;
}

/** So many bytes a second, as on a slow line. */
export async function* throttled(bytes: Uint8Array, perSecond: number): AsyncGenerator<Uint8Array> {
  const part = Math.ceil(perSecond / 20);
  for (let at = 0; at < bytes.length; at += part) {
    yield bytes.subarray(at, at + part);
    await setTimeout(50);
  }
}

export interface Served {
  /** An iterable is sent part by part as it comes. */
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array>;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is at a path; null for nothing. */
export type Route = (path: string, request: IncomingMessage) => Served | null | Promise<Served | null>;

export interface Server {
  readonly origin: string;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.loe': 'application/octet-stream',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
};

/** So that pages of other origins, and those that are isolated from them, may load the scripts. */
const OF_SCRIPTS = {
  'access-control-allow-origin': '*',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'cross-origin',
};

/** What browsers ask for by themselves: its absence would be told on the console. */
const ALWAYS: Readonly<Record<string, Served>> = { '/favicon.ico': { body: '' } };

/** Serves what `route` gives, and the entries of the package below `/loec/`. */
export async function serve(route: Route): Promise<Server> {
  const scripts = await builtEntries();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url as string, 'http://localhost').pathname;
    const script = scripts.get(path);
    const found: Served | null = script
      ? { body: script, headers: OF_SCRIPTS }
      : ((await route(path, request)) ?? ALWAYS[path] ?? null);
    const type = found?.type ?? TYPES[parse(path).ext] ?? 'text/html; charset=utf-8';
    response.writeHead(found ? 200 : 404, { 'content-type': type, ...found?.headers });
    const { body = '' } = found ?? {};
    if (typeof body === 'string' || body instanceof Uint8Array) response.end(body);
    // A page may stop reading.
    else await pipeline(Readable.from(body), response).catch(() => undefined);
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

let built: Promise<ReadonlyMap<string, Uint8Array>> | undefined;

function builtEntries(): Promise<ReadonlyMap<string, Uint8Array>> {
  built ??= buildEntries();
  return built;
}

async function buildEntries(): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = await Promise.all([
    buildFiles(ENTRIES, { splitting: true }),
    buildFiles([SERVICE_WORKER], SERVICE_WORKER_BUILD),
  ]);
  return new Map(files.flat().map(({ path, contents }) => [path, contents]));
}

async function buildFiles(sources: readonly string[], options: BuildOptions): Promise<OutputFile[]> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: sources.map((source) => ({ in: source, out: parse(source).name })),
    ...BROWSER_BUILD,
    write: false,
    outdir: '/loec',
    ...options,
  });
  return outputFiles as OutputFile[];
}
