/** @file Starts the worker, from a page: it lies here beside the script that it names. */

/** As the package has it beside this script, where bundlers find it by this very expression. */
export function startOwnWorker(): Worker {
  try {
    return new Worker(new URL('./decode-worker.js', import.meta.url), { type: 'module', name: 'loec' });
  } catch {
    return startOfOtherOrigin(import.meta.url.replace(/[^/]*$/, 'decode-worker.js'));
  }
}

/** A worker's script must be of the page's origin; what it imports may come from servers that allow it. */
function startOfOtherOrigin(script: string): Worker {
  const own = new Blob([`import ${JSON.stringify(script)};`], { type: 'text/javascript' });
  const url = URL.createObjectURL(own);
  const worker = new Worker(url, { type: 'module', name: 'loec' });
  // It has said that it is ready, or failed to start: the script is not read again.
  for (const end of ['message', 'error'])
    worker.addEventListener(end, () => URL.revokeObjectURL(url), { once: true });
  return worker;
}
