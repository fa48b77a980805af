/** @file The way to Redis: its packages, a connection, and what is wrong with it in words. */

import { readFileSync } from 'node:fs';
import type { Redis, RedisOptions } from 'ioredis';
import { LoecError } from '../errors.ts';
import { type FarmAddress, showAddress } from './address.ts';

/** Milliseconds in which a server must answer at first. */
const PATIENCE_MS = 10_000;

/** Milliseconds between two tries to reach a server again that has answered before. */
const RETRY_MS = 500;

interface Packages {
  readonly bullmq: typeof import('bullmq');
  readonly ioredis: Pick<typeof import('ioredis'), 'Redis'>;
}

/** @throws LoecError E_ENGINE where one is missing */
export async function loadPackages(): Promise<Packages> {
  try {
    const [bullmq, ioredis] = await Promise.all([import('bullmq'), import('ioredis')]);
    return { bullmq, ioredis };
  } catch (cause) {
    const message = "bullmq and ioredis, which queues go by, can't be loaded: npm install bullmq ioredis";
    throw new LoecError('E_ENGINE', message, { cause });
  }
}

/**
 * Connects; a connection that is lost later is made again, and what was asked meanwhile waits for it.
 * @throws LoecError E_ENGINE where Redis can't be reached, refuses the password or can't be used, E_INPUT for the file of an authority
 */
export async function connect(address: FarmAddress): Promise<Redis> {
  const { Redis } = (await loadPackages()).ioredis;
  let hasAnswered = false;
  const redis = new Redis({
    ...optionsOf(address),
    lazyConnect: true,
    connectTimeout: PATIENCE_MS,
    // BullMQ wants to wait, and so do we, once it is known that the address is right.
    maxRetriesPerRequest: null,
    retryStrategy: () => (hasAnswered ? RETRY_MS : null),
  });
  let reason: unknown;
  redis.on('error', (error) => {
    reason = error;
  });
  try {
    await redis.connect();
    // ioredis goes on in database 0 where there is none of the number.
    await redis.select(address.database);
    hasAnswered = true;
    return redis;
  } catch (error) {
    redis.disconnect();
    throw connectionError(address, reason ?? error);
  }
}

function optionsOf({
  host,
  port,
  database,
  username,
  password,
  isSecure,
  authority,
}: FarmAddress): RedisOptions {
  return {
    host,
    port,
    db: database,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(isSecure && { tls: authority === undefined ? {} : { ca: readAuthority(authority) } }),
  };
}

function readAuthority(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'no reason';
    throw new LoecError(
      'E_INPUT',
      `${path}, the authority of the queue's address, can't be read: ${reason}`,
      {
        cause,
      },
    );
  }
}

/** Texts of a Redis that keeps nothing more, and what to tell of it after its name. */
export const WITHOUT_ROOM: readonly (readonly [RegExp, string])[] = [
  [
    /OOM command not allowed/,
    'is full: raise its maxmemory, or keep pictures out of it with --transfer shared',
  ],
  [/MISCONF/, 'can write nothing to its disk: make room there, or look into its log'],
];

/** Texts of Redis, and what to tell of them. */
const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [/WRONGPASS|invalid password/i, 'refuses the user or the password'],
  [/NOAUTH/, 'wants a password, which the address has before the host: docs/farm.md shows how'],
  [/NOPERM/, 'does not allow this user what a queue needs'],
  [
    /self-signed certificate|unable to (get|verify)/i,
    'has a certificate of an authority that this machine does not know: name it by ?ca=FILE',
  ],
  [/does not match certificate/i, 'has a certificate of another host: give the name that it is made for'],
  [/DB index is out of range|invalid DB/i, 'has no database of this number'],
  ...WITHOUT_ROOM,
  [/READONLY/, 'is a replica, which takes nothing: name its master'],
];

/** What follows a command that Redis does not know: with AUTH, the password. */
const ARGUMENTS = /, with args beginning with:.*/s;

/** What Redis has said, for people. */
export function connectionError(address: FarmAddress, cause: unknown): LoecError {
  const { message: said, code } = cause as NodeJS.ErrnoException;
  const message = said.replace(ARGUMENTS, '');
  const refusal = REFUSALS.find(([pattern]) => pattern.test(message))?.[1];
  const isReply = (cause as Error).name === 'ReplyError';
  const text = refusal ?? (isReply ? `answers: ${message}` : unreachable(address, code ?? message));
  // Errors of ioredis hold the command that was refused, and with that the password.
  return new LoecError('E_ENGINE', `${showAddress(address)} ${text}`, { cause: message });
}

/** How a connection ends whose two sides don't agree on TLS: a server waits for the rest of a command, or drops what is no handshake. */
const WITHOUT_TLS = /ETIMEDOUT|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)/;
const WITH_TLS = /ECONNRESET|EPIPE|Connection is closed/;

function unreachable({ isSecure }: FarmAddress, reason: string): string {
  const text = `can't be reached: ${reason}; is redis-server running there?`;
  if (isSecure && WITHOUT_TLS.test(reason)) return `${text} If its port is without TLS, redis:// is meant`;
  if (!isSecure && WITH_TLS.test(reason)) return `${text} If its port is for TLS, rediss:// is meant`;
  return text;
}

/** An error of Redis in words; others pass. */
export function inWords(address: FarmAddress, error: unknown): unknown {
  return error instanceof Error && error.name === 'ReplyError' ? connectionError(address, error) : error;
}
