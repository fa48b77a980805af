/** @file Chromium and a server of pages for it: what the tests of `src/web` run in. */

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What a page may load by itself, as the package has it: all in one folder. */
const ENTRIES = ['src/web.ts', 'src/web/encoding/encode-worker.ts', 'src/wasm/pool-thread.ts'];

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

export interface Served {
  readonly body: string | Uint8Array;
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

/** Serves what `route` gives, and the entries of the package below `/loec/`. */
export async function serve(route: Route): Promise<Server> {
  const scripts = await builtEntries();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url as string, 'http://localhost').pathname;
    const script = scripts.get(path);
    const found: Served | null = script ? { body: script, headers: ISOLATED } : await route(path, request);
    const type = found?.type ?? TYPES[parse(path).ext] ?? 'text/html; charset=utf-8';
    response.writeHead(found ? 200 : 404, { 'content-type': type, ...found?.headers });
    response.end(found?.body);
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

/** Of scripts: pages that are isolated start no workers without them. */
const ISOLATED = { 'cross-origin-embedder-policy': 'require-corp' };

let built: Promise<ReadonlyMap<string, Uint8Array>> | undefined;

function builtEntries(): Promise<ReadonlyMap<string, Uint8Array>> {
  built ??= buildEntries();
  return built;
}

async function buildEntries(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ENTRIES.map((source) => ({ in: source, out: parse(source).name })),
    bundle: true,
    format: 'esm',
    splitting: true,
    write: false,
    outdir: '/loec',
    target: 'es2022',
    alias: { fflate: 'fflate/browser' },
  });
  return new Map(outputFiles.map(({ path, contents }) => [path, contents]));
}
