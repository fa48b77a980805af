/** @file From contents to the bytes of a file. */

import { encodeLabels } from '../entropy/label-map.ts';
import { encodeWeights } from '../entropy/weights.ts';
import { tensorsOf } from '../field/spec.ts';
import { colourCodes, layerCodes, stepCodes } from './codes.ts';
import type { Contents } from './contents.ts';
import { packHeader } from './header.ts';
import { packMetadata } from './metadata.ts';
import { joinSections, type SectionName } from './sections.ts';

/** The file; see formats/loe.md. */
export function writeContents(contents: Contents): Uint8Array {
  const sections: { name: SectionName; payload: Uint8Array }[] = [
    { name: 'header', payload: packHeader(headerOf(contents)) },
    { name: 'weights', payload: packWeights(contents) },
  ];
  const { segmentation, metadata } = contents;
  if (segmentation) {
    const { labels, width, height } = segmentation;
    sections.push({ name: 'labels', payload: encodeLabels(labels, width, height) });
  }
  if (metadata.length > 0) sections.push({ name: 'metadata', payload: packMetadata(metadata) });
  return joinSections(sections);
}

function headerOf(contents: Contents) {
  const { width, height, channels, depth, colour, spec, weights, segmentation, preset } = contents;
  return {
    width,
    height,
    channels,
    depth,
    colour: colourCodes(colour),
    layers: layerCodes(spec),
    steps: weights.kind === 'quantized' ? stepCodes(weights.stepIndices) : null,
    thresholds: segmentation ? segmentation.thresholds : null,
    preset,
  };
}

function packWeights({ spec, weights }: Contents): Uint8Array {
  if (weights.kind === 'quantized') return encodeWeights(tensorsOf(spec), weights.levels);
  const bytes = new Uint8Array(4 * weights.parameters.length);
  const view = new DataView(bytes.buffer);
  weights.parameters.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return bytes;
}
