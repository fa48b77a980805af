/** @file Carries out what a page asks of its pictures, in a worker or on the page's own thread. */

import { assert } from '../../../errors.ts';
import { failureOf } from '../../../failure.ts';
import type { Answers, FromWorker, Request, ToWorker } from '../messages.ts';
import { ReadPictures } from './read-pictures.ts';
import { ServedPicture } from './served-picture.ts';

/** A port, or a worker's global scope. */
interface Port {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, options: { transfer: Transferable[] }): void;
}

/** Requests are carried out beside each other, in slices; whoever asks sees to it that no two of them are long. */
export function servePictures(port: object): void {
  const { postMessage } = port as Port;
  const pictures = new Map<number, ServedPicture>();
  const read = new ReadPictures();
  const calls = new Map<number, AbortController>();
  const post = (message: FromWorker): void =>
    postMessage.call(port, message, { transfer: transferable(message) });

  const carryOut = async (request: Request, signal: AbortSignal): Promise<Answers[Request['kind']]> => {
    if (request.kind === 'open') {
      pictures.set(request.picture, new ServedPicture(request.limits, read));
      return null;
    }
    const picture = pictures.get(request.picture);
    assert(picture !== undefined, `there is no picture ${request.picture}`);
    switch (request.kind) {
      case 'append':
        return picture.append(request.bytes);
      case 'end':
        return picture.end();
      case 'preview':
        return picture.preview(signal);
      case 'render':
        return picture.render(request.wanted, signal);
      case 'close':
        picture.close();
        pictures.delete(request.picture);
        return null;
    }
  };

  (port as Port).onmessage = async ({ data: { call, request } }) => {
    if (!request) {
      calls.get(call)?.abort();
      return;
    }
    const controller = new AbortController();
    calls.set(call, controller);
    try {
      post({ call, value: await carryOut(request, controller.signal) });
    } catch (error) {
      post({ call, failure: failureOf(error) });
    }
    calls.delete(call);
  };
  post('ready');
}

/** What a message gives away instead of a copy. */
function transferable(message: FromWorker): Transferable[] {
  if (message === 'ready' || 'failure' in message || !message.value) return [];
  const value = 'shown' in message.value ? message.value.shown : message.value;
  if (!value) return [];
  if (typeof ImageBitmap !== 'undefined' && value instanceof ImageBitmap) return [value];
  return 'data' in value ? [value.data.buffer] : [];
}
