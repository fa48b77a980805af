/** @file What a picture is read from in a page. */

import { classNameOf } from '../../class-name.ts';
import { abortError, LoecError, optionError, throwIfAborted } from '../../errors.ts';
import { checkResponse } from './fetch-file.ts';

/** A whole file, or one that is still coming. A response or stream is read to its end, or until the reader stops. */
export type PictureSource =
  | Response
  | ReadableStream<Uint8Array<ArrayBuffer>>
  | Blob
  | ArrayBuffer
  | ArrayBufferView<ArrayBuffer>;

/**
 * The bytes as they come, copies that are the reader's. A stream is cancelled where the reader stops early.
 * @throws LoecError E_INPUT where a server or the network fails, E_USAGE, E_ABORTED
 */
export function partsOf(
  source: PictureSource,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (ArrayBuffer.isView(source)) {
    return once(source.buffer, source.byteOffset, source.byteLength);
  }
  switch (classNameOf(source)) {
    case 'ArrayBuffer':
      return once(source as ArrayBuffer, 0, (source as ArrayBuffer).byteLength);
    case 'Blob':
    case 'File':
      return partsOfStream((source as Blob).stream(), signal);
    case 'Response':
      return partsOfStream(bodyOf(source as Response), signal, isNamedPage(source as Response));
    case 'ReadableStream':
      return partsOfStream(source as ReadableStream<Uint8Array<ArrayBuffer>>, signal);
    default:
      throw optionError(
        'the source',
        'a Response, ReadableStream, Blob, ArrayBuffer or a view of one',
        source,
      );
  }
}

async function* once(
  buffer: ArrayBuffer,
  from: number,
  length: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  // A buffer that was transferred has no bytes, and takes no view.
  yield length === 0 ? new Uint8Array() : new Uint8Array(buffer, from, length).slice();
}

function bodyOf(response: Response): ReadableStream<Uint8Array<ArrayBuffer>> {
  checkResponse(response);
  const { url, body, bodyUsed } = response;
  if (bodyUsed) throw new LoecError('E_USAGE', 'expected a response that nobody has read yet');
  if (!body) throw new LoecError('E_INPUT', `the server sent nothing for ${url}`);
  return body;
}

/** Some servers send a page for what they don't have; others name all that they send a page. */
function isNamedPage({ headers }: Response): boolean | undefined {
  return headers.get('content-type')?.startsWith('text/html');
}

/** Of each `.loe` file; no text begins with it. `MAGIC` would bring a reader of files along. */
const FIRST_BYTE = 0x89;

async function* partsOfStream(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal | undefined,
  mayBePage?: boolean,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (stream.locked) throw new LoecError('E_USAGE', 'expected a stream that nobody reads');
  const reader = stream.getReader();
  // A read that waits ends with it.
  const cancel = (): void => void reader.cancel(signal?.reason).catch(() => undefined);
  signal?.addEventListener('abort', cancel);
  try {
    for (;;) {
      throwIfAborted(signal);
      const { done, value } = await reader.read().catch((cause) => {
        throw stopped(cause, signal);
      });
      throwIfAborted(signal);
      if (done) return;
      if (classNameOf(value) !== 'Uint8Array') throw optionError('parts of a stream', 'Uint8Arrays', value);
      if (value.length === 0) continue;
      if (mayBePage && value[0] !== FIRST_BYTE) {
        throw new LoecError('E_FORMAT', 'the server sent a page (text/html), not a .loe file');
      }
      mayBePage = false;
      // Others may hold the same bytes: the other branch of a `tee`.
      yield value.slice();
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    cancel();
  }
}

/** The error of a stream that fails; who fetched may have aborted it. */
function stopped(cause: unknown, signal: AbortSignal | undefined): LoecError {
  if (signal?.aborted) return abortError(signal);
  if ((cause as Error | null)?.name === 'AbortError') {
    return new LoecError('E_ABORTED', 'its fetch was stopped before the end', { cause });
  }
  return new LoecError(
    'E_INPUT',
    `the file did not come whole: ${(cause as Error | null)?.message ?? cause}`,
    { cause },
  );
}
