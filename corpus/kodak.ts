/**
 * @file Brings the 24 Kodak pictures to corpus/kodak: `npm run kodak` fetches them, `npm run kodak -- --from DIR` links a
 * local copy. Every file is checked against the manifest; what is there and right stays.
 */

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import manifest from './kodak.json' with { type: 'json' };

const TARGET = fileURLToPath(new URL('kodak/', import.meta.url));

type Entry = (typeof manifest.files)[number];

async function matches(path: string, { sha256 }: Entry): Promise<boolean> {
  const bytes = await readFile(path).catch(() => null);
  return bytes !== null && createHash('sha256').update(bytes).digest('hex') === sha256;
}

async function link(entry: Entry, from: string): Promise<void> {
  const source = resolve(from, entry.name);
  if (!(await matches(source, entry)))
    throw new Error(`${source} is missing or is not the file of the manifest`);
  await rm(join(TARGET, entry.name), { force: true });
  await symlink(source, join(TARGET, entry.name));
}

async function fetchOne(entry: Entry): Promise<void> {
  const url = manifest.source + entry.name;
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  const temporary = join(TARGET, `${entry.name}.part`);
  await writeFile(temporary, new Uint8Array(await response.arrayBuffer()));
  if (!(await matches(temporary, entry))) {
    await rm(temporary);
    throw new Error(`${url} is not the file of the manifest`);
  }
  await rename(temporary, join(TARGET, entry.name));
}

const { values } = parseArgs({ options: { from: { type: 'string' } } });
await mkdir(TARGET, { recursive: true });
for (const entry of manifest.files) {
  if (await matches(join(TARGET, entry.name), entry)) continue;
  await (values.from === undefined ? fetchOne(entry) : link(entry, values.from));
  process.stderr.write(`${entry.name}\n`);
}
