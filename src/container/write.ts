/** @file From contents to the bytes of a file. */

import { encodeEnhancement } from '../entropy/encode-enhancement.ts';
import { encodeLabels } from '../entropy/label-map.ts';
import { encodeLatents } from '../entropy/latents/latents.ts';
import { encodeWeights } from '../entropy/weights.ts';
import { assert } from '../errors.ts';
import type { LabelMap } from '../field/indicators.ts';
import { EXPERTS } from '../field/spec.ts';
import { checkChunks, DISPLAY_CHUNKS, METADATA_CHUNKS } from '../image/chunk-kinds.ts';
import { alphaClassCount } from '../samples/mapping.ts';
import { TimeSlices } from '../time-slices.ts';
import { layerCodes, pyramidCodes, sampleCodes, startCodes, stepCodes } from './codes.ts';
import { colourCodes } from './colour-codes.ts';
import {
  type Contents,
  type FieldContents,
  type FlatContents,
  parametersOf,
  weightTensors,
} from './contents.ts';
import { packColourLabels, packPalette } from './flat.ts';
import type { FieldHeader, PictureHeader } from './header.ts';
import { checkSizes } from './metadata.ts';
import { packHeader, packMetadata } from './pack.ts';
import { joinSections, type SectionName } from './sections.ts';

/** How label maps become bytes. */
export type MapCoder = (map: LabelMap, classes: number) => Uint8Array;

export const codeMap: MapCoder = ({ labels, width, height }, classes) =>
  encodeLabels(labels, width, height, classes);

/**
 * The file; see formats/loe.md.
 * @param mapCoder who writes the same maps often may remember their bytes
 * @throws LoecError E_USAGE for display data or metadata that readers would refuse; E_ABORTED
 */
export async function writeContents(
  contents: Contents,
  slices = new TimeSlices(),
  mapCoder = codeMap,
): Promise<Uint8Array<ArrayBuffer>> {
  checkTravellers(contents);
  const { metadata } = contents;
  const sections =
    contents.kind === 'flat'
      ? await flatSections(contents, slices)
      : await fieldSections(contents, slices, mapCoder);
  if (metadata.length > 0) sections.push({ name: 'metadata', payload: packMetadata(metadata) });
  return joinSections(sections);
}

interface PackedSection {
  readonly name: SectionName;
  readonly payload: Uint8Array;
}

async function flatSections(contents: FlatContents, slices: TimeSlices): Promise<PackedSection[]> {
  return [
    { name: 'header', payload: packHeader(pictureHeaderOf(contents)) },
    { name: 'palette', payload: await slices.take(packPalette(contents)) },
    { name: 'colour labels', payload: await slices.take(packColourLabels(contents)) },
  ];
}

async function fieldSections(
  contents: FieldContents,
  slices: TimeSlices,
  mapCoder: MapCoder,
): Promise<PackedSection[]> {
  const sections: PackedSection[] = [
    { name: 'header', payload: packHeader(headerOf(contents)) },
    { name: 'weights', payload: packWeights(contents) },
  ];
  const { segmentation, pyramid, samples, alpha, enhancement } = contents;
  assert(segmentation?.kind !== 'derived' || pyramid !== null, 'derived classes without a pyramid');
  if (segmentation?.kind === 'raster') {
    sections.push({ name: 'labels', payload: mapCoder(segmentation, EXPERTS) });
  }
  if (pyramid) {
    const { latents, model } = pyramid;
    const { context } = parametersOf({ ...contents, pyramid });
    const payload = await encodeLatents(latents, model, context, slices);
    sections.push({ name: 'latents', payload });
  }
  if (alpha) {
    sections.push({ name: 'alpha', payload: mapCoder(alpha, alphaClassCount(samples)) });
  }
  if (enhancement) {
    const payload = await encodeEnhancement(enhancement, contents, slices);
    sections.push({ name: 'enhancement', payload });
  }
  return sections;
}

/** What travels with the picture, from whoever made it. */
function checkTravellers(contents: Contents): void {
  const { colour, metadata } = contents;
  checkChunks('colour', colour, DISPLAY_CHUNKS, contents);
  checkChunks('metadata', metadata, METADATA_CHUNKS, contents);
  checkSizes(contents);
}

function pictureHeaderOf({ width, height, channels, depth, colour }: Contents): PictureHeader {
  return { width, height, channels, depth, colour: colourCodes(colour) };
}

function headerOf(contents: FieldContents): FieldHeader {
  const { samples, spec, weights, start, pyramid, segmentation, preset } = contents;
  const quantized = weights.kind === 'quantized' ? weights : null;
  return {
    ...pictureHeaderOf(contents),
    samples: sampleCodes(samples, contents),
    layers: layerCodes(spec),
    steps: quantized && [
      ...stepCodes(quantized.stepIndices),
      ...(pyramid ? [] : startCodes(start, quantized.fromStart)),
    ],
    thresholds: segmentation ? segmentation.thresholds : null,
    preset,
    pyramid: pyramid && pyramidCodes(pyramid.model, pyramid.start, quantized?.fromStart),
  };
}

function packWeights(contents: FieldContents): Uint8Array {
  const { weights, pyramid } = contents;
  if (weights.kind === 'quantized') return encodeWeights(weightTensors(contents), weights.integers);
  assert(pyramid === null, 'float32 weights with a pyramid');
  const bytes = new Uint8Array(4 * weights.parameters.length);
  const view = new DataView(bytes.buffer);
  weights.parameters.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return bytes;
}
