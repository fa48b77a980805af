/** @file Between the nouns of the codec and the numbers that stand for them in the header (formats/loe.md, section 5). */

import { LoecError } from '../errors.ts';
import { MAX_STEP_INDEX, MIN_STEP_INDEX } from '../field/quantizer.ts';
import type { Activation, FieldSpec, LayerSpec, Selector } from '../field/spec.ts';
import type { Chunk } from '../image/raster.ts';

const SELECT_ONE = 0;
const SELECT_SEGMENT = -1;

/** Codes of the colour chunks: the index in this list. */
const COLOUR_CHUNKS = ['cICP', 'iCCP', 'sRGB', 'gAMA', 'cHRM'];

function selectorCode(selector: Selector): number {
  switch (selector.kind) {
    case 'one':
      return SELECT_ONE;
    case 'segment':
      return SELECT_SEGMENT;
    case 'tile':
      return selector.frequency;
  }
}

function selectorOf(code: number): Selector {
  if (code === SELECT_ONE) return { kind: 'one' };
  return code === SELECT_SEGMENT ? { kind: 'segment' } : { kind: 'tile', frequency: code };
}

function activationOf(omega: number): Activation {
  return omega === 0 ? { kind: 'linear' } : { kind: 'sine', omega };
}

export function layerCodes(spec: FieldSpec): number[] {
  return spec.layers.flatMap(({ width, selector, activation }) => [
    width,
    selectorCode(selector),
    activation.kind === 'sine' ? activation.omega : 0,
  ]);
}

/** @throws LoecError E_FORMAT unless the last layer is linear and has one output per channel */
export function specOf(codes: readonly number[], channels: number): FieldSpec {
  const layers: LayerSpec[] = [];
  for (let i = 0; i < codes.length; i += 3) {
    const [width, selector, omega] = codes.slice(i, i + 3) as [number, number, number];
    layers.push({ width, selector: selectorOf(selector), activation: activationOf(omega) });
  }
  const last = layers.at(-1) as LayerSpec;
  if (last.width !== channels || last.activation.kind !== 'linear') {
    throw new LoecError('E_FORMAT', `the file is damaged: the last layer does not give ${channels} channels`);
  }
  return { input: 'coordinates', layers };
}

export function colourCodes(chunks: readonly Chunk[]): (number | Uint8Array)[] {
  return chunks.flatMap(({ type, data }) => [COLOUR_CHUNKS.indexOf(type), data]);
}

export function colourOf(codes: readonly (number | Uint8Array)[]): Chunk[] {
  return Array.from({ length: codes.length / 2 }, (_, i) => ({
    type: COLOUR_CHUNKS[codes[2 * i] as number] as string,
    data: codes[2 * i + 1] as Uint8Array,
  }));
}

/** The first index, then differences: neighbours are close, so most take one byte. */
export function stepCodes(indices: readonly number[]): number[] {
  return indices.map((index, i) => index - (indices[i - 1] ?? 0));
}

/** @throws LoecError E_FORMAT for a step outside the range */
export function stepIndicesOf(codes: readonly number[]): number[] {
  let index = 0;
  return codes.map((code) => {
    index += code;
    if (index < MIN_STEP_INDEX || index > MAX_STEP_INDEX) {
      throw new LoecError('E_FORMAT', `the file is damaged: step index ${index} is out of range`);
    }
    return index;
  });
}
