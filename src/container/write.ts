/** @file From contents to the bytes of a file. */

import { encodeEnhancement } from '../entropy/enhancement.ts';
import { encodeLabels } from '../entropy/label-map.ts';
import { encodeLatents } from '../entropy/latents/latents.ts';
import { encodeWeights } from '../entropy/weights.ts';
import { assert } from '../errors.ts';
import { checkChunks, DISPLAY_CHUNKS, METADATA_CHUNKS } from '../image/chunk-kinds.ts';
import { alphaClassCount } from '../samples/mapping.ts';
import { TimeSlices } from '../time-slices.ts';
import { colourCodes, layerCodes, pyramidCodes, sampleCodes, stepCodes } from './codes.ts';
import { type Contents, parametersOf, weightTensors } from './contents.ts';
import { checkSizes } from './metadata.ts';
import { packHeader, packMetadata } from './pack.ts';
import { joinSections, type SectionName } from './sections.ts';

/**
 * The file; see formats/loe.md.
 * @throws LoecError E_USAGE for display data or metadata that readers would refuse; E_ABORTED
 */
export async function writeContents(contents: Contents, slices = new TimeSlices()): Promise<Uint8Array> {
  checkTravellers(contents);
  const sections: { name: SectionName; payload: Uint8Array }[] = [
    { name: 'header', payload: packHeader(headerOf(contents)) },
    { name: 'weights', payload: packWeights(contents) },
  ];
  const { segmentation, pyramid, samples, alpha, enhancement, metadata } = contents;
  assert(segmentation?.kind !== 'derived' || pyramid !== null, 'derived classes without a pyramid');
  if (segmentation?.kind === 'raster') {
    const { labels, width, height } = segmentation;
    sections.push({ name: 'labels', payload: encodeLabels(labels, width, height) });
  }
  if (pyramid) {
    const { latents, model } = pyramid;
    const payload = await encodeLatents(latents, model, parametersOf(contents).context, slices);
    sections.push({ name: 'latents', payload });
  }
  if (alpha) {
    const payload = encodeLabels(alpha.labels, alpha.width, alpha.height, alphaClassCount(samples));
    sections.push({ name: 'alpha', payload });
  }
  if (enhancement) {
    const payload = await encodeEnhancement(enhancement, contents, slices);
    sections.push({ name: 'enhancement', payload });
  }
  if (metadata.length > 0) sections.push({ name: 'metadata', payload: packMetadata(metadata) });
  return joinSections(sections);
}

/** What travels with the picture, from whoever made it. */
function checkTravellers(contents: Contents): void {
  const { colour, metadata } = contents;
  checkChunks('colour', colour, DISPLAY_CHUNKS, contents);
  checkChunks('metadata', metadata, METADATA_CHUNKS, contents);
  checkSizes(contents);
}

function headerOf(contents: Contents) {
  const { width, height, channels, depth, colour, samples, spec, weights, pyramid, segmentation, preset } =
    contents;
  const quantized = weights.kind === 'quantized' ? weights : null;
  return {
    width,
    height,
    channels,
    depth,
    colour: colourCodes(colour),
    samples: sampleCodes(samples, contents),
    layers: layerCodes(spec),
    steps: quantized ? stepCodes(quantized.stepIndices) : null,
    thresholds: segmentation ? segmentation.thresholds : null,
    preset,
    pyramid: pyramid && pyramidCodes(pyramid.model, pyramid.start, quantized?.fromStart),
  };
}

function packWeights(contents: Contents): Uint8Array {
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
