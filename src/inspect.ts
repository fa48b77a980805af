/** @file The verb: what a .loe file holds, without evaluating it. */

import { type PyramidModel, weightTensors } from './container/contents.ts';
import { hasDerivedClasses, type OpenedFile, openFile } from './container/read.ts';
import { sectionName } from './container/sections.ts';
import { type LayerSpec, multiplyAdds, tensorsOf, valueCount } from './field/spec.ts';
import type { BitDepth, ChannelCount, Size } from './image/raster.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';

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
  /** Inputs of the context model from the latent's own plane and from coarser ones. */
  readonly neighbours: number;
  readonly coarser: number;
  /** Hidden units of the context model. */
  readonly contextWidth: number;
  /** The learned start that weights refer to; 0 for none. */
  readonly start: number;
}

export interface Info extends Size {
  readonly version: number;
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
  const { width, height, channels, depth, preset } = header;
  return {
    version,
    width,
    height,
    channels,
    depth,
    bytes: file.length,
    bpp: (8 * file.length) / (width * height),
    preset,
    layers: spec.layers.map(describeLayer),
    pyramid: pyramid && pyramidInfo(pyramid),
    weights: header.steps === null ? 'float32' : 'quantized',
    parameters: valueCount(weightTensors(opened)),
    macPerPixel: macPerPixel(opened),
    sections: sections.map(({ tag, bytes }) => ({ type: sectionName(tag), bytes })),
  };
}

function describeLayer({ width, selector, activation }: LayerSpec): string {
  const kind = activation.kind === 'sine' ? `sine(${activation.omega})` : activation.kind;
  const experts = selector.kind === 'tile' ? `tile ${selector.frequency}` : selector.kind;
  return `${width} ${kind}, ${experts}`;
}

function pyramidInfo({ model, start }: PyramidModel): PyramidInfo {
  const { neighbours, coarser, width } = model.context.spec;
  return {
    grids: model.planes.length,
    filters: model.field.filters.length,
    neighbours,
    coarser,
    contextWidth: width,
    start,
  };
}

function macPerPixel(opened: OpenedFile): number {
  const { spec, pyramid } = opened;
  // Derived classes come from a second pass through the layers.
  const derivation = hasDerivedClasses(opened) ? multiplyAdds(tensorsOf({ ...spec, filters: 0 })) : 0;
  return derivation + (pyramid ? Math.round(pyramid.model.macPerPixel) : multiplyAdds(tensorsOf(spec)));
}
