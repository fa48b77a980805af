/** @file The verb: what a .loe file holds, without evaluating it. */

import { type PyramidModel, weightTensors } from './container/contents.ts';
import { DEFAULT_LIMITS, type Limits } from './container/limits.ts';
import { hasDerivedClasses, openFile } from './container/read.ts';
import { sectionName } from './container/sections.ts';
import { contextMac } from './field/context.ts';
import { type FieldSpec, inputWidth, type LayerSpec, macPerPixel, valueCount } from './field/spec.ts';
import type { BitDepth, ChannelCount } from './image/raster.ts';

export interface SectionInfo {
  /** Name of the section, for example `weights`. */
  readonly type: string;
  /** Bytes in the file with type, length and CRC. */
  readonly bytes: number;
}

/** The latent pyramid that a field reads, and how its latents are coded. */
export interface PyramidInfo {
  readonly grids: number;
  /** Residual 3×3 filters after the last layer. */
  readonly filters: number;
  /** Inputs of the context model from the latent's own grid and from coarser ones. */
  readonly neighbours: number;
  readonly coarser: number;
  /** Hidden units of the context model. */
  readonly contextWidth: number;
  /** The learned start that weights refer to; 0 for none. */
  readonly start: number;
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
  /** null for a field of coordinates. */
  readonly pyramid: PyramidInfo | null;
  readonly weights: 'quantized' | 'float32';
  /** Parameters of the field and of its context model. */
  readonly parameters: number;
  /** Multiply-adds of a decode at the picture's own size: layers, filters, interpolation and the context model. */
  readonly macPerPixel: number;
  readonly sections: readonly SectionInfo[];
}

/**
 * Reads the header and the section table; every CRC is checked, the coded data is not decoded.
 * @throws LoecError E_FORMAT, E_UNSUPPORTED or E_LIMIT
 */
export function inspect(file: Uint8Array, limits: Limits = DEFAULT_LIMITS): Info {
  const opened = openFile(file, limits);
  const { version, header, spec, pyramid, sections } = opened;
  // Classes come from a second pass through the layers.
  const derivation = hasDerivedClasses(opened) ? macPerPixel({ ...spec, filters: 0 }) : 0;
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
    pyramid: pyramid && pyramidInfo(spec, pyramid),
    weights: header.steps === null ? 'float32' : 'quantized',
    parameters: valueCount(weightTensors(spec, pyramid)),
    macPerPixel: macPerPixel(spec) + derivation + (pyramid ? pyramidMac(spec, pyramid) : 0),
    sections: sections.map(({ tag, bytes }) => ({ type: sectionName(tag), bytes })),
  };
}

function describeLayer({ width, selector, activation }: LayerSpec): string {
  const kind = activation.kind === 'sine' ? `sine(${activation.omega})` : activation.kind;
  const experts = selector.kind === 'tile' ? `tile ${selector.frequency}` : selector.kind;
  return `${width} ${kind}, ${experts}`;
}

function pyramidInfo(spec: FieldSpec, { context, start }: PyramidModel): PyramidInfo {
  const { neighbours, coarser, width } = context;
  return {
    grids: inputWidth(spec),
    filters: spec.filters,
    neighbours,
    coarser,
    contextWidth: width,
    start,
  };
}

/** The context model for 4/3 latents a pixel; splines of four taps, across once for each row of a grid, then down for each pixel. */
function pyramidMac(spec: FieldSpec, { context }: PyramidModel): number {
  const splines = inputWidth(spec) - 1;
  const across = 4 * (1 - 2 ** -splines);
  return Math.round((4 / 3) * contextMac(context) + 4 * splines + across);
}
