/** @file Comments cite sections of docs/experiments.md by their headings. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, suite } from './harness.ts';

const test = suite('docs/experiments.md');
const root = fileURLToPath(new URL('..', import.meta.url));
const page = await readFile(join(root, 'docs/experiments.md'), 'utf8');
const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading as string);

/** What stands in quotes in a comment that cites the page: all that do in `calibration`, whose files say so at their top. */
function citedBy(file: string, text: string): string[] {
  const comments = text.match(/\/\*\*.*?\*\//gs) ?? [];
  return comments
    .map((comment) => comment.replace(/\n\s*\*/g, ''))
    .filter((comment) => comment.includes('docs/experiments.md') || file.includes('/calibration/'))
    .flatMap((comment) => [...comment.matchAll(/"([^"]+)"/g)].map(([, heading]) => heading as string));
}

test('has the sections that comments cite', async () => {
  const cited = new Set<string>();
  for (const folder of ['src', 'scripts']) {
    for (const file of await readdir(join(root, folder), { recursive: true })) {
      if (!file.endsWith('.ts') || file.includes('/built/')) continue;
      for (const heading of citedBy(file, await readFile(join(root, folder, file), 'utf8')))
        cited.add(heading);
    }
  }
  assert.ok(cited.size > 15, `only ${cited.size} citations were found`);
  assert.equal(
    [...cited].filter((heading) => !headings.includes(heading)),
    [],
  );
});

test.run();
