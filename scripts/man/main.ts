/** @file Writes `dist/man/loec.1` from the tables of options and README.md: a part of the build. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import manifest from '../../package.json' with { type: 'json' };
import { COMMANDS } from '../../src/cli/commands.ts';
import { loadPages } from '../../src/cli/pages.ts';
import { exitCodesOf } from './exit-codes.ts';
import { manPage } from './page.ts';

const root = new URL('../../', import.meta.url);
const { version, homepage, description } = manifest;
const summary = description.replace(/:.*/, '');
const exitCodes = exitCodesOf(readFileSync(new URL('README.md', root), 'utf8'));
const page = manPage(await loadPages(COMMANDS), { version, homepage, summary, exitCodes });
mkdirSync(new URL('dist/man/', root), { recursive: true });
writeFileSync(new URL(manifest.man[0] as string, root), page);
