/** @file The verb: what a .loe file holds, without evaluating it. */

import { profileIn } from './container/codes.ts';
import { type PyramidModel, weightTensors } from './container/contents.ts';
import { refuseOtherFormat } from './container/other-format.ts';
import {
  hasDerivedClasses,
  hasEnhancement,
  type OpenedField,
  type OpenedFile,
  type OpenedFlat,
  openFile,
} from './container/read.ts';
import { coordinateStartOf } from './container/read-coordinates.ts';
import { beginsAsLoe, sectionName, TAGS } from './container/sections.ts';
import { centres } from './field/grid.ts';
import { type FieldSpec, type LayerSpec, multiplyAdds, tensorsOf, valueCount } from './field/spec.ts';
import { tileChoices } from './field/tile-overlap.ts';
import { bytesOf, type FileBytes } from './file-bytes.ts';
import type { BitDepth, ChannelCount, Size } from './image/raster.ts';
import { checkedLimits, type Limits } from './limits.ts';
import { AN_ABORT_SIGNAL, AN_OBJECT, checkOptions } from './options.ts';
import type { SampleMapping } from './samples/mapping.ts';
import { finish, TimeSlices } from './time-slices.ts';

export interface SectionInfo {
  /** Name of the section, for example `weights`. */
  readonly type: string;
  /** Bytes in the file with type, length and CRC. */
  readonly bytes: number;
}

/** What a file pays besides its picture, in bytes. */
export interface BesidesPicture {
  readonly header: number;
  /** Of a field that reads a pyramid; the weights of a field of coordinates are the picture. */
  readonly weights: number;
  /** The file's own, and type, length and CRC of every section. */
  readonly frames: number;
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
  /** What the field's outputs are to the samples: how many are colours, the samples that they span, where alpha comes from; null for a flat picture. */
  readonly samples: SampleMapping | null;
  /** Types of the PNG chunks that say how to display the samples. */
  readonly display: readonly string[];
  /** The ICC profile, which is one of them; null for none. */
  readonly profile: Uint8Array | null;
  readonly bytes: number;
  readonly bpp: number;
  /** The preset that the encoder was asked for; the field below is what counts. Up to 32 characters of any kind: escape it for a terminal. */
  readonly preset: string;
  /** Colours of a flat picture; null for a field. */
  readonly colours: number | null;
  /** One line per layer: for example `32 sine(30), tile 2, overlap 1/16`; none for a flat picture. */
  readonly layers: readonly string[];
  /** The seed of the start that some tensors of a field of coordinates are differences from; null for none. */
  readonly start: number | null;
  /** null for a field of coordinates, and for a flat picture. */
  readonly pyramid: PyramidInfo | null;
  /** Whether an enhancement layer is added to what the field draws. */
  readonly enhancement: boolean;
  /** null for a flat picture. */
  readonly weights: 'quantized' | 'float32' | null;
  /** Parameters of the field and of its context model. */
  readonly parameters: number;
  /** Multiply-adds of a decode at the picture's own size: layers, filters, interpolation and the context model. */
  readonly macPerPixel: number;
  readonly sections: readonly SectionInfo[];
  readonly besides: BesidesPicture;
}

export interface InspectOptions {
  /** What the file may cost: `pixels`, `bytes` and `seconds` have a meaning here. @default DEFAULT_LIMITS for those that are not given */
  readonly limits?: Partial<Limits>;
  /** One that is aborted stops the call with E_ABORTED. It is not heard while the call lasts: a third of a second for 100 megabytes. */
  readonly signal?: AbortSignal;
}

const RULES = { limits: AN_OBJECT, signal: AN_ABORT_SIGNAL };

/**
 * Reads the header and the section table; every CRC is checked, the coded data is not decoded.
 * @throws LoecError E_USAGE, E_FORMAT, E_UNSUPPORTED, E_LIMIT or E_ABORTED
 */
export function inspect(file: FileBytes, options: InspectOptions = {}): Info {
  checkOptions('inspect', options, RULES);
  const limits = checkedLimits(options.limits);
  const slices = new TimeSlices(options.signal, limits.seconds);
  slices.check();
  const bytes = bytesOf(file);
  if (!beginsAsLoe(bytes)) refuseOtherFormat(bytes);
  const opened = finish(openFile(bytes, limits));
  slices.check();
  const { version, header, sections } = opened;
  const { width, height, channels, depth } = header;
  return {
    version,
    width,
    height,
    channels,
    depth,
    display: opened.colour.map(({ type }) => type),
    profile: profileIn(header),
    bytes: bytes.length,
    bpp: (8 * bytes.length) / (width * height),
    ...(opened.kind === 'flat' ? flatInfo(opened) : fieldInfo(opened)),
    sections: sections.map(({ tag, bytes }) => ({ type: sectionName(tag), bytes })),
    besides: besidesPicture(opened, bytes.length),
  };
}

function besidesPicture(opened: OpenedFile, fileBytes: number): BesidesPicture {
  const { sections } = opened;
  const payloadOf = (wanted: number): number =>
    sections.find(({ tag }) => tag === wanted)?.payload.length ?? 0;
  const payloads = sections.reduce((sum, { payload }) => sum + payload.length, 0);
  return {
    header: payloadOf(TAGS.header),
    weights: opened.kind === 'field' && opened.pyramid ? payloadOf(TAGS.weights) : 0,
    frames: fileBytes - payloads,
  };
}

/** What a picture is made of. */
type ModelInfo = Pick<
  Info,
  | 'samples'
  | 'preset'
  | 'colours'
  | 'layers'
  | 'start'
  | 'pyramid'
  | 'enhancement'
  | 'weights'
  | 'parameters'
  | 'macPerPixel'
>;

function flatInfo({ colours }: OpenedFlat): ModelInfo {
  return {
    samples: null,
    preset: 'flat',
    colours,
    layers: [],
    start: null,
    pyramid: null,
    enhancement: false,
    weights: null,
    parameters: 0,
    macPerPixel: 0,
  };
}

function fieldInfo(opened: OpenedField): ModelInfo {
  const { header, samples, spec, pyramid, sections } = opened;
  return {
    samples,
    preset: header.preset,
    colours: null,
    layers: spec.layers.map((layer) => describeLayer(layer, spec.overlap)),
    start: pyramid ? null : (coordinateStartOf(header, spec)?.seed ?? null),
    pyramid: pyramid && pyramidInfo(pyramid),
    enhancement: hasEnhancement(sections),
    weights: header.steps === null ? 'float32' : 'quantized',
    parameters: valueCount(weightTensors(opened)),
    macPerPixel: macPerPixel(opened),
  };
}

function describeLayer({ width, selector, activation }: LayerSpec, overlap: number): string {
  const kind = activation.kind === 'sine' ? `sine(${activation.omega})` : activation.kind;
  const experts = selector.kind === 'tile' ? describeTiles(selector.frequency, overlap) : selector.kind;
  return `${width} ${kind}, ${experts}`;
}

function describeTiles(frequency: number, overlap: number): string {
  if (overlap === 0) return `tile ${frequency}`;
  let denominator = 1;
  while (!Number.isInteger(overlap * denominator)) denominator *= 2;
  return `tile ${frequency}, overlap ${overlap * denominator}/${denominator}`;
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

function macPerPixel(opened: OpenedField): number {
  const { spec, pyramid, header } = opened;
  if (!pyramid) return Math.round(multiplyAdds(tensorsOf(spec)) * samplesPerPixel(spec, header));
  // Derived classes come from a second pass through the layers.
  const derivation = hasDerivedClasses(opened) ? multiplyAdds(tensorsOf({ ...spec, filters: 0 })) : 0;
  return derivation + Math.round(pyramid.model.macPerPixel);
}

/** More than one where tiles overlap. */
function samplesPerPixel(spec: FieldSpec, { width, height }: Size): number {
  return meanChoices(spec, width) * meanChoices(spec, height);
}

/** Cells that an axis is looked at in, so that it takes a millisecond: as many as pixels, but for large pictures. */
const MOST_CELLS = 4096;

function meanChoices(spec: FieldSpec, pixels: number): number {
  const cells = Math.min(pixels, MOST_CELLS);
  return tileChoices(spec, 'x', centres(0, cells, cells)).flat().length / cells;
}
