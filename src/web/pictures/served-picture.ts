/** @file A picture in the worker: its file as it comes, and what is made of it. */

import { openFile } from '../../container/read.ts';
import { decode } from '../../decode.ts';
import { checkedLimits, type Limits } from '../../limits.ts';
import { finish } from '../../time-slices.ts';
import { ownColorSpace, toCanvas } from './canvas-pixels.ts';
import type { Arrival, Rendered, Wanted } from './messages.ts';
import type { PictureHead } from './picture-head.ts';
import { render } from './render.ts';

export class ServedPicture {
  readonly #limits: Partial<Limits>;
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array();

  constructor(limits: Partial<Limits>) {
    this.#limits = limits;
  }

  async append(bytes: Uint8Array<ArrayBuffer>): Promise<Arrival> {
    this.#parts.push(bytes);
    return { head: null, canPreview: false };
  }

  /** @throws LoecError E_FORMAT, E_UNSUPPORTED or E_LIMIT */
  async end(): Promise<Arrival> {
    this.#bytes = new Uint8Array(await new Blob(this.#parts.splice(0)).arrayBuffer());
    const { header, colour } = finish(openFile(this.#bytes, checkedLimits(this.#limits)));
    const { width, height } = header;
    const head: PictureHead = { width, height, colorSpace: await ownColorSpace(colour) };
    return { head, canPreview: false };
  }

  /** What the bytes so far show that has not been shown yet. */
  async preview(_signal: AbortSignal): Promise<Rendered | null> {
    return null;
  }

  /** @throws LoecError E_USAGE, E_LIMIT, E_FORMAT, E_UNSUPPORTED, E_ENGINE or E_ABORTED */
  async render({ as, output, colorSpace }: Wanted, signal: AbortSignal): Promise<Rendered> {
    const raster = await decode(this.#bytes, { ...output, limits: this.#limits, signal });
    return render(await toCanvas(raster, colorSpace, signal), as);
  }
}
