/**
 * @file Dependencies point downward. CONTRIBUTING.md has the floors, from the top down, one row of its table each; the folders of a row
 * do not know each other. Types and kernels count like all other imports.
 */

import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, suite } from './harness.ts';

const test = suite('floors');
const root = fileURLToPath(new URL('..', import.meta.url));

interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** The paths of each row of the table, top row first. */
function floorsOf(contributing: string): string[][] {
  const table = contributing.split('## Folders')[1]?.split('\n## ')[0] ?? '';
  const rows = table.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) =>
    [...(row.split('|')[1] as string).matchAll(/`([^`]+)`/g)].map(([, path]) => path as string),
  );
}

async function sourceFiles(): Promise<string[]> {
  const files: string[] = [];
  for (const folder of ['bin', 'src']) {
    for (const path of await readdir(join(root, folder), { recursive: true })) {
      if (path.endsWith('.ts') && !path.includes('/built/')) files.push(join(folder, path));
    }
  }
  return files;
}

const IMPORT = /(?:from|import|new URL\(|import\()\s*'(\.{1,2}\/[^']+)'/g;

/** Imports of files that are there; what the kernel build makes is not. */
async function arrows(): Promise<Arrow[]> {
  const files = await sourceFiles();
  const known = new Set(files);
  const found: Arrow[] = [];
  for (const from of files) {
    for (const [, path] of (await readFile(join(root, from), 'utf8')).matchAll(IMPORT)) {
      const target = normalize(join(dirname(from), path as string)).replace(/(\.[jt]s)?$/, '.ts');
      if (known.has(target)) found.push({ from, to: target });
    }
  }
  return found;
}

/** Row and place in it of the longest path that the file is under. */
function placeOf(floors: readonly string[][], file: string): { row: number; path: string } | null {
  let best: { row: number; path: string } | null = null;
  for (const [row, paths] of floors.entries()) {
    for (const path of paths) {
      const isUnder = file === path || file.startsWith(`${path}/`);
      if (isUnder && path.length > (best?.path.length ?? 0)) best = { row, path };
    }
  }
  return best;
}

/** Arrows that do not point downward. */
function wrongArrows(floors: readonly string[][], all: readonly Arrow[]): string[] {
  return all
    .filter(({ from, to }) => {
      const [above, below] = [placeOf(floors, from), placeOf(floors, to)];
      if (!above || !below) return true;
      return above.path === below.path ? false : above.row >= below.row;
    })
    .map(({ from, to }) => `${from} -> ${to}`);
}

/** A circle of files, if there is one. */
function circle(all: readonly Arrow[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of all) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    path.push(file);
    for (const to of next.get(file) ?? []) {
      const found = visit(to);
      if (found.length > 0) return found;
    }
    path.pop();
    done.add(file);
    return [];
  };
  for (const file of next.keys()) {
    const found = visit(file);
    if (found.length > 0) return found;
  }
  return [];
}

const floors = floorsOf(await readFile(join(root, 'CONTRIBUTING.md'), 'utf8'));
const all = await arrows();

test('every file has a floor', async () => {
  assert.equal(
    (await sourceFiles()).filter((file) => placeOf(floors, file) === null),
    [],
  );
});

test('imports point downward', () => {
  assert.ok(all.length > 500, `only ${all.length} imports were found`);
  assert.equal(wrongArrows(floors, all), []);
});

test('no files import each other in a circle', () => {
  assert.equal(circle(all), []);
});

test('an import upward and a circle are noticed', () => {
  const up = { from: 'src/entropy/range-coder.ts', to: 'src/engine/engine.ts' };
  assert.equal(wrongArrows(floors, [up]), [`${up.from} -> ${up.to}`]);
  assert.equal(circle([up, { from: up.to, to: up.from }]), [up.from, up.to, up.from]);
});

test.run();
