/** @file What the bench knows of a codec: data, and functions from pixels to bytes and back. */

import type { BitDepth, Raster } from '../image/raster.ts';
import type { Parser } from '../parsers.ts';
import type { Kind } from './kind.ts';
import type { Need } from './needs.ts';

/** One point of a sweep: the parameters that vary and those that are fixed, by name. */
export type Setting = Readonly<Record<string, number | string>>;

export interface BenchCodec {
  /** Short and unique, as in `--codec`: for example `jpeg`. */
  readonly id: string;
  /** Bits per sample that it holds at most; the bench gives it no more. */
  readonly depth: BitDepth;
  /** Packages and programs without which it does not work. */
  readonly needs: readonly Need[];
  /** The parameters that a specification may set, and what each accepts. */
  readonly parameters: Readonly<Record<string, Parser<number | string>>>;
  /** Those of them that choose the point on the curve, of which a setting has one; the others choose the curve. */
  readonly rates: readonly string[];
  /** What is measured where the specification gives no rate; empty where nothing is known of the codec. */
  readonly sweep: readonly Setting[];
  /** The versions of what encodes. @throws LoecError E_ENGINE where the codec is not on this machine */
  version(): Promise<string>;
  /** @throws LoecError where the setting is wrong or the picture is of a kind that the codec can't hold */
  encode(raster: Raster, setting: Setting, signal: AbortSignal | undefined): Promise<Uint8Array>;
  /** The picture in the kind (channels, depth) that it went in. */
  decode(file: Uint8Array, like: Kind): Promise<Raster>;
  /** Evaluates the file at `scale` times its size; only codecs that have no pixels of their own do. */
  readonly decodeAt?: (file: Uint8Array, scale: number) => Promise<Raster>;
}
