/** @file Files of servers: how they are asked for, and which responses hold none. */

import { LoecError, throwIfAborted } from '../../errors.ts';

/** The response that holds the file, which may still be coming. @throws LoecError E_INPUT where the network or the server fails, E_ABORTED */
export async function fetchFile(address: string, init: RequestInit): Promise<Response> {
  const response = await fetch(address, init).catch((cause: unknown) => {
    throwIfAborted(init.signal ?? undefined);
    throw new LoecError('E_INPUT', `${address} can't be fetched`, { cause });
  });
  checkResponse(response);
  return response;
}

/** What a response without a file still sends is not waited for. @throws LoecError E_INPUT */
export function checkResponse({ ok, status, statusText, type, url, body }: Response): void {
  if (ok) return;
  body?.cancel().catch(() => {});
  const what =
    type === 'opaque'
      ? 'the server of another origin lets nobody read the file: fetch it with CORS'
      : `the server answered ${`${status} ${statusText}`.trim()} for ${url}`;
  throw new LoecError('E_INPUT', what);
}
