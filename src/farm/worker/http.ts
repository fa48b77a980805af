/** @file Where a worker can be asked whether it is well, and what it has done. */

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { LoecError } from '../../errors.ts';

export interface Answers {
  readonly isWell: () => boolean;
  /** Text for Prometheus. */
  readonly metrics: () => Promise<string>;
}

/**
 * @param port 0 takes a free one
 * @throws LoecError E_USAGE where the port can't be had
 */
export async function serveHttp(host: string, port: number, answers: Answers): Promise<Server> {
  const server = createServer(listenerOf(answers));
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    throw new LoecError('E_USAGE', `--metrics-port ${port} of ${host} can't be had: ${reason}`, { cause });
  }
  return server;
}

function listenerOf({ isWell, metrics }: Answers): RequestListener {
  return ({ url, method }, response) => {
    const answer = (status: number, text: string): void => {
      response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text);
    };
    const ail = (): void => answer(503, 'Redis does not answer\n');
    if (method !== 'GET' && method !== 'HEAD') answer(405, 'GET alone\n');
    else if (url === '/healthz') isWell() ? answer(200, 'ok\n') : ail();
    else if (url === '/metrics') metrics().then((text) => answer(200, text), ail);
    else answer(404, 'there are /healthz and /metrics\n');
  };
}
