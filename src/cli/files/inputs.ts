/** @file Inputs as people name them: files, folders, and patterns that the shell has left alone. */

import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, extname, join, sep } from 'node:path';
import { LoecError } from '../../errors.ts';
import { READ_EXTENSIONS } from '../../image/extensions.ts';
import { descriptorOf } from './descriptors.ts';
import { reasonOf } from './file-errors.ts';
import { DASH } from './input.ts';
import { expectLoe, expectPicture } from './input-format.ts';
import { CHECKPOINT_EXTENSION } from './temporaries.ts';

/** What a command reads, so that folders are searched for it. */
export interface InputKind {
  /** For people: `pictures`. */
  readonly name: string;
  /** In lower case, without the dot. */
  readonly extensions: readonly string[];
  /** @throws LoecError E_FORMAT or E_INPUT where the first bytes are of a kind that another command reads */
  readonly expect: (input: string) => Promise<void>;
}

export const PICTURES: InputKind = {
  name: 'pictures',
  extensions: READ_EXTENSIONS,
  expect: expectPicture,
};

export const LOE_FILES: InputKind = { name: '.loe files', extensions: ['loe'], expect: expectLoe };

export interface FoundInput {
  readonly input: string;
  /** Where it lies below the folder or pattern that it was found by; empty for what lies directly there, and for what was named. */
  readonly below: string;
}

export interface InputArguments {
  readonly inputs: readonly string[];
  readonly recursive?: boolean | undefined;
}

/** Whether a name stands for what is found by it: a folder's, or a pattern. */
export async function isSearched(name: string): Promise<boolean> {
  const found = await stat(name).catch(() => null);
  return found ? found.isDirectory() : PATTERN.test(name);
}

/** What makes a name that no file has a pattern. */
const PATTERN = /[*?[{(]/;

/** The work of a fit that goes on later. */
const isPart = (path: string): boolean => path.endsWith(CHECKPOINT_EXTENSION);

/**
 * Files in the order of the names, those of a folder or pattern in natural order, each once. Hidden ones are found only by name. Links to
 * folders are followed where a name or pattern says so, not by `recursive`.
 * @throws LoecError E_INPUT for a folder or pattern that holds nothing of the kind
 */
export async function findInputs(
  { inputs, recursive = false }: InputArguments,
  kind: InputKind,
): Promise<FoundInput[]> {
  const lists = [];
  for (const name of inputs) lists.push(await findByName(name, kind, recursive));
  const named = new Set(lists.filter((list) => !list.isSearch).flatMap(({ files }) => files.map(pathOf)));
  return lists.flatMap(({ isSearch, files }) =>
    isSearch ? files.filter((file) => addedTo(named, pathOf(file))) : files,
  );
}

interface InputList {
  /** Whether they were found, and not named one by one. */
  readonly isSearch: boolean;
  readonly files: readonly FoundInput[];
}

function pathOf({ input }: FoundInput): string {
  return join(input);
}

function addedTo(set: Set<string>, value: string): boolean {
  return set.size < set.add(value).size;
}

async function findByName(name: string, kind: InputKind, recursive: boolean): Promise<InputList> {
  const itself = { isSearch: false, files: [{ input: name, below: '' }] };
  if (name === DASH || descriptorOf(name) !== null) return itself;
  const found = await stat(name).catch(() => null);
  if (found?.isDirectory()) return { isSearch: true, files: await findInFolder(name, kind, recursive) };
  // Names may hold brackets: what is there is no pattern.
  if (found || !PATTERN.test(name)) return itself;
  return { isSearch: true, files: await findByPattern(name, kind) };
}

async function findInFolder(folder: string, kind: InputKind, recursive: boolean): Promise<FoundInput[]> {
  const found: FoundInput[] = [];
  await addFiles(found, { folder, below: '' }, kind, recursive);
  if (found.length > 0) return inNaturalOrder(found);
  const remedy = recursive ? 'name another folder' : '--recursive looks into the folders in it, too';
  const expected = `expected ${kind.name} (${kind.extensions.join(', ')}) in the folder, found none`;
  throw new LoecError('E_INPUT', `${folder}: ${expected}; ${remedy}`);
}

/** Adds the files of a folder, and of one after the other of those in it: no list holds what nobody asked for. */
async function addFiles(
  found: FoundInput[],
  { folder, below }: { readonly folder: string; readonly below: string },
  kind: InputKind,
  recursive: boolean,
): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause) => {
    throw new LoecError('E_INPUT', `${folder}: the folder can't be read: ${reasonOf(cause)}`, { cause });
  });
  for (const entry of entries) {
    const { name } = entry;
    if (name.startsWith('.')) continue;
    const path = join(folder, name);
    if (entry.isDirectory()) {
      if (recursive) await addFiles(found, { folder: path, below: join(below, name) }, kind, recursive);
    } else if ((entry.isFile() || entry.isSymbolicLink()) && isOfKind(name, kind)) {
      found.push({ input: path, below });
    }
  }
}

async function findByPattern(name: string, kind: InputKind): Promise<FoundInput[]> {
  const { glob } = await import('tinyglobby');
  const { folder, pattern } = await splitPattern(sep === '\\' ? name.replaceAll('\\', '/') : name);
  const found = await glob(pattern, { cwd: folder, expandDirectories: false }).catch((cause) => {
    throw new LoecError('E_USAGE', `the pattern can't be understood: ${cause.message}`, { cause });
  });
  // `photos/*` means the pictures among what is there.
  const isOpen = /(^|\/)\*+$/.test(pattern);
  const paths = found.filter((path) => !isPart(path) && (!isOpen || isOfKind(path, kind)));
  if (paths.length === 0) {
    const expected = isOpen ? kind.name : 'files';
    throw new LoecError(
      'E_INPUT',
      `${name}: no such file, and as a pattern it matches no ${expected}; folders are named as they are`,
    );
  }
  const shortest = await withoutCircles(folder, paths);
  return inNaturalOrder(shortest.map((path) => foundBelow(folder, path)));
}

/** The folder that a pattern begins with: its name may hold what else makes a pattern. */
async function splitPattern(name: string): Promise<{ folder: string; pattern: string }> {
  const parts = name.split('/');
  let folder = '';
  while (parts.length > 1) {
    const next = `${folder}${parts[0]}/`;
    if (!(await stat(next).catch(() => null))) break;
    folder = next;
    parts.shift();
  }
  return { folder: folder || '.', pattern: parts.join('/') };
}

/** A link to a folder above itself makes more names of a file: the shortest is kept. */
async function withoutCircles(folder: string, paths: readonly string[]): Promise<string[]> {
  const shortest = new Map<string, string>();
  for (const path of paths) {
    const real = await realpath(join(folder, dirname(path)));
    const place = join(real, path.slice(path.lastIndexOf('/') + 1));
    const other = shortest.get(place);
    if (other === undefined || path.length < other.length) shortest.set(place, path);
  }
  return [...shortest.values()];
}

function foundBelow(folder: string, path: string): FoundInput {
  const below = dirname(path);
  return { input: join(folder, path), below: below === '.' ? '' : below };
}

function isOfKind(path: string, { extensions }: InputKind): boolean {
  return extensions.includes(extname(path).slice(1).toLowerCase());
}

/** `a2` before `a10`, the same on every machine. */
function inNaturalOrder(found: readonly FoundInput[]): FoundInput[] {
  const { compare } = new Intl.Collator('en', { numeric: true });
  return [...found].sort((a, b) => compare(a.input, b.input));
}
