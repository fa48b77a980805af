/** @file The verb: what a .loe file holds, without evaluating it. */

import { DEFAULT_LIMITS, type Limits } from './container/limits.ts';
import { openFile } from './container/read.ts';
import { sectionName } from './container/sections.ts';
import { type LayerSpec, macPerPixel, parameterCount } from './field/spec.ts';
import type { BitDepth, ChannelCount } from './image/raster.ts';

export interface SectionInfo {
  /** Name of the section, for example `weights`. */
  readonly type: string;
  /** Bytes in the file with type, length and CRC. */
  readonly bytes: number;
}

export interface Info {
  readonly version: number;
  readonly width: number;
  readonly height: number;
  readonly channels: ChannelCount;
  readonly depth: BitDepth;
  readonly bytes: number;
  readonly bpp: number;
  /** The preset that the encoder was asked for; the field below is what counts. */
  readonly preset: string;
  /** One line per layer: for example `32 sine(30), tile 2`. */
  readonly layers: readonly string[];
  readonly weights: 'quantized' | 'float32';
  readonly parameters: number;
  readonly macPerPixel: number;
  readonly sections: readonly SectionInfo[];
}

/**
 * Reads the header and the section table; every CRC is checked, the coded data is not decoded.
 * @throws LoecError E_FORMAT, E_UNSUPPORTED or E_LIMIT
 */
export function inspect(file: Uint8Array, limits: Limits = DEFAULT_LIMITS): Info {
  const { version, header, spec, sections } = openFile(file, limits);
  const { width, height, preset } = header;
  return {
    version,
    width,
    height,
    channels: header.channels as ChannelCount,
    depth: header.depth as BitDepth,
    bytes: file.length,
    bpp: (8 * file.length) / (width * height),
    preset,
    layers: spec.layers.map(describeLayer),
    weights: header.steps === null ? 'float32' : 'quantized',
    parameters: parameterCount(spec),
    macPerPixel: macPerPixel(spec),
    sections: sections.map(({ tag, bytes }) => ({ type: sectionName(tag), bytes })),
  };
}

function describeLayer({ width, selector, activation }: LayerSpec): string {
  const kind = activation.kind === 'sine' ? `sine(${activation.omega})` : 'linear';
  const experts = selector.kind === 'tile' ? `tile ${selector.frequency}` : selector.kind;
  return `${width} ${kind}, ${experts}`;
}
