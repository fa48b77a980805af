/**
 * @file The process that measures one curve on one picture. A process of its own tells what memory the codec takes, and a codec
 * that crashes takes only its own points with it.
 */

import { type Curve, parseCodecs } from './codec-spec.ts';
import { failedRows, measurePoint } from './measure.ts';
import { parseMetrics } from './metric-spec.ts';
import { readPicture } from './pictures.ts';
import type { Row } from './row.ts';
import { subjectOf, type WorkerOrder } from './work.ts';

const controller = new AbortController();
process.on('SIGTERM', () => controller.abort('SIGTERM'));
// The parent stops its workers; the terminal's Ctrl-C, which reaches them too, is left to it.
process.on('SIGINT', () => {});

process.once('message', async (order: WorkerOrder) => {
  const curve = parseCodecs(order.codecs)[order.curve] as Curve;
  const metrics = parseMetrics(order.metrics);
  const { codec, name } = curve;
  const read = await readPicture(order.picture).catch((error: Error) => error);
  for (const index of order.points) {
    const point = { codec, name, subject: subjectOf(curve, order, index) };
    const rows =
      read instanceof Error
        ? failedRows(point, read.message)
        : await measurePoint({
            ...point,
            raster: read,
            metrics,
            folder: order.folder,
            signal: controller.signal,
          });
    await send(rows);
  }
  process.disconnect();
});

function send(rows: readonly Row[]): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(rows, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}
