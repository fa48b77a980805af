/** @file Licenses of what the package holds. */

import { readdirSync, readFileSync } from 'node:fs';
import type { Metafile } from 'esbuild';
import { ROOT } from './common.ts';

/** The packages that code has come from. */
export function packagesIn({ inputs }: Metafile): string[] {
  const folders = Object.keys(inputs).map(
    (path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1],
  );
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/** Their licenses ask that copies hold them. */
export function licenseOf(folder: string): string {
  const name = readdirSync(new URL(`${folder}/`, ROOT)).find((file) => /^licen[cs]e/i.test(file));
  if (name === undefined) throw new Error(`${folder} has no license`);
  return `${folder.slice('node_modules/'.length)}\n\n${readFileSync(new URL(`${folder}/${name}`, ROOT), 'utf8')}`;
}
