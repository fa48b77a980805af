/** @file What the address of a farm may say, and how it is shown: never with its password. */

import { LoecError } from '../errors.ts';

/** Where a farm's Redis is, and which of the farms in it. */
export interface FarmAddress {
  readonly host: string;
  readonly port: number;
  /** The number of the database in Redis. */
  readonly database: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Whether the connection is encrypted. */
  readonly isSecure: boolean;
  /** A PEM file of the authority that has signed the server's certificate, where the system does not know it. */
  readonly authority: string | undefined;
  /** The name of the farm. */
  readonly farm: string;
}

export const ADDRESS_EXPECTED = 'redis://[user:password@]host[:6379][/0][?name=farm], or rediss:// for TLS';

const DEFAULT_PORT = 6379;

/** The farm of an address without a name. */
const DEFAULT_FARM = 'default';

/** Texts that may stand in names of keys, files and queues. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/;

/** Whether a farm, a batch or a worker may have the name. */
export function isFarmName(name: string): boolean {
  return NAME.test(name);
}

/** @throws LoecError E_USAGE, which does not repeat the text: a password may stand in it */
export function parseAddress(text: string): FarmAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '' || url.hash) {
    throw wrong('another text');
  }
  const { name = DEFAULT_FARM, ca, ...others } = Object.fromEntries(url.searchParams);
  if (Object.keys(others).length > 0)
    throw wrong('an unknown field after the question mark; fields are name and ca');
  if (!isFarmName(name)) throw wrong('a name with other signs than letters, digits, dots, - and _');
  const database = /^\/?(\d{0,5})$/.exec(url.pathname)?.[1];
  if (database === undefined) throw wrong('no number of a database after the slash');
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    database: Number(database),
    username: decoded(url.username),
    password: decoded(url.password),
    isSecure: url.protocol === 'rediss:',
    authority: ca,
    farm: name,
  };
}

function wrong(found: string): LoecError {
  return new LoecError('E_USAGE', `expected ${ADDRESS_EXPECTED} as the address of a queue, found ${found}`);
}

function decoded(text: string): string | undefined {
  if (text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong('a % in the user or the password that begins no code: write it as %25');
  }
}

/** For people: `redis://host:6379/0 (photos)`. */
export function showAddress({ host, port, database, isSecure, farm }: FarmAddress): string {
  const name = farm === DEFAULT_FARM ? '' : ` (${farm})`;
  return `redis${isSecure ? 's' : ''}://${host.includes(':') ? `[${host}]` : host}:${port}/${database}${name}`;
}
