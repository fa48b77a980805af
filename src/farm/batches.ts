/** @file Batches as Redis keeps them: their records, rows and counters. */

import { type BatchRecord, type BatchRow, recordOfText, rowOfText } from './batch-record.ts';
import type { Farm } from './farm.ts';
import { LIFE } from './keys.ts';
import { allOf } from './ledger.ts';

/** How far a batch is. */
export interface BatchCounts {
  /** That were handed over. */
  readonly rows: number;
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
}

export interface StoredBatch {
  readonly record: BatchRecord;
  readonly counts: BatchCounts;
  /** Whether all of its pictures have been handed over. */
  readonly isWhole: boolean;
  /** Whether somebody has cancelled it: nothing more of it is handed over. */
  readonly isCancelled: boolean;
}

export interface IndexedRow {
  readonly index: number;
  readonly row: BatchRow;
}

/**
 * In one step: half of a batch would be in no list, and would have no share.
 *
 * KEYS: batch, batches. ARGV: record, name, time of its making, share or 0, seconds to live. Returns 0 where there is one.
 */
const CREATE = `
local record, name, created, share, life = unpack(ARGV)
if redis.call('HSETNX', KEYS[1], 'record', record) == 0 then return 0 end
if tonumber(share) > 0 then redis.call('HSET', KEYS[1], 'share', share) end
redis.call('EXPIRE', KEYS[1], life)
redis.call('ZADD', KEYS[2], created, name)
return 1
`;

/** Begins a batch. @returns whether there was none of the name */
export async function createBatch({ redis, keys }: Farm, record: BatchRecord): Promise<boolean> {
  const { name, created, share = 0 } = record;
  const args = [JSON.stringify(record), name, created, share, LIFE];
  return (await redis.eval(CREATE, 2, keys.batch(name), keys.batches, ...args)) === 1;
}

/** KEYS: batch, rows, batches. ARGV: name. */
const REMOVE_EMPTY = `
if redis.call('EXISTS', KEYS[2]) == 1 then return end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[3], ARGV[1])
`;

/** A batch that has come to no row is as if it had never been. */
export async function removeEmptyBatch({ redis, keys }: Farm, name: string): Promise<void> {
  await redis.eval(REMOVE_EMPTY, 3, keys.batch(name), keys.rows(name), keys.batches, name);
}

/** The life of a batch begins anew. */
export async function renewBatch({ redis, keys }: Farm, name: string): Promise<void> {
  const pipeline = redis.pipeline();
  for (const key of keys.ofBatch(name)) pipeline.expire(key, LIFE);
  await allOf(pipeline.exec());
}

/** null where there is none of the name, or has been too long ago, or what is there is none. */
export async function readBatch(farm: Farm, name: string): Promise<StoredBatch | null> {
  return (await readAll(farm, [name]))[0] ?? null;
}

/** The newest first. */
export async function readBatches(farm: Farm, most: number): Promise<StoredBatch[]> {
  const { redis, keys } = farm;
  const names = await redis.zrevrange(keys.batches, 0, most - 1);
  const found = await readAll(farm, names);
  const gone = names.filter((_, i) => found[i] === null);
  if (gone.length > 0) await redis.zrem(keys.batches, ...gone);
  return found.filter((batch) => batch !== null);
}

async function readAll({ redis, keys }: Farm, names: readonly string[]): Promise<(StoredBatch | null)[]> {
  const pipeline = redis.pipeline();
  for (const name of names) pipeline.hgetall(keys.batch(name)).hlen(keys.rows(name));
  const replies = await allOf(pipeline.exec());
  return names.map((name, i) =>
    storedBatch(name, replies[2 * i] as Record<string, string>, replies[2 * i + 1] as number),
  );
}

function storedBatch(name: string, fields: Record<string, string>, rows: number): StoredBatch | null {
  const { record: text = '', done, failed, cancelled, isWhole, isCancelled } = fields;
  const record = recordOfText(text, name);
  if (record === null) return null;
  const counts = { done: Number(done ?? 0), failed: Number(failed ?? 0), cancelled: Number(cancelled ?? 0) };
  return {
    record,
    counts: { rows, ...counts },
    isWhole: isWhole === '1',
    isCancelled: isCancelled === '1',
  };
}

export async function setBatch(
  { redis, keys }: Farm,
  name: string,
  field: 'isWhole' | 'isCancelled',
): Promise<void> {
  await redis.hset(keys.batch(name), field, '1');
}

/**
 * Keeps rows that are not kept yet, all or none.
 * @param isPending whether they wait for a place in the queue
 */
export async function keepRows(
  { redis, keys }: Farm,
  name: string,
  rows: readonly IndexedRow[],
  isPending: boolean,
): Promise<void> {
  if (rows.length === 0) return;
  const transaction = redis.multi();
  for (const { index, row } of rows) {
    transaction.hsetnx(keys.rows(name), String(index), JSON.stringify(row));
    if (isPending) transaction.rpush(keys.pending(name), index);
  }
  for (const key of [keys.batch(name), keys.rows(name), keys.pending(name)]) transaction.expire(key, LIFE);
  await allOf(transaction.exec());
}

/** Rows by their indices; null of those that were not handed over, or are none. */
export async function rowsAt(
  { redis, keys }: Farm,
  name: string,
  indices: readonly number[],
): Promise<(BatchRow | null)[]> {
  if (indices.length === 0) return [];
  const texts = await redis.hmget(keys.rows(name), ...indices.map(String));
  return texts.map((text) => (text === null ? null : rowOfText(text)));
}

/**
 * Some of the rows, without what is none.
 * @param cursor where to go on: `0` at first
 * @returns some rows, in any order and now and then one twice, and the next cursor: `0` when all have been read
 */
export async function scanRows(
  { redis, keys }: Farm,
  name: string,
  cursor: string,
  count: number,
): Promise<[IndexedRow[], string]> {
  const [next, fields] = await redis.hscan(keys.rows(name), cursor, 'COUNT', count);
  const rows: IndexedRow[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const [index, row] = [Number(fields[i]), rowOfText(fields[i + 1] as string)];
    if (Number.isSafeInteger(index) && row !== null) rows.push({ index, row });
  }
  return [rows, next];
}

/** All rows of a batch, some at a time. */
export async function* allRows(farm: Farm, name: string): AsyncGenerator<IndexedRow[]> {
  let cursor = '0';
  do {
    const [rows, next] = await scanRows(farm, name, cursor, 500);
    yield rows;
    cursor = next;
  } while (cursor !== '0');
}
