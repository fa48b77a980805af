/**
 * @file Brings the 24 Kodak pictures to corpus/kodak: `npm run kodak` fetches them, `npm run kodak -- --from DIR` links a
 * local copy. Every file is checked against the manifest; what is there and right stays, so a broken run can be resumed.
 */

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import manifest from './kodak.json' with { type: 'json' };

/** A picture of the manifest. */
type KodakFile = Pick<(typeof manifest.files)[number], 'name' | 'sha256'>;

/** Puts the pictures that are missing from the folder `target` there, and returns their names. */
export async function bringPictures(
  files: readonly KodakFile[],
  target: string,
  bring: (file: KodakFile, path: string) => Promise<void>,
): Promise<string[]> {
  await mkdir(target, { recursive: true });
  const brought: string[] = [];
  for (const file of files) {
    const path = join(target, file.name);
    if (await matches(path, file)) continue;
    await bring(file, path);
    brought.push(file.name);
  }
  return brought;
}

async function matches(path: string, { sha256 }: KodakFile): Promise<boolean> {
  const bytes = await readFile(path).catch(() => null);
  return bytes !== null && createHash('sha256').update(bytes).digest('hex') === sha256;
}

/** Links the file of that name in the folder `from`. */
export async function linkPicture(from: string, file: KodakFile, path: string): Promise<void> {
  const source = resolve(from, file.name);
  if (!(await matches(source, file)))
    throw new Error(`${source} is missing or is not the file of the manifest`);
  await rm(path, { force: true });
  await symlink(source, path);
}

/** Downloads the file from beneath `source`; it gets its name only once it has been checked. */
export async function fetchPicture(source: string, file: KodakFile, path: string): Promise<void> {
  const url = source + file.name;
  const temporary = `${path}.part`;
  await writeFile(temporary, await download(url));
  if (!(await matches(temporary, file))) {
    await rm(temporary);
    throw new Error(`${url} is not the file of the manifest: its SHA-256 differs`);
  }
  await rename(temporary, path);
}

async function download(url: string): Promise<Uint8Array> {
  const response = await fetch(url).catch((cause) => {
    throw new Error(`${url} can't be reached; link a local copy with --from DIR`, { cause });
  });
  if (!response.ok) throw new Error(`${url} answers ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function main(): Promise<void> {
  const { from } = parseArgs({ options: { from: { type: 'string' } } }).values;
  const target = fileURLToPath(new URL('kodak', import.meta.url));
  const brought = await bringPictures(manifest.files, target, (file, path) => {
    process.stderr.write(`${file.name}\n`);
    return from === undefined ? fetchPicture(manifest.source, file, path) : linkPicture(from, file, path);
  });
  process.stderr.write(`${manifest.files.length} pictures in ${target}, ${brought.length} of them new\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main().catch((error: Error) => {
    process.stderr.write(`kodak: ${error.message}\n`);
    process.exitCode = 1;
  });
}
