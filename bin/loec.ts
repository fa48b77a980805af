#!/usr/bin/env node
/** @file The executable. */

import { main } from '../src/cli/main.ts';
import { hearSignals } from '../src/cli/terminal/signals.ts';
import { standardStreams } from '../src/cli/terminal/standard-streams.ts';

const context = { ...standardStreams(), env: process.env, ...hearSignals() };
process.exitCode = await main(process.argv.slice(2), context);
