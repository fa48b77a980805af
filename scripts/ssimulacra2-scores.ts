/**
 * @file Scores the pairs of the tests by the reference tool: `npx tsx scripts/ssimulacra2-scores.ts TOOL`, where TOOL is
 * `ssimulacra2` of libjxl 0.11 (package libjxl-devtools of Debian 13). Writes test/metrics/ssimulacra2-scores.json.
 */

import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writePicture } from '../src/bench/pictures.ts';
import { inTemporaryFolder } from '../src/bench/temporary-folder.ts';
import { distortedPairs } from '../test/metrics/distorted-pairs.ts';

const TABLE = new URL('../test/metrics/ssimulacra2-scores.json', import.meta.url);

const [tool] = process.argv.slice(2);
if (tool === undefined) throw new Error('name the reference tool');

const scores: Record<string, number> = {};
await inTemporaryFolder(async (folder) => {
  const paths = [join(folder, 'original.png'), join(folder, 'distorted.png')] as const;
  for (const { name, original, distorted } of await distortedPairs()) {
    await writePicture(paths[0], original);
    await writePicture(paths[1], distorted);
    scores[name] = Number(execFileSync(tool, paths, { encoding: 'utf8' }));
  }
});
await writeFile(TABLE, `${JSON.stringify(scores, null, 2)}\n`);
