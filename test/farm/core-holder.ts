/** @file Holds the only core of a name until it is killed. */

import { MachineCores } from '../../src/farm/worker/machine-cores.ts';

await new MachineCores(process.argv[2], 1).take(1, new AbortController().signal);
process.send?.('held');
setInterval(() => {}, 1000);
