/** @file Bytes as values of Redis, for machines that share nothing else. */

import type { Redis } from 'ioredis';
import { LoecError } from '../../errors.ts';
import { UNTRUSTED_LIMITS } from '../../limits.ts';
import { untilAborted } from '../../until-aborted.ts';
import type { JobPicture, PictureSource } from '../job.ts';
import { type Keys, LIFE, LIFE_WHEN_FETCHED } from '../keys.ts';
import { storing } from './redis-errors.ts';
import { checkPicture, checkSize, damagedResult, sha256Of } from './same-bytes.ts';
import type { JobBytes, Offering, StoredCheckpoint, Transfer } from './transfer.ts';

/** Bytes of a value. Redis does nothing else while it takes or gives one. */
const MOST_BYTES = UNTRUSTED_LIMITS.bytes;

/**
 * Keeps a checkpoint unless a later attempt has kept one: a worker that was taken for dead may still write.
 *
 * KEYS: checkpoint. ARGV: attempt, bytes, seconds to live. Returns 1 if it is kept.
 */
const KEEP_CHECKPOINT = `
local attempt = redis.call('HGET', KEYS[1], 'attempt')
if attempt and tonumber(attempt) > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'attempt', ARGV[1], 'bytes', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
`;

export class RedisValues implements Transfer, Offering {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #most: number;

  /** @param most bytes of a value */
  constructor(redis: Redis, keys: Keys, most = MOST_BYTES) {
    this.#redis = redis;
    this.#keys = keys;
    this.#most = most;
  }

  async sourceOf(): Promise<PictureSource> {
    return { kind: 'redis' };
  }

  async offer({ sha256 }: JobPicture, bytes: Uint8Array): Promise<void> {
    this.#check('the picture', bytes);
    const key = this.#keys.picture(sha256);
    const isThere = await storing(this.#redis.expire(key, LIFE));
    if (!isThere) await storing(this.#redis.set(key, view(bytes), 'EX', LIFE));
  }

  async fetchPicture(picture: JobPicture, most: number, signal: AbortSignal): Promise<Uint8Array> {
    checkSize(picture, most);
    const bytes = await untilAborted(signal, this.#read(this.#keys.picture(picture.sha256), picture.bytes));
    if (bytes === null) {
      const message = 'the picture is not in Redis any more: hand it over again';
      throw new LoecError('E_INPUT', message);
    }
    checkPicture(picture, bytes, 'the picture in Redis');
    return bytes;
  }

  async keepResult({ id }: JobBytes, sha256: string, file: Uint8Array): Promise<void> {
    this.#check('the .loe file', file);
    await storing(this.#redis.set(this.#keys.result(id, sha256), view(file), 'EX', LIFE));
  }

  async hasResult(id: string, sha256: string): Promise<boolean> {
    return (await storing(this.#redis.expire(this.#keys.result(id, sha256), LIFE))) === 1;
  }

  async takeResult(id: string, sha256: string): Promise<Uint8Array | null> {
    const key = this.#keys.result(id, sha256);
    const file = await this.#read(key, this.#most);
    if (file === null) return null;
    if (sha256Of(file) !== sha256) {
      await this.#redis.unlink(key);
      throw damagedResult(id);
    }
    await storing(this.#redis.expire(key, LIFE_WHEN_FETCHED));
    return file;
  }

  async takeCheckpoint(id: string): Promise<StoredCheckpoint | null> {
    const key = this.#keys.checkpoint(id);
    if ((await this.#redis.hstrlen(key, 'bytes')) > this.#most) return null;
    const [attempt, bytes] = await this.#redis.hmgetBuffer(key, 'attempt', 'bytes');
    return attempt && bytes ? { attempt: Number(attempt), bytes } : null;
  }

  async keepCheckpoint(id: string, { attempt, bytes }: StoredCheckpoint): Promise<boolean> {
    if (bytes.length > this.#most) return false;
    const key = this.#keys.checkpoint(id);
    return (await storing(this.#redis.eval(KEEP_CHECKPOINT, 1, key, attempt, view(bytes), LIFE))) === 1;
  }

  async dropCheckpoint(id: string): Promise<void> {
    await this.#redis.unlink(this.#keys.checkpoint(id));
  }

  #check(what: string, { length }: Uint8Array): void {
    if (length <= this.#most) return;
    const bound = `Redis is given values of ${this.#most} at most: share a folder with --transfer shared`;
    throw new LoecError('E_LIMIT', `${what} has ${length} bytes, and ${bound}`);
  }

  /** One byte more than there may be shows what is too long, and no more of it is read. null where nothing is. */
  async #read(key: string, most: number): Promise<Uint8Array | null> {
    const bytes = await this.#redis.getrangeBuffer(key, 0, most);
    return bytes.length === 0 ? null : bytes;
  }
}

/** The same memory, as the client takes it. */
function view({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
