/**
 * @file The process that fits for a worker, one picture at a time. It reads what strangers have sent, so that what goes wrong with a picture
 * takes this process alone.
 */

import { encodeFile, type Place } from '../../encode-file.ts';
import { keepIdleThreads } from '../../encoder/encoder-thread.ts';
import { failureOf } from '../../failure.ts';
import type { FitOrder, FromFit, ToFit } from './fit-messages.ts';

// The worker stops its fits; signals to the whole group are left to it.
for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(name, () => {});

/** Milliseconds: what small pictures take, whose fits may wait for a core that others have. */
const IDLE_MS = 10_000;

keepIdleThreads(IDLE_MS);

/** Milliseconds between two reports of progress: a worker tells of it every two seconds. */
const PROGRESS_MS = 500;

// Without its worker nobody waits for the fit. `process.exit` would wait for system calls that other threads are in.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

let controller = new AbortController();

process.on('message', (message: ToFit) => {
  if (message.kind === 'stop') controller.abort();
  else void fit(message);
});

function tell(message: FromFit): void {
  // A worker that has gone is heard of by `disconnect`.
  process.send?.(message, undefined, undefined, () => {});
}

async function fit(order: FitOrder): Promise<void> {
  controller = new AbortController();
  try {
    const made = await encodeFile(order.bytes, order.file, placeOf(order, controller.signal));
    tell({ kind: 'done', made });
  } catch (error) {
    tell({ kind: 'failed', failure: failureOf(error) });
  }
}

/** Leaves out what comes sooner than so many milliseconds after what was told. */
function atTimes<News>(milliseconds: number, hear: (news: News) => void): (news: News) => void {
  let told = Number.NEGATIVE_INFINITY;
  return (news) => {
    if (performance.now() - told < milliseconds) return;
    told = performance.now();
    hear(news);
  };
}

/** Checkpoints come to the worker before the end of the fit does: it keeps, leaves and removes them. */
function placeOf({ threads, resume }: FitOrder, signal: AbortSignal): Place {
  return {
    signal,
    threadsFor: async () => threads,
    checkpointFor: async () => ({
      resume,
      accept: (isAccepted) => tell({ kind: 'resume', isAccepted }),
      keep: (bytes) => tell({ kind: 'checkpoint', bytes }),
      settle: async () => {},
      leave: () => {},
      remove: async () => {},
    }),
    onProgress: atTimes(PROGRESS_MS, (progress) => tell({ kind: 'progress', progress })),
    onNote: (note) => tell({ kind: 'note', note }),
  };
}
