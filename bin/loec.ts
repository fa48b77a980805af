#!/usr/bin/env node
/** @file The executable. The first Ctrl-C stops cleanly, a second one at once. */

import { main } from '../src/cli/main.ts';

const { stdin, stdout, stderr, env } = process;
const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort(signal));
// A reader that has seen enough (`| head`) ends the work like Ctrl-C does.
stdout.on('error', (error) => controller.abort(error));

process.exitCode = await main(process.argv.slice(2), {
  stdin,
  stdout,
  stderr,
  env,
  signal: controller.signal,
});
