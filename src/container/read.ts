/** @file From the bytes of a file to its contents; limits are checked before anything is allocated. */

import { decodeLabels } from '../entropy/label-map.ts';
import { decodeWeights } from '../entropy/weights.ts';
import { LoecError } from '../errors.ts';
import type { Segmentation } from '../field/segmentation.ts';
import { type FieldSpec, parameterCount, tensorsOf, usesSegmentation } from '../field/spec.ts';
import type { BitDepth, ChannelCount } from '../image/raster.ts';
import { colourOf, specOf, stepIndicesOf } from './codes.ts';
import type { Contents, FloatWeights, QuantizedWeights } from './contents.ts';
import { type Header, unpackHeader } from './header.ts';
import type { Limits } from './limits.ts';
import { unpackMetadata } from './metadata.ts';
import { type Section, type SectionName, sectionName, splitSections, TAGS } from './sections.ts';

/** A file whose CRCs and header have been checked. */
export interface OpenedFile {
  readonly version: number;
  readonly header: Header;
  readonly spec: FieldSpec;
  readonly sections: readonly Section[];
}

/**
 * Checks the sections, the header and the limits.
 * @throws LoecError E_FORMAT, E_UNSUPPORTED or E_LIMIT
 */
export function openFile(file: Uint8Array, limits: Limits): OpenedFile {
  checkLimit('file', file.length, 'bytes', limits.bytes);
  const { version, sections } = splitSections(file);
  const header = unpackHeader(payloadOf(sections, 'header'));
  checkLimit('picture', header.width * header.height, 'pixels', limits.pixels);
  const spec = specOf(header.layers, header.channels);
  checkLimit('field', parameterCount(spec), 'parameters', limits.parameters);
  return { version, header, spec, sections };
}

/** Decodes every section. @throws LoecError E_FORMAT, E_UNSUPPORTED or E_LIMIT */
export function readContents(file: Uint8Array, limits: Limits): Contents {
  const { header, spec, sections } = openFile(file, limits);
  const metadata = sections.find(({ tag }) => tag === TAGS.metadata);
  return {
    width: header.width,
    height: header.height,
    channels: header.channels as ChannelCount,
    depth: header.depth as BitDepth,
    colour: colourOf(header.colour),
    metadata: metadata ? unpackMetadata(metadata.payload) : [],
    spec,
    weights: readWeights(header, spec, payloadOf(sections, 'weights')),
    segmentation: usesSegmentation(spec) ? readSegmentation(header, payloadOf(sections, 'labels')) : null,
    preset: header.preset,
  };
}

function checkLimit(what: string, value: number, unit: string, limit: number): void {
  if (value > limit) {
    throw new LoecError('E_LIMIT', `the ${what} has ${value} ${unit}; the limit is ${limit}`);
  }
}

function payloadOf(sections: readonly Section[], name: SectionName): Uint8Array {
  const section = sections.find(({ tag }) => tag === TAGS[name]);
  if (!section) {
    throw new LoecError('E_FORMAT', `the file is damaged: it has no ${sectionName(TAGS[name])} section`);
  }
  return section.payload;
}

function readWeights(header: Header, spec: FieldSpec, payload: Uint8Array): QuantizedWeights | FloatWeights {
  if (header.steps === null)
    return { kind: 'float32', parameters: readFloats(payload, parameterCount(spec)) };
  const tensors = tensorsOf(spec);
  if (header.steps.length !== tensors.length) {
    throw new LoecError(
      'E_FORMAT',
      `the file is damaged: ${header.steps.length} steps for ${tensors.length} tensors`,
    );
  }
  return {
    kind: 'quantized',
    stepIndices: stepIndicesOf(header.steps),
    levels: decodeWeights(payload, tensors),
  };
}

function readFloats(payload: Uint8Array, count: number): Float32Array {
  if (payload.length !== 4 * count) {
    throw new LoecError(
      'E_FORMAT',
      `the file is damaged: ${payload.length} bytes of weights, ${4 * count} expected`,
    );
  }
  const view = new DataView(payload.buffer, payload.byteOffset);
  const parameters = Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, true));
  if (!parameters.every(Number.isFinite)) {
    throw new LoecError('E_FORMAT', 'the file is damaged: a weight is not a finite number');
  }
  return parameters;
}

function readSegmentation({ width, height, thresholds }: Header, payload: Uint8Array): Segmentation {
  if (thresholds === null) {
    throw new LoecError('E_FORMAT', 'the file is damaged: a segmented field without thresholds');
  }
  return {
    width,
    height,
    thresholds: thresholds as Segmentation['thresholds'],
    labels: decodeLabels(payload, width, height),
  };
}
