/**
 * @file Turns the learned starts of formats/starts into the module that ships with the code: `npm run starts`. A start that files
 * refer to must never change; a new one gets the next number.
 */

import { readdir, readFile, writeFile } from 'node:fs/promises';

const STARTS = new URL('../formats/starts/', import.meta.url);
const MODULE = new URL('../src/entropy/start-tables.ts', import.meta.url);

const names = (await readdir(STARTS)).sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
const entries = await Promise.all(
  names.map(async (name) => {
    const bytes = await readFile(new URL(name, STARTS));
    return `  ${Number.parseInt(name, 10)}: '${bytes.toString('base64')}',\n`;
  }),
);
await writeFile(
  MODULE,
  `/** @file Built from formats/starts by scripts/make-start-module.ts. */

/** The starts' tables as base64, by number. */
export const START_TABLES: Readonly<Record<number, string>> = {\n${entries.join('')}};\n`,
);
