/** @file Requests to signed addresses, with what goes wrong in words that hold no signature. */

import { setTimeout as sleep } from 'node:timers/promises';
import { LoecError, throwIfAborted } from '../../errors.ts';
import { shown } from './allowed-address.ts';
import { readBounded } from './read-bounded.ts';
import { StoreTrouble } from './store-trouble.ts';

/** How long a request is waited for. */
export interface Patience {
  /** Milliseconds until all of it has come or gone. */
  readonly milliseconds: number;
  /** Milliseconds after which a server that was at fault is asked again, each. */
  readonly pauses: readonly number[];
}

export const PATIENCE: Patience = { milliseconds: 300_000, pauses: [1000, 4000] };

/** Of servers that may do better the next time. */
const FAULTS_OF_SERVERS: readonly number[] = [408, 429, 500, 502, 503, 504];

/** What a status means of an address that was signed. */
const HINTS: Readonly<Record<number, string>> = {
  401: '; is it signed?',
  403: '; has its signature expired?',
  404: '; nothing is there',
};

/**
 * The bytes at an address; null where there are none, or more than `most`.
 * @throws LoecError E_INPUT or E_ABORTED, StoreTrouble where the server or the way to it is at fault
 */
export function download(
  url: URL,
  most: number,
  patience: Patience,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  return request(url, { headers: { 'accept-encoding': 'identity' } }, patience, signal, async (response) => {
    const length = Number(response.headers.get('content-length') ?? 0);
    if (length <= most && response.body) return readBounded(response.body, most, signal);
    await response.body?.cancel();
    return null;
  });
}

/** @throws LoecError E_INPUT or E_ABORTED, StoreTrouble as {@link download} */
export function upload(url: URL, bytes: Uint8Array, patience: Patience, signal?: AbortSignal): Promise<void> {
  const body = new Uint8Array(bytes);
  return request(url, { method: 'PUT', body }, patience, signal, async () => {});
}

async function request<Value>(
  url: URL,
  init: RequestInit,
  { milliseconds, pauses }: Patience,
  signal: AbortSignal | undefined,
  read: (response: Response) => Promise<Value>,
): Promise<Value> {
  for (let tries = 0; ; tries++) {
    const patience = AbortSignal.timeout(milliseconds);
    const stop = signal === undefined ? patience : AbortSignal.any([patience, signal]);
    const pause = pauses[tries];
    try {
      const response = await fetch(url, { ...init, redirect: 'error', signal: stop });
      if (response.ok) return await read(response);
      await response.body?.cancel();
      const { status } = response;
      if (!FAULTS_OF_SERVERS.includes(status)) throw failed(url, answerOf(status));
      if (pause === undefined) throw new StoreTrouble(textOf(url, answerOf(status)));
    } catch (error) {
      throwIfAborted(signal);
      if (error instanceof LoecError) throw error;
      if (isRedirect(error)) throw failed(url, 'it leads to another address, which no worker follows');
      if (patience.aborted)
        throw new StoreTrouble(textOf(url, `it takes longer than ${milliseconds / 1000} seconds`));
      if (pause === undefined)
        throw new StoreTrouble(textOf(url, causeOf(error).code ?? 'the connection was broken'));
    }
    await sleep(pause, undefined, signal && { signal }).catch(() => throwIfAborted(signal));
  }
}

function answerOf(status: number): string {
  return `the server answers ${status}${HINTS[status] ?? ''}`;
}

/** Without a cause, as all of these errors: fetch may have the address in it. */
function failed(url: URL, reason: string): LoecError {
  return new LoecError('E_INPUT', textOf(url, reason));
}

function textOf(url: URL, reason: string): string {
  return `${shown(url)} can't be used: ${reason}`;
}

function causeOf(error: unknown): NodeJS.ErrnoException {
  return ((error as Error).cause ?? error) as NodeJS.ErrnoException;
}

function isRedirect(error: unknown): boolean {
  return /redirect/.test(causeOf(error).message);
}
