/** @file The workers that decode the pictures of a page: started by need, shared by all, ended when nobody needs them. */

import { DecodeLink, type WorkerPort } from './decode-link.ts';
import { startOwnWorker } from './worker/start-worker.ts';

/** More would hold more memory than a page is granted on phones. */
const MOST_WORKERS = 4;

/** Milliseconds that a worker without pictures is kept. */
const PATIENCE = 5000;

/** Of those that run, each with the timer of its end. */
const links = new Map<DecodeLink, ReturnType<typeof setTimeout> | undefined>();

let startWorker = startOwnWorker;

/** Whether the last worker has failed to start, so that the page does its work until all pictures are closed. */
let isRefused = false;

/**
 * Says how a worker is started that runs `loec/decode-worker`, a module, for bundlers that do not find it by themselves and for scripts of
 * another origin. Pictures that are open stay with the workers that they have.
 * @param start called by need; null for the package's own way
 * @example setDecodeWorker(() => new Worker('/scripts/decode-worker.js', { type: 'module' }))
 */
export function setDecodeWorker(start: (() => Worker) | null): void {
  startWorker = start ?? startOwnWorker;
  isRefused = false;
  for (const link of [...links.keys()]) {
    forget(link);
    if (link.pictures === 0) link.end();
  }
}

/** A worker for one more picture: {@link releaseLink} follows. */
export function takeLink(): DecodeLink {
  return takeOneOf([...links.keys()]);
}

/** A second worker for the picture of another, which has started: {@link releaseLink} follows. null where there is no core for it. */
export function takeSecondLink(first: DecodeLink): DecodeLink | null {
  if (isRefused || cores() < 2) return null;
  return takeOneOf([...links.keys()].filter((link) => link !== first));
}

/** The one with the fewest pictures, or a new one. */
function takeOneOf(known: readonly DecodeLink[]): DecodeLink {
  const idlest = known.toSorted((one, other) => one.pictures - other.pictures)[0];
  const link = !idlest || (idlest.pictures > 0 && links.size < mostWorkers()) ? startLink() : idlest;
  clearTimeout(links.get(link));
  links.set(link, undefined);
  link.pictures += 1;
  return link;
}

export function releaseLink(link: DecodeLink): void {
  link.pictures -= 1;
  if (link.pictures > 0) return;
  const end = (): void => {
    forget(link);
    link.end();
  };
  if (links.has(link)) links.set(link, setTimeout(end, PATIENCE));
  // Nobody takes it any more.
  else link.end();
}

function mostWorkers(): number {
  if (isRefused) return 1;
  return Math.max(1, Math.min(MOST_WORKERS, cores() - 1));
}

function cores(): number {
  // Node 20 has no navigator.
  return globalThis.navigator?.hardwareConcurrency ?? 2;
}

function startLink(): DecodeLink {
  const link: DecodeLink = new DecodeLink(startPort(), () => forget(link));
  return link;
}

function forget(link: DecodeLink): void {
  clearTimeout(links.get(link));
  links.delete(link);
  if (links.size === 0) isRefused = false;
}

async function startPort(): Promise<WorkerPort> {
  // Workers of workers, and service workers, may have none.
  if (isRefused || typeof Worker === 'undefined') return startHere();
  try {
    return await readyPort(startWorker());
  } catch (cause) {
    if (!isRefused) {
      const remedy = 'where a bundler or another origin is the reason, setDecodeWorker mends it';
      console.warn(
        `loec: no worker could be started, so the page decodes its pictures itself, which is slower; ${remedy}`,
        cause,
      );
    }
    isRefused = true;
    return startHere();
  }
}

/** Resolves once the worker listens: what is sent to one that never does would be lost. */
function readyPort(worker: Worker): Promise<WorkerPort> {
  const port = Object.assign(worker, {
    end: () => worker.terminate(),
    onFailure: (hear: (cause: unknown) => void) => {
      worker.onerror = hear;
    },
  });
  return new Promise((resolve, reject) => {
    worker.onmessage = () => resolve(port);
    worker.onerror = ({ message }) => {
      worker.terminate();
      reject(new Error(message || 'its script is not there, or a Content-Security-Policy forbids it'));
    };
  });
}

/** The worker's part on this thread, in slices. */
async function startHere(): Promise<WorkerPort> {
  const { servePictures } = await import('./worker/serve-pictures.ts');
  const { port1, port2 } = new MessageChannel();
  servePictures(port2);
  return Object.assign(port1, { end: () => port1.close(), onFailure: () => undefined });
}
