import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subjectKey } from '../../src/bench/row.ts';
import { ResultStore } from '../../src/bench/store.ts';
import { LoecError } from '../../src/errors.ts';
import { assert, suite } from '../harness.ts';
import { failedRow, goodRow } from './rows.ts';

const test = suite('bench store');
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'loec-store-'));
const row = goodRow('a.png', 'old', 50, 0.5, { psnr: 31 });

test('rows are there when the folder is opened again', async () => {
  const folder = newFolder();
  const store = await ResultStore.open(folder);
  assert.not.ok(store.has(subjectKey(row)));
  await store.add(row);
  const again = await ResultStore.open(folder);
  assert.ok(again.has(subjectKey(row)));
  assert.equal(again.rows, [row]);
  assert.not.ok(again.has(subjectKey({ ...row, setting: { q: 51 } })));
  assert.not.ok(again.has(subjectKey({ ...row, sha256: 'of another a.png' })));
});

test('what failed is tried again, and the last try counts', async () => {
  const folder = newFolder();
  const store = await ResultStore.open(folder);
  await store.add(failedRow('a.png', 'old', 50, 'out of beads'));
  assert.not.ok(store.has(subjectKey(row)));
  await store.add(row);
  assert.equal((await ResultStore.open(folder)).rows, [row]);
});

test('a line that a kill cut off is measured again, and what follows stays readable', async () => {
  const folder = newFolder();
  await (await ResultStore.open(folder)).add(row);
  const path = join(folder, 'results.ndjson');
  appendFileSync(path, '{"picture":"b.png","cod');
  const store = await ResultStore.open(folder);
  assert.equal(store.rows, [row]);
  await store.add({ ...row, picture: 'b.png' });
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  assert.equal(
    lines.map((line) => JSON.parse(line).picture),
    ['a.png', 'b.png'],
  );
});

test('a file of something else is refused, not overwritten', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'results.ndjson'), 'dear diary\n');
  try {
    await ResultStore.open(folder);
    assert.unreachable();
  } catch (error) {
    assert.ok(error instanceof LoecError && error.code === 'E_INPUT', String(error));
    assert.match(error.message, /results\.ndjson:1/);
  }
});

test.run();
