/** @file A process that begins a fit without an end, tells the number of the process that fits, and waits for its own death. */

import { FitChild } from '../../src/farm/worker/fit-child.ts';
import { tinyPng } from '../cli/world.ts';
import { QUICK } from './farm-world.ts';

const child = new FitChild(() => {});
const options = { ...QUICK, steps: 1e6 };
const file = { options, orient: true, limits: {}, verify: false, name: 'a.png' };
const order = { kind: 'fit', bytes: tinyPng(32, 32), file, threads: 1, resume: null } as const;
let hasBegun = false;
await child.fit(
  order,
  () => {
    if (!hasBegun) process.stdout.write(`${child.pid}\n`);
    hasBegun = true;
  },
  new AbortController().signal,
);
