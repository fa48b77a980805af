/** @file One measurement: a picture, a codec at a setting, and what came out. */

import type { BitDepth, Size } from '../image/raster.ts';
import type { Setting } from './codec.ts';

/** What a measurement is of; two rows of one subject are two tries. */
export interface Subject {
  /** File name of the picture. */
  readonly picture: string;
  /** Of the picture's file. */
  readonly sha256: string;
  /** The curve: the codec and its fixed parameters. */
  readonly codec: string;
  readonly setting: Setting;
  /** 1, or the factor by which the picture was shrunk before it was coded and enlarged after. */
  readonly upscale: number;
}

/** Width and height are the picture's. */
export interface Outcome extends Size {
  readonly version: string;
  /** Bits per sample of the picture. */
  readonly depth: BitDepth;
  /** Bits per sample that the codec got: fewer where it holds no more. */
  readonly codedDepth: BitDepth;
  /** Size of the file on disk. */
  readonly bytes: number;
  /** Over the pixels of the picture. */
  readonly bpp: number;
  /** By metric; null for infinity, which JSON has not. */
  readonly scores: Readonly<Record<string, number | null>>;
  readonly encodeSeconds: number;
  readonly decodeSeconds: number;
  /** Largest resident set so far, in bytes, of the process that measures this curve on this picture. */
  readonly peakMemory: number;
  /** The coded file, beneath the bench's folder. */
  readonly file: string;
}

interface Common extends Subject {
  readonly machine: string;
  /** When, in ISO 8601. */
  readonly measured: string;
}

/** A line of results.ndjson. */
export type Row = Common & (Outcome | { readonly error: string });
export type GoodRow = Common & Outcome;

export function isGood(row: Row): row is GoodRow {
  return !('error' in row);
}

/** Equal for two rows of one subject. */
export function subjectKey({ sha256, picture, codec, setting, upscale }: Subject): string {
  return JSON.stringify([sha256, picture, codec, settingText(setting), upscale]);
}

/** What sets a point apart from the others of its curve, whose name holds the parameters that they share: `bpp=0.4`. */
export function pointText({ codec, setting }: Pick<Subject, 'codec' | 'setting'>): string {
  const shared = codec.split(' ');
  const own = settingText(setting)
    .split(' ')
    .filter((parameter) => !shared.includes(parameter));
  return own.join(' ');
}

/** `q=50`, `bpp=0.4 effort=3`, in the order of the names. */
export function settingText(setting: Setting): string {
  const names = Object.keys(setting).sort();
  return names.map((name) => `${name}=${setting[name]}`).join(' ');
}

/** Without what file systems and shells take amiss. */
export function fileName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9.=+-]+/g, '_');
}
