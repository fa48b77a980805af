/** @file From the bytes of a file to its contents. */

import { allocate } from '../allocate.ts';
import { decodeEnhancement } from '../entropy/enhancement.ts';
import { decodeLabels } from '../entropy/label-map.ts';
import type { PlaneValues } from '../entropy/latents/bands.ts';
import { CodedLatents, type LatentReading } from '../entropy/latents/reading.ts';
import { decodeWeights } from '../entropy/weights.ts';
import { damaged, LoecError } from '../errors.ts';
import type { Enhancement } from '../field/enhancement.ts';
import type { Segmentation } from '../field/segmentation.ts';
import { type FieldSpec, outputWidth, type Tensor, usesSegmentation, valueCount } from '../field/spec.ts';
import type { Chunk } from '../image/raster.ts';
import { checkLimit, type Limits } from '../limits.ts';
import { type AlphaClasses, alphaClassCount, type SampleMapping } from '../samples/mapping.ts';
import type { Steps, TimeSlices } from '../time-slices.ts';
import { colourOf, fromStartOf, mappingOf, pyramidOf, specOf, stepIndicesOf } from './codes.ts';
import {
  type Contents,
  dequantized,
  type FieldContents,
  type FlatContents,
  type FloatWeights,
  type PyramidContents,
  type PyramidModel,
  type QuantizedWeights,
  type StoredModel,
  weightTensors,
} from './contents.ts';
import { type PaletteHead, readPaletteHead, unpackColourLabels, unpackPalette } from './flat.ts';
import { type FieldHeader, type Header, isFieldHeader, type PictureHeader, unpackHeader } from './header.ts';
import { unpackMetadata } from './metadata.ts';
import { type Section, type SectionName, sectionName, splitSections, TAGS } from './sections.ts';

/** What the file of any picture has. */
interface OpenedPicture {
  readonly version: number;
  readonly sections: readonly Section[];
  readonly colour: readonly Chunk[];
  readonly metadata: readonly Chunk[];
}

export interface OpenedField extends OpenedPicture {
  readonly kind: 'field';
  readonly header: FieldHeader;
  readonly samples: SampleMapping;
  readonly spec: FieldSpec;
  readonly pyramid: PyramidModel | null;
}

export interface OpenedFlat extends OpenedPicture, PaletteHead {
  readonly kind: 'flat';
  readonly header: PictureHeader;
}

/** A file whose CRCs, header and chunks have been checked. */
export type OpenedFile = OpenedField | OpenedFlat;

/**
 * Checks the sections, the header, the chunks that travel with the picture, and the limits on the file and its picture; the coded data is not decoded.
 * @throws LoecError E_FORMAT, E_UNSUPPORTED or E_LIMIT
 */
export function* openFile(file: Uint8Array, limits: Limits): Steps<OpenedFile> {
  if (file.length === 0) throw new LoecError('E_FORMAT', 'the file is empty');
  checkLimit(limits, 'bytes', file.length, `the file has ${file.length} bytes`);
  const { version, sections } = yield* splitSections(file);
  return openSections(version, readHeader(sections, limits), sections);
}

/** @throws LoecError E_FORMAT, or E_LIMIT for too many pixels */
export function readHeader(sections: readonly Section[], limits: Limits): Header {
  const header = unpackHeader(payloadOf(sections, 'header'));
  const pixels = header.width * header.height;
  checkLimit(limits, 'pixels', pixels, `the picture has ${pixels} pixels`);
  return header;
}

/** @throws LoecError E_FORMAT or E_UNSUPPORTED */
export function openSections(version: number, header: Header, sections: readonly Section[]): OpenedFile {
  const metadata = sections.find(({ tag }) => tag === TAGS.metadata);
  checkKinds(sections, isFieldHeader(header));
  const picture = {
    version,
    sections,
    colour: colourOf(header),
    metadata: metadata ? unpackMetadata(metadata.payload, header) : [],
  };
  return isFieldHeader(header)
    ? { kind: 'field', header, ...picture, ...fieldOf(header) }
    : { kind: 'flat', header, ...picture, ...readPaletteHead(payloadOf(sections, 'palette')) };
}

const OF_FLAT: readonly SectionName[] = ['palette', 'colour labels'];
const OF_FIELDS: readonly SectionName[] = ['weights', 'labels', 'latents', 'alpha', 'enhancement'];

/** @throws LoecError E_FORMAT for a section of the other kind of picture */
function checkKinds(sections: readonly Section[], isField: boolean): void {
  for (const name of isField ? OF_FLAT : OF_FIELDS) {
    if (!sections.some(({ tag }) => tag === TAGS[name])) continue;
    throw damaged(`it has a ${name} section, which a ${isField ? 'field' : 'flat picture'} has not`);
  }
}

function fieldOf(header: FieldHeader): Pick<OpenedField, 'samples' | 'spec' | 'pyramid'> {
  const samples = mappingOf(header);
  const spec = specOf(header, samples);
  return { samples, spec, pyramid: header.pyramid && pyramidOf(header.pyramid, spec, header) };
}

/** Called once the planes of a level and of all coarser ones have been read, for each of `levels`, which fall. */
export interface CoarseReading {
  readonly levels: readonly number[];
  readonly onRead: OnCoarse;
}

/** @param latents null of planes finer than `finest` */
export type OnCoarse = (stored: StoredPyramid, latents: PlaneValues, finest: number) => Promise<void>;

export interface StoredPyramid extends StoredModel {
  readonly pyramid: PyramidModel;
}

/** What is read of a file, and where. */
export interface Reading extends LatentReading {
  readonly coarse?: CoarseReading | undefined;
}

/**
 * Decodes every section. What that takes is to be checked before (`src/render/cost.ts`).
 * @throws LoecError E_FORMAT, E_UNSUPPORTED, E_LIMIT or E_ABORTED
 */
export async function readContents(
  opened: OpenedFile,
  slices: TimeSlices,
  reading: Reading = {},
): Promise<Contents> {
  return opened.kind === 'flat' ? readFlat(opened, slices) : readField(opened, slices, reading);
}

async function readFlat(opened: OpenedFlat, slices: TimeSlices): Promise<FlatContents> {
  const { header, sections, colour, metadata, isAntialiased } = opened;
  const palette = await slices.take(unpackPalette(payloadOf(sections, 'palette'), header));
  const payload = payloadOf(sections, 'colour labels');
  const indices = await slices.take(unpackColourLabels(payload, palette, header));
  return { ...header, kind: 'flat', colour, metadata, palette, indices, isAntialiased };
}

async function readField(opened: OpenedField, slices: TimeSlices, reading: Reading): Promise<FieldContents> {
  const { header, samples, spec, pyramid, sections, colour, metadata } = opened;
  const { width, height, channels, depth, preset } = header;
  const weights = await slices.take(readWeights(opened, payloadOf(sections, 'weights')));
  return {
    kind: 'field',
    width,
    height,
    channels,
    depth,
    colour,
    metadata,
    samples,
    alpha: await slices.take(readAlpha(opened)),
    spec,
    weights,
    pyramid:
      pyramid &&
      (await readPyramid({ spec, weights, pyramid }, payloadOf(sections, 'latents'), slices, reading)),
    enhancement: await readEnhancement(opened, slices, reading),
    segmentation: usesSegmentation(spec) ? await slices.take(readSegmentation(opened)) : null,
    preset,
  };
}

function payloadOf(sections: readonly Section[], name: SectionName): Uint8Array {
  const section = sections.find(({ tag }) => tag === TAGS[name]);
  if (!section) throw damaged(`it has no ${sectionName(TAGS[name])} section`);
  return section.payload;
}

function* readWeights(opened: OpenedField, payload: Uint8Array): Steps<QuantizedWeights | FloatWeights> {
  const tensors = weightTensors(opened);
  const { header } = opened;
  if (header.steps) return yield* readIntegers(header.steps, header, tensors, payload);
  if (header.pyramid) throw damaged('a pyramid with float32 weights');
  return { kind: 'float32', parameters: yield* readFloats(payload, valueCount(tensors)) };
}

function* readIntegers(
  steps: readonly number[],
  { pyramid }: FieldHeader,
  tensors: readonly Tensor[],
  payload: Uint8Array,
): Steps<QuantizedWeights> {
  if (steps.length !== tensors.length) throw damaged(`${steps.length} steps for ${tensors.length} tensors`);
  return {
    kind: 'quantized',
    stepIndices: stepIndicesOf(steps),
    ...(pyramid && { fromStart: fromStartOf(pyramid, tensors.length) }),
    integers: yield* decodeWeights(payload, tensors),
  };
}

/** Floats of a step. */
const STEP = 65536;

function* readFloats(payload: Uint8Array, count: number): Steps<Float32Array> {
  if (payload.length !== 4 * count) {
    throw damaged(`${payload.length} bytes of weights, ${4 * count} expected`);
  }
  const view = new DataView(payload.buffer, payload.byteOffset);
  const parameters = allocate(() => new Float32Array(count));
  for (let i = 0; i < count; i++) {
    const value = view.getFloat32(4 * i, true);
    if (!Number.isFinite(value)) throw damaged('a weight is not a finite number');
    parameters[i] = value;
    if (i % STEP === 0) yield;
  }
  return parameters;
}

async function readEnhancement(
  { header, spec, sections }: OpenedField,
  slices: TimeSlices,
  reading: LatentReading,
): Promise<Enhancement | null> {
  if (!hasEnhancement(sections)) return null;
  return decodeEnhancement(payloadOf(sections, 'enhancement'), outputWidth(spec), header, slices, reading);
}

export function hasEnhancement(sections: readonly Section[]): boolean {
  return sections.some(({ tag }) => tag === TAGS.enhancement);
}

export interface OpenedPyramid extends OpenedField {
  readonly pyramid: PyramidModel;
}

/** Whether small pictures can be evaluated from means of latents: nothing but the field says what is at a position. */
export function isReducible(opened: OpenedFile): opened is OpenedPyramid {
  if (opened.kind === 'flat' || !opened.pyramid) return false;
  return (
    !opened.pyramid.model.field.hasExperts && opened.samples.alpha.kind !== 'mask' && !hasAlphaClasses(opened)
  );
}

/** Whether classes are derived from the latents: so they are where a pyramid field needs some and there is no label map. */
export function hasDerivedClasses({ spec, pyramid, sections }: OpenedField): boolean {
  return pyramid !== null && usesSegmentation(spec) && !sections.some(({ tag }) => tag === TAGS.labels);
}

function* readSegmentation(opened: OpenedField): Steps<Segmentation> {
  const { header, sections } = opened;
  const { width, height } = header;
  if (header.thresholds === null) throw damaged('a segmented field without thresholds');
  const thresholds = header.thresholds as Segmentation['thresholds'];
  if (hasDerivedClasses(opened)) return { kind: 'derived', thresholds };
  const labels = yield* decodeLabels(payloadOf(sections, 'labels'), width, height);
  return { kind: 'raster', width, height, thresholds, labels };
}

/** Whether the file has a label map of alpha. */
export function hasAlphaClasses({ sections }: Pick<OpenedFile, 'sections'>): boolean {
  return sections.some(({ tag }) => tag === TAGS.alpha);
}

function* readAlpha(opened: OpenedField): Steps<AlphaClasses | null> {
  const { samples, sections, header } = opened;
  const { width, height } = header;
  if (samples.alpha.kind !== 'mask' && !hasAlphaClasses(opened)) return null;
  const classes = alphaClassCount(samples);
  if (classes === 0) throw damaged('classes of alpha where it does not vary');
  const labels = yield* decodeLabels(payloadOf(sections, 'alpha'), width, height, classes);
  if (labels.includes(classes)) throw damaged(`a class of alpha that is not one of ${classes}`);
  return { width, height, labels };
}

async function readPyramid(
  stored: StoredPyramid,
  payload: Uint8Array,
  slices: TimeSlices,
  reading: Reading,
): Promise<PyramidContents> {
  const coded = await openLatents(stored, payload, slices, reading);
  const { levels = [], onRead } = reading.coarse ?? {};
  for (const finest of levels) await onRead?.(stored, await coded.readTo(finest, slices), finest);
  return { ...stored.pyramid, latents: await coded.readAll(slices) };
}

async function openLatents(
  stored: StoredPyramid,
  payload: Uint8Array,
  slices: TimeSlices,
  reading: LatentReading,
): Promise<CodedLatents> {
  const { context } = await slices.take(dequantized(stored));
  return new CodedLatents(payload, stored.pyramid.model, context, reading);
}

/**
 * Decodes the planes of a level and of all coarser ones, and the weights.
 * @throws LoecError E_FORMAT, E_LIMIT, E_ABORTED or E_ENGINE
 */
export async function readCoarse(
  opened: OpenedPyramid,
  finest: number,
  slices: TimeSlices,
  reading: LatentReading = {},
): Promise<{ stored: StoredPyramid; latents: PlaneValues }> {
  const { spec, pyramid, sections } = opened;
  const weights = await slices.take(readWeights(opened, payloadOf(sections, 'weights')));
  const stored = { spec, weights, pyramid };
  const coded = await openLatents(stored, payloadOf(sections, 'latents'), slices, reading);
  return { stored, latents: await coded.readTo(finest, slices) };
}
