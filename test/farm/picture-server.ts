/** @file A server of pictures at signed addresses, and of all that can go wrong there. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PictureServer {
  /** `http://127.0.0.1:1234` */
  readonly origin: string;
  /** What was asked for, as `GET /a.png?signature=1`. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

type Answer = (response: ServerResponse) => void;

/** What servers do that workers must survive, by the path of the address. */
const FAULTS: Readonly<Record<string, Answer>> = {
  '/redirect': (response) => response.writeHead(302, { location: '/a.png' }).end(),
  '/forbidden': (response) => response.writeHead(403).end('signature=s3cret'),
  '/missing': (response) => response.writeHead(404).end(),
  '/fails': (response) => response.writeHead(500).end(),
  '/breaks': (response) => response.destroy(),
  '/endless': (response) => {
    const write = () => {
      while (response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', write);
    write();
  },
  '/announces': (response) => {
    response.writeHead(200, { 'content-length': 10e9 });
    response.write('a');
  },
  '/silent': () => {},
  '/slow': (response) => {
    response.write('a');
  },
};

/** @param files by path; what is sent by PUT is added */
export async function startPictureServer(files: Map<string, Buffer>): Promise<PictureServer> {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const path = new URL(request.url as string, 'http://host').pathname;
    const fault = FAULTS[path];
    if (fault) fault(response);
    else if (request.method === 'PUT') {
      files.set(path, await bodyOf(request));
      response.writeHead(200).end();
    } else if (path.startsWith('/recovers') && requests.filter((line) => line.includes(path)).length < 3) {
      response.writeHead(503).end();
    } else {
      // Without a length it is sent in chunks.
      response.write(files.get(path.replace('/recovers', '')) ?? '');
      response.end();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, stop };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
