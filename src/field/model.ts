/**
 * @file A pyramid field and its context model, compiled for a picture: what the specifications say about planes, tensors and the
 * cells that latents depend on is worked out here, once, for all who fit, evaluate, code or print them.
 */

import { assert } from '../errors.ts';
import type { Size } from '../image/raster.ts';
import {
  type ContextInput,
  type ContextSpec,
  contextInputs,
  contextTensors,
  PARENT_CELL,
} from './context.ts';
import { cellCount, MAX_LATENT, type PlaneSpec } from './pyramid.ts';
import {
  type Activation,
  expertCount,
  type FieldSpec,
  multiplyAdds,
  outputWidth,
  pairs,
  type Tensor,
  tensorsOf,
  valueCount,
} from './spec.ts';

/** A latent plane of a picture. */
export interface Plane extends PlaneSpec, Size {
  /** Its place in the list: its column of the first layer and its bit in the file. */
  readonly index: number;
  /** Per input of the context model, the index of the plane that it is read from; null where there is no such plane. */
  readonly sources: readonly (number | null)[];
  /** The index of the plane of the next coarser level, or null. */
  readonly parent: number | null;
}

/** An affine map and what follows it. Weight and bias have their offsets in the flat vector of their part. */
export interface AffineMap {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly activation: Activation['kind'] | 'relu';
}

interface ModelPart {
  readonly tensors: readonly Tensor[];
  /** Parameters in all of the tensors. */
  readonly parameters: number;
}

export interface FieldPart extends ModelPart {
  readonly spec: FieldSpec;
  readonly layers: readonly AffineMap[];
  readonly filters: readonly AffineMap[];
  /** Parameters of the layers, which come before those of the filters. */
  readonly layerParameters: number;
  /** Whether a layer has several experts. */
  readonly hasExperts: boolean;
}

export interface ContextPart extends ModelPart {
  readonly spec: ContextSpec;
  readonly inputs: readonly ContextInput[];
  /** h¹, h², then μ and s. */
  readonly layers: readonly AffineMap[];
}

/** Latent planes of a picture and the model that predicts them. Width and height are the picture's. */
export interface LatentModel extends Size {
  /** Latents are within ± this. */
  readonly maxLatent: number;
  /** Coded and decoded from the last one to the first. */
  readonly planes: readonly Plane[];
  readonly context: ContextPart;
}

export interface Model extends LatentModel {
  readonly channels: number;
  readonly field: FieldPart;
  /** Of both parts: the field's come first in the file. */
  readonly tensors: readonly Tensor[];
  /** Multiply-adds of a decode at the picture's own size. */
  readonly macPerPixel: number;
}

export function modelOf(spec: FieldSpec, context: ContextSpec, size: Size): Model {
  const { input } = spec;
  assert(input.kind === 'pyramid', 'a model without planes');
  const field = fieldPart(spec);
  const latents = latentModelOf(input.planes, context, size);
  return {
    ...latents,
    channels: outputWidth(spec),
    field,
    tensors: [...field.tensors, ...latents.context.tensors],
    macPerPixel:
      multiplyAdds(field.tensors) + planesMac(latents.planes, multiplyAdds(latents.context.tensors)),
  };
}

/** @param size of the picture */
export function latentModelOf(
  planes: readonly PlaneSpec[],
  context: ContextSpec,
  { width, height }: Size,
  maxLatent: number = MAX_LATENT,
): LatentModel {
  const part = contextPart(context);
  const laid = planesOf(planes, part.inputs, { width, height });
  return { width, height, maxLatent, planes: laid, context: part };
}

function planesOf(
  planes: readonly PlaneSpec[],
  inputs: readonly ContextInput[],
  { width, height }: Size,
): Plane[] {
  return planes.map((plane, index) => {
    const { level, reading } = plane;
    assert(reading === 'spline' || level === 0, 'cells that are not pixels are read by the spline');
    return {
      ...plane,
      index,
      width: cellCount(width, level),
      height: cellCount(height, level),
      sources: inputs.map((cell) => sourceOf(planes, index, cell)),
      parent: sourceOf(planes, index, PARENT_CELL),
    };
  });
}

/** The plane that an input of the latents of plane `index` is read from: the first of its level that is coded before. */
function sourceOf(planes: readonly PlaneSpec[], index: number, { levels }: ContextInput): number | null {
  if (levels === 0) return index;
  const level = (planes[index] as PlaneSpec).level + levels;
  const source = planes.findIndex((plane, i) => i > index && plane.level === level);
  return source < 0 ? null : source;
}

function fieldPart(spec: FieldSpec): FieldPart {
  const tensors = tensorsOf(spec);
  const activations = spec.layers.map(({ activation }) => activation.kind);
  const maps = mapsOf(tensors, activations);
  return {
    spec,
    tensors,
    parameters: valueCount(tensors),
    layers: maps.slice(0, spec.layers.length),
    filters: maps.slice(spec.layers.length),
    layerParameters: valueCount(tensors.slice(0, 2 * spec.layers.length)),
    hasExperts: spec.layers.some(({ selector }) => expertCount(selector) > 1),
  };
}

function contextPart(spec: ContextSpec): ContextPart {
  const tensors = contextTensors(spec);
  return {
    spec,
    inputs: contextInputs(spec),
    tensors,
    parameters: valueCount(tensors),
    layers: mapsOf(tensors, ['relu', 'relu']),
  };
}

/** @param activations of the first affine maps; the others have none */
function mapsOf(tensors: readonly Tensor[], activations: readonly AffineMap['activation'][]): AffineMap[] {
  return pairs(tensors).map(([weight, bias], i) => ({
    weight,
    bias,
    activation: activations[i] ?? 'linear',
  }));
}

/**
 * Per pixel: the context model for every latent, and for planes that are read by the spline four taps across for each cell's row
 * and four down for each pixel.
 */
function planesMac(planes: readonly PlaneSpec[], contextMac: number): number {
  const macs = planes.map(({ level, reading }) => {
    return contextMac / 4 ** level + (reading === 'spline' ? 4 + 4 / 2 ** level : 0);
  });
  return macs.reduce((sum, mac) => sum + mac, 0);
}
