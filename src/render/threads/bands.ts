/** @file Bands of an output, each rendered by a thread. */

import { allocate } from '../../allocate.ts';
import type { Picture } from '../../image/raster.ts';
import type { TimeSlices } from '../../time-slices.ts';
import { type Band, bandsOf, type RoomFor, type Samples } from '../bands.ts';
import type { Geometry } from '../geometry.ts';
import type { DecodeThreads } from './threads.ts';

/** As `renderBands`. @param threads that the picture is open on @throws LoecError E_ABORTED or E_LIMIT */
export async function* renderBandsOn(
  threads: DecodeThreads,
  { channels, depth }: Pick<Picture, 'channels' | 'depth'>,
  geometry: Geometry,
  slices: TimeSlices,
  roomFor: RoomFor,
  onProgress?: (done: number) => void,
): AsyncGenerator<Samples> {
  const { width, height } = geometry.crop;
  const bands = bandsOf(geometry);
  const started: { band: Band; samples: Samples; rendered: Promise<void> }[] = [];
  const startNext = (): void => {
    const { value: band } = bands.next();
    if (!band) return;
    const samples = sharedSamples(depth, width * band.rows * channels);
    const rendered = threads.render(band, samples);
    // Whoever stops early does not come to those that follow.
    rendered.catch(() => undefined);
    started.push({ band, samples, rendered });
  };
  // One more than threads, so that none of them waits for the reader.
  for (let i = 0; i <= threads.count; i++) startNext();
  for (let first = started.shift(); first; first = started.shift()) {
    const { band, samples, rendered } = first;
    await slices.wait(rendered);
    startNext();
    const room = roomFor(samples.length, width * band.row * channels);
    room.set(samples);
    onProgress?.((band.row + band.rows) / height);
    yield room;
  }
}

function sharedSamples(depth: Picture['depth'], count: number): Samples {
  return allocate(() =>
    depth === 8
      ? new Uint8Array(new SharedArrayBuffer(count))
      : new Uint16Array(new SharedArrayBuffer(2 * count)),
  );
}
