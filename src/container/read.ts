/** @file From the bytes of a file to its contents; limits are checked before anything is allocated. */

import { decodeLabels } from '../entropy/label-map.ts';
import { decodeLatents } from '../entropy/latents/latents.ts';
import { decodeWeights } from '../entropy/weights.ts';
import { damaged } from '../errors.ts';
import type { Segmentation } from '../field/segmentation.ts';
import { type FieldSpec, type Tensor, usesSegmentation, valueCount } from '../field/spec.ts';
import { checkLimit, type Limits } from '../limits.ts';
import { colourOf, fromStartOf, pyramidOf, specOf, stepIndicesOf } from './codes.ts';
import {
  type Contents,
  type FloatWeights,
  type PyramidContents,
  type PyramidModel,
  parametersOf,
  type QuantizedWeights,
  type StoredModel,
  weightTensors,
} from './contents.ts';
import { type Header, unpackHeader } from './header.ts';
import { unpackMetadata } from './metadata.ts';
import { type Section, type SectionName, sectionName, splitSections, TAGS } from './sections.ts';

/** A file whose CRCs and header have been checked. */
export interface OpenedFile {
  readonly version: number;
  readonly header: Header;
  readonly spec: FieldSpec;
  readonly pyramid: PyramidModel | null;
  readonly sections: readonly Section[];
}

/**
 * Checks the sections, the header and the limits.
 * @throws LoecError E_FORMAT, E_UNSUPPORTED or E_LIMIT
 */
export function openFile(file: Uint8Array, limits: Limits): OpenedFile {
  checkLimit(limits, 'bytes', file.length, `the file has ${file.length} bytes`);
  const { version, sections } = splitSections(file);
  const header = unpackHeader(payloadOf(sections, 'header'));
  const pixels = header.width * header.height;
  checkLimit(limits, 'pixels', pixels, `the picture has ${pixels} pixels`);
  const spec = specOf(header);
  const pyramid = header.pyramid && pyramidOf(header.pyramid, spec, header);
  return { version, header, spec, pyramid, sections };
}

/** Decodes every section. @throws LoecError E_FORMAT, E_UNSUPPORTED or E_LIMIT */
export async function readContents(file: Uint8Array, limits: Limits): Promise<Contents> {
  const opened = openFile(file, limits);
  const { header, spec, pyramid, sections } = opened;
  const { width, height, channels, depth, preset } = header;
  const tensors = weightTensors(opened);
  const weights = readWeights(header, tensors, payloadOf(sections, 'weights'));
  const metadata = sections.find(({ tag }) => tag === TAGS.metadata);
  return {
    width,
    height,
    channels,
    depth,
    colour: colourOf(header.colour),
    metadata: metadata ? unpackMetadata(metadata.payload) : [],
    spec,
    weights,
    pyramid: pyramid && (await readPyramid({ spec, weights, pyramid }, payloadOf(sections, 'latents'))),
    segmentation: usesSegmentation(spec) ? readSegmentation(opened) : null,
    preset,
  };
}

function payloadOf(sections: readonly Section[], name: SectionName): Uint8Array {
  const section = sections.find(({ tag }) => tag === TAGS[name]);
  if (!section) throw damaged(`it has no ${sectionName(TAGS[name])} section`);
  return section.payload;
}

function readWeights(
  header: Header,
  tensors: readonly Tensor[],
  payload: Uint8Array,
): QuantizedWeights | FloatWeights {
  if (header.steps) return readIntegers(header.steps, header, tensors, payload);
  if (header.pyramid) throw damaged('a pyramid with float32 weights');
  return { kind: 'float32', parameters: readFloats(payload, valueCount(tensors)) };
}

function readIntegers(
  steps: readonly number[],
  { pyramid }: Header,
  tensors: readonly Tensor[],
  payload: Uint8Array,
): QuantizedWeights {
  if (steps.length !== tensors.length) throw damaged(`${steps.length} steps for ${tensors.length} tensors`);
  return {
    kind: 'quantized',
    stepIndices: stepIndicesOf(steps),
    integers: decodeWeights(payload, tensors),
    ...(pyramid && { fromStart: fromStartOf(pyramid, tensors.length) }),
  };
}

function readFloats(payload: Uint8Array, count: number): Float32Array {
  if (payload.length !== 4 * count) {
    throw damaged(`${payload.length} bytes of weights, ${4 * count} expected`);
  }
  const view = new DataView(payload.buffer, payload.byteOffset);
  const parameters = Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, true));
  if (!parameters.every(Number.isFinite)) throw damaged('a weight is not a finite number');
  return parameters;
}

/** Whether classes are derived from the latents: so they are where a pyramid field needs some and there is no label map. */
export function hasDerivedClasses({ spec, pyramid, sections }: OpenedFile): boolean {
  return pyramid !== null && usesSegmentation(spec) && !sections.some(({ tag }) => tag === TAGS.labels);
}

function readSegmentation(opened: OpenedFile): Segmentation {
  const { header, sections } = opened;
  const { width, height } = header;
  if (header.thresholds === null) throw damaged('a segmented field without thresholds');
  const thresholds = header.thresholds as Segmentation['thresholds'];
  if (hasDerivedClasses(opened)) return { kind: 'derived', thresholds };
  const labels = decodeLabels(payloadOf(sections, 'labels'), width, height);
  return { kind: 'raster', width, height, thresholds, labels };
}

async function readPyramid(
  stored: StoredModel & { readonly pyramid: PyramidModel },
  payload: Uint8Array,
): Promise<PyramidContents> {
  const latents = await decodeLatents(payload, stored.pyramid.model, parametersOf(stored).context);
  return { ...stored.pyramid, latents };
}
