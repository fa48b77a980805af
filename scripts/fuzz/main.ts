/**
 * @file `npm run fuzz -- png 50000` and `-- loe 50000`: so many mutants of a format in this process. Only LoecErrors may come out. A third number is the
 * first seed, so that `npm run fuzz -- png 1 SEED` repeats one.
 */

import * as loe from './loe.ts';
import { fuzz, type Target } from './loop.ts';
import * as png from './png.ts';

const TARGETS: Readonly<Record<string, Target>> = { loe, png };

const [name = '', count = '1000', seed = '1'] = process.argv.slice(2);
const target = TARGETS[name];
if (!target)
  throw new Error(`expected one of ${Object.keys(TARGETS).join(', ')}, received ${JSON.stringify(name)}`);

const { ends, faults, slowest } = await fuzz(target, Number(count), Number(seed), (done) => {
  if (done % 10_000 === 0) console.error(`${done} of ${count}`);
});
for (const { seed, error } of faults.slice(0, 5)) console.error(`seed ${seed}:`, error);
for (const [end, number] of [...ends].sort()) console.log(`${end.padEnd(14)} ${number}`);
console.log(`slowest        ${Math.round(slowest.milliseconds)} ms, seed ${slowest.seed}`);
console.log(`memory         ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB at most`);
process.exitCode = faults.length > 0 ? 1 : 0;
