/** @file What the codecs in sharp have in common: bare 8-bit samples in and out, no colour management on the way. */

import type { Sharp } from 'sharp';
import { type ErrorCode, LoecError, throwIfAborted } from '../../errors.ts';
import { loadSharp, type SharpModule } from '../../image/foreign/sharp.ts';
import type { ChannelCount, Raster } from '../../image/raster.ts';
import { integer, oneOf, type Parser } from '../../parsers.ts';
import type { BenchCodec, Setting } from '../codec.ts';
import { inKind } from '../kind.ts';
import { SHARP } from '../needs.ts';

interface SharpCodec extends Omit<BenchCodec, 'depth' | 'needs' | 'rates' | 'version' | 'encode' | 'decode'> {
  /** Whether the format holds an alpha channel. */
  readonly alpha: boolean;
  /** What does the work, by its names in `sharp.versions`. */
  readonly libraries: readonly (keyof SharpModule['versions'])[];
  readonly save: (picture: Sharp, setting: Setting) => Sharp;
}

/** `q` of all of them. */
export const QUALITY: Parser<number> = integer(1, 100);

const SUBSAMPLINGS = { '420': '4:2:0', '444': '4:4:4' } as const;
type Chroma = keyof typeof SUBSAMPLINGS;

export const CHROMA: Parser<string> = oneOf(Object.keys(SUBSAMPLINGS));

/** A setting's chroma in sharp's words. */
export function subsamplingOf({ chroma }: Setting, byDefault: Chroma): string {
  return SUBSAMPLINGS[(chroma ?? byDefault) as Chroma];
}

export function qualities(...values: number[]): Setting[] {
  return values.map((q) => ({ q }));
}

export function createSharpCodec({ alpha, libraries, save, ...description }: SharpCodec): BenchCodec {
  const { id } = description;
  return {
    ...description,
    depth: 8,
    needs: [SHARP],
    rates: ['q'],
    async version() {
      const { versions } = await loadSharp();
      const names = [...libraries, 'sharp'] as const;
      return names.map((name) => `${name} ${versions[name]}`).join(', ');
    },
    async encode(raster, setting, signal) {
      checkKind(id, raster, alpha);
      const sharp = await loadSharp();
      throwIfAborted(signal);
      return run(id, 'E_UNSUPPORTED', () => save(openRaw(sharp, raster), setting).toBuffer());
    },
    async decode(file, like) {
      const sharp = await loadSharp();
      return inKind(await run(id, 'E_INPUT', () => readRaster(sharp, file)), like);
    },
  };
}

function checkKind(id: string, { channels, depth }: Raster, alpha: boolean): void {
  if (depth !== 8) throw new LoecError('E_UNSUPPORTED', `${id} holds 8 bits, the picture has ${depth}`);
  if (channels % 2 === 0 && !alpha) {
    throw new LoecError('E_UNSUPPORTED', `${id} holds no alpha channel, the picture has one`);
  }
}

/** Without a profile sharp takes samples for sRGB, in which it also saves them; grey it would make RGB unless told. */
function openRaw(sharp: SharpModule, { width, height, channels, data }: Raster): Sharp {
  const picture = sharp(data as Uint8Array, { raw: { width, height, channels }, limitInputPixels: false });
  return channels <= 2 ? picture.toColourspace('b-w') : picture;
}

async function readRaster(sharp: SharpModule, file: Uint8Array): Promise<Raster> {
  const picture = sharp(file, { limitInputPixels: false }).raw();
  const { data, info } = await picture.toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const channels = info.channels as ChannelCount;
  // A Buffer's `slice` would not copy, as that of a Uint8Array does.
  return { width, height, channels, depth: 8, data: Uint8Array.from(data), colour: [], metadata: [] };
}

async function run<Value>(id: string, code: ErrorCode, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    throw new LoecError(code, `${id}: ${(cause as Error).message}`, { cause });
  }
}
