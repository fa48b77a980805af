/** @file A Redis of its own for tests of the farm, on a free port of this machine. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const NAMES = ['redis-server', 'valkey-server'];

/** The server's executable, which REDIS_SERVER can name; null where there is none, which tests skip. */
export const redisServer: string | null = process.env.REDIS_SERVER ?? findServer();

function findServer(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return paths.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export const WITHOUT_REDIS =
  'there is no redis-server: apt-get install redis-server, or name one by REDIS_SERVER';

export interface RedisOptions {
  readonly password?: string;
  /** More of its configuration: `['--maxmemory', '20mb']`. */
  readonly settings?: readonly string[];
}

/** A server with an append-only file, as a farm should have it. */
export class TestRedis {
  readonly port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'loec-redis-'));
  readonly #options: RedisOptions;
  #process: ChildProcess | null = null;
  readonly #killAtExit = (): void => void this.#process?.kill('SIGKILL');

  private constructor(port: number, options: RedisOptions) {
    this.port = port;
    this.#options = options;
  }

  static async start(options: RedisOptions = {}): Promise<TestRedis> {
    const redis = new TestRedis(await freePort(), options);
    process.once('exit', redis.#killAtExit);
    await redis.start();
    return redis;
  }

  /** The address as users of this machine give it. */
  get url(): string {
    return this.urlAt('127.0.0.1');
  }

  /** The same by another address of this machine. */
  urlAt(host: string): string {
    const { password } = this.#options;
    return `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}${host}:${this.port}/0`;
  }

  /** Starts it, again after {@link kill} with what it had written. */
  async start(): Promise<void> {
    const { password, settings = [] } = this.#options;
    const place = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder];
    const rules = ['--save', '', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction'];
    const secret = password === undefined ? [] : ['--requirepass', password];
    this.#process = spawn(redisServer as string, [...place, ...rules, ...secret, ...settings], {
      stdio: 'ignore',
    });
    while (!(await answers(this.port))) await sleep(10);
  }

  /** As a machine that loses its power, but for the disk's own memory. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ends it and takes its files away. */
  async stop(): Promise<void> {
    process.off('exit', this.#killAtExit);
    await this.#end('SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

/** A server that is still loading its files answers too, with an error. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [reply] = await once(socket, 'data');
    return !String(reply).startsWith('-LOADING');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
