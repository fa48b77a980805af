/** @file From the bytes of a file to its contents. */

import type { PlaneValues } from '../entropy/latents/bands.ts';
import { CodedLatents, type LatentReading } from '../entropy/latents/reading.ts';
import { damaged, LoecError } from '../errors.ts';
import type { Enhancement } from '../field/enhancement.ts';
import type { Segmentation } from '../field/segmentation.ts';
import { type FieldSpec, outputWidth, usesSegmentation } from '../field/spec.ts';
import type { Chunk } from '../image/raster.ts';
import { checkLimit, type Limits } from '../limits.ts';
import { type AlphaClasses, alphaClassCount, type SampleMapping } from '../samples/mapping.ts';
import type { Steps, TimeSlices } from '../time-slices.ts';
import { colourOf, fromStartOf, mappingOf, pyramidOf, specOf } from './codes.ts';
import {
  type Contents,
  dequantized,
  type FieldContents,
  type FlatContents,
  type PyramidContents,
  type PyramidModel,
  type QuantizedWeights,
  type StoredPyramid,
} from './contents.ts';
import {
  type FieldHeader,
  type Header,
  isFieldHeader,
  type PictureHeader,
  type PyramidCodes,
  unpackHeader,
} from './header.ts';
import { unpackMetadata } from './metadata.ts';
import { type PaletteHead, readPaletteHead } from './palette-head.ts';
import { readIntegers } from './read-integers.ts';
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
  const { readFlatSections } = await import('./read-flat.ts');
  const [palette, labels] = [payloadOf(sections, 'palette'), payloadOf(sections, 'colour labels')];
  const read = await readFlatSections(palette, labels, header, slices);
  return { ...header, kind: 'flat', colour, metadata, ...read, isAntialiased };
}

async function readField(opened: OpenedField, slices: TimeSlices, reading: Reading): Promise<FieldContents> {
  const { header, samples, spec, pyramid, sections, colour, metadata } = opened;
  const { width, height, channels, depth, preset } = header;
  const { weights, start } = await readWeights(opened, slices);
  return {
    kind: 'field',
    width,
    height,
    channels,
    depth,
    colour,
    metadata,
    samples,
    alpha: await readAlpha(opened, slices),
    spec,
    weights,
    start,
    pyramid:
      pyramid &&
      (await readPyramid({ spec, weights, pyramid }, payloadOf(sections, 'latents'), slices, reading)),
    enhancement: await readEnhancement(opened, slices, reading),
    segmentation: usesSegmentation(spec) ? await readSegmentation(opened, slices) : null,
    preset,
  };
}

function payloadOf(sections: readonly Section[], name: SectionName): Uint8Array {
  const section = sections.find(({ tag }) => tag === TAGS[name]);
  if (!section) throw damaged(`it has no ${sectionName(TAGS[name])} section`);
  return section.payload;
}

async function readWeights(
  { header, spec, pyramid, sections }: OpenedField,
  slices: TimeSlices,
): Promise<Pick<FieldContents, 'weights' | 'start'>> {
  const payload = payloadOf(sections, 'weights');
  if (pyramid) {
    return { weights: await slices.take(readPyramidWeights(header, pyramid, payload)), start: null };
  }
  const { readCoordinates } = await import('./read-coordinates.ts');
  return slices.take(readCoordinates(header, spec, payload));
}

function* readPyramidWeights(
  { steps, pyramid: codes }: FieldHeader,
  { model }: PyramidModel,
  payload: Uint8Array,
): Steps<QuantizedWeights> {
  if (!steps) throw damaged('a pyramid with float32 weights');
  const fromStart = fromStartOf(codes as PyramidCodes, model.tensors.length);
  return { ...(yield* readIntegers(steps, model.tensors, payload)), fromStart };
}

async function readEnhancement(
  { header, spec, sections }: OpenedField,
  slices: TimeSlices,
  reading: LatentReading,
): Promise<Enhancement | null> {
  if (!hasEnhancement(sections)) return null;
  const { decodeEnhancement } = await import('../entropy/enhancement.ts');
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

async function readSegmentation(opened: OpenedField, slices: TimeSlices): Promise<Segmentation> {
  const { header, sections } = opened;
  const { width, height } = header;
  if (header.thresholds === null) throw damaged('a segmented field without thresholds');
  const thresholds = header.thresholds as Segmentation['thresholds'];
  if (hasDerivedClasses(opened)) return { kind: 'derived', thresholds };
  const { readLabels } = await import('./read-labels.ts');
  const labels = await readLabels(payloadOf(sections, 'labels'), header, slices);
  return { kind: 'raster', width, height, thresholds, labels };
}

/** Whether the file has a label map of alpha. */
export function hasAlphaClasses({ sections }: Pick<OpenedFile, 'sections'>): boolean {
  return sections.some(({ tag }) => tag === TAGS.alpha);
}

async function readAlpha(opened: OpenedField, slices: TimeSlices): Promise<AlphaClasses | null> {
  const { samples, sections, header } = opened;
  const { width, height } = header;
  if (samples.alpha.kind !== 'mask' && !hasAlphaClasses(opened)) return null;
  const classes = alphaClassCount(samples);
  if (classes === 0) throw damaged('classes of alpha where it does not vary');
  const { readLabels } = await import('./read-labels.ts');
  const labels = await readLabels(payloadOf(sections, 'alpha'), header, slices, classes);
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
  const { header, spec, pyramid, sections } = opened;
  const weights = await slices.take(readPyramidWeights(header, pyramid, payloadOf(sections, 'weights')));
  const stored = { spec, weights, pyramid };
  const coded = await openLatents(stored, payloadOf(sections, 'latents'), slices, reading);
  return { stored, latents: await coded.readTo(finest, slices) };
}
