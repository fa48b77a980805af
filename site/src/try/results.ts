/** @file What a fit has come to: the file, and others of its bytes to compare it with. */

import { decodeToImageData, type EncodeResult } from 'loec/web';
import { compareWith } from '../viewer-dialog.ts';
import { parts } from './parts.ts';
import { ResultTable } from './result-table.ts';
import type { Compared, Comparison } from './rivals/messages.ts';

/** Shows the file in the viewer beside its original, then beside the others as they are there. */
export async function showResults(
  { file }: EncodeResult,
  original: ImageData,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const blob = new Blob([new Uint8Array(file)], { type: 'application/octet-stream' });
  const viewer = await showInViewer(URL.createObjectURL(blob), name);
  const table = new ResultTable(parts.rows, (address) => compareWith(viewer, address, 'slider'));
  table.addLoec(file.length);
  table.addOriginal(await addressOf(original));
  parts.download.href = viewer.getAttribute('src') as string;
  parts.download.download = `${name}.loe`;
  parts.results.hidden = false;
  const decoded = await decodeToImageData(blob, { signal });
  compare({ original, decoded, bytes: file.length }, signal, (compared) => table.add(compared));
}

async function showInViewer(src: string, alt: string): Promise<HTMLElement> {
  await import('loec/viewer');
  const viewer = document.createElement('loec-viewer');
  viewer.setAttribute('src', src);
  viewer.setAttribute('alt', alt);
  viewer.setAttribute('compare-mode', 'slider');
  parts.viewer.replaceChildren(viewer);
  parts.viewer.hidden = false;
  parts.shown.hidden = true;
  return viewer;
}

/** Of the picture as it was fitted, for the viewer. */
async function addressOf(image: ImageData): Promise<string> {
  const canvas = new OffscreenCanvas(image.width, image.height);
  (canvas.getContext('2d') as OffscreenCanvasRenderingContext2D).putImageData(image, 0, 0);
  return URL.createObjectURL(await canvas.convertToBlob());
}

function compare(comparison: Comparison, signal: AbortSignal, tell: (compared: Compared) => void): void {
  const worker = new Worker(new URL('./rivals/thread.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<Compared>) => tell(data));
  signal.addEventListener('abort', () => worker.terminate());
  worker.postMessage(comparison);
}
