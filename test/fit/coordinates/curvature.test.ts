/** @file The curvature of a coordinate field's error, against errors and gradients of the float64 reference. */

import { centres } from '../../../src/field/grid.ts';
import { gridSamples } from '../../../src/field/grid-samples.ts';
import { initialParameters } from '../../../src/field/init.ts';
import { seededRandom } from '../../../src/field/random.ts';
import { expertOf, type Samples } from '../../../src/field/selectors.ts';
import { type FieldSpec, pairs, type Tensor, tensorsOf } from '../../../src/field/spec.ts';
import { fieldCurvatures, spreadSamples } from '../../../src/fit/coordinates/curvature.ts';
import { affineMapOf, type Curvature } from '../../../src/fit/weights/curvature.ts';
import { relativeError } from '../../engine/problems.ts';
import { referenceOutputs } from '../../engine/reference.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('curvature of coordinate fields');

const sine = { kind: 'sine', omega: 7 } as const;
const spec: FieldSpec = {
  input: { kind: 'coordinates' },
  layers: [
    { width: 5, selector: { kind: 'one' }, activation: sine },
    { width: 4, selector: { kind: 'tile', frequency: 1 }, activation: sine },
    { width: 3, selector: { kind: 'segment' }, activation: { kind: 'linear' } },
  ],
  filters: 0,
  overlap: 0,
};
const maps = pairs(tensorsOf(spec));
const parameters = initialParameters(spec, 3);

/** Classes 0 to 2 in stripes: none has class 3. */
function samplesOf(width: number, height: number): Samples {
  const labels = Uint8Array.from({ length: width * height }, (_, i) => (i + (i >> 3)) % 3);
  const segmentation = { kind: 'raster', width, height, labels, thresholds: [0, 0, 0] } as const;
  return gridSamples(spec, segmentation, centres(0, width, width), centres(0, height, height));
}

/** How far the outputs move, as a mean square over samples and channels. */
function rise(samples: Samples, change: Float32Array): number {
  const theta = Float64Array.from(parameters);
  const before = referenceOutputs(spec, theta, samples);
  const after = referenceOutputs(
    spec,
    theta.map((value, i) => value + (change[i] as number)),
    samples,
  );
  return before.reduce((sum, value, i) => sum + (value - (after[i] as number)) ** 2, 0) / before.length;
}

/** Σ Δ[r, k] A[r, s] R[k, l] Δ[s, l] over the experts of an affine map. */
function predictedRise(
  [weight, bias]: [Tensor, Tensor],
  curvatures: Curvature[],
  change: Float32Array,
): number {
  const { rows } = weight;
  const n = weight.columns + 1;
  let sum = 0;
  for (const [expert, { outputs, inputs }] of curvatures.entries()) {
    const delta = affineMapOf(change, weight, bias, expert);
    for (let i = 0; i < delta.length; i++) {
      for (let j = 0; j < delta.length; j++) {
        const output = outputs[Math.floor(i / n) * rows + Math.floor(j / n)] as number;
        sum +=
          (delta[i] as number) * output * (inputs[(i % n) * n + (j % n)] as number) * (delta[j] as number);
      }
    }
  }
  return sum;
}

/** Small random changes of these tensors, none of the others. */
function changeOf(tensors: readonly Tensor[], seed: number): Float32Array {
  const random = seededRandom(seed);
  const change = new Float32Array(parameters.length);
  for (const { offset, length } of tensors) {
    for (let i = offset; i < offset + length; i++) change[i] = 1e-5 * (random() - 0.5);
  }
  return change;
}

function assertRise(samples: Samples, map: number, tensors: readonly Tensor[]): void {
  const curvatures = fieldCurvatures({ spec, parameters }, samples);
  for (let seed = 1; seed <= 4; seed++) {
    const change = changeOf(tensors, seed);
    const predicted = predictedRise(maps[map] as [Tensor, Tensor], curvatures[map] as Curvature[], change);
    const error = relativeError([predicted], [rise(samples, change)]);
    assert.ok(error < 1e-3, `layer ${map}: ${error}`);
  }
}

test('the rise of the error is exact for any layer at one sample', () => {
  for (const [map, tensors] of maps.entries()) assertRise(samplesOf(1, 1), map, tensors);
});

test('and over many samples for the biases of any layer and for all of the last one', () => {
  const samples = samplesOf(12, 9);
  for (const [map, [, bias]] of maps.entries()) assertRise(samples, map, [bias]);
  assertRise(samples, 2, maps[2] as [Tensor, Tensor]);
});

/** What a layer sees at each sample, and the constant: the outputs of the layers before it. */
function inputsOf(layer: number, samples: Samples): number[][] {
  const before = { ...spec, layers: spec.layers.slice(0, layer) };
  const inputs =
    layer === 0
      ? Array.from(samples.coordinates)
      : referenceOutputs(before, Float64Array.from(parameters), samples);
  const columns = inputs.length / samples.tuples.length;
  return Array.from(samples.tuples, (_, i) => [...inputs.slice(i * columns, (i + 1) * columns), 1]);
}

test('the factor of inputs is their mean square over the samples of an expert', () => {
  const samples = samplesOf(8, 6);
  const curvatures = fieldCurvatures({ spec, parameters }, samples);
  for (const [layer, experts] of curvatures.entries()) {
    const all = inputsOf(layer, samples);
    for (const [expert, { inputs }] of experts.entries()) {
      const seen = all.filter((_, i) => expertOf(samples.tuples[i] as number, layer) === expert);
      const expected = (all[0] as number[]).flatMap((_, j) =>
        (all[0] as number[]).map((__, k) =>
          seen.reduce((sum, z) => sum + ((z[j] as number) * (z[k] as number)) / seen.length, 0),
        ),
      );
      assert.ok(relativeError(inputs, expected) < 1e-9, `layer ${layer}, expert ${expert}`);
    }
  }
});

test('a sample of weight 3 counts as three of weight 1', () => {
  const { coordinates, tuples } = samplesOf(2, 1);
  const channels = 3;
  const weights = Float32Array.from({ length: 2 * channels }, (_, i) => (i < channels ? 1 : 3));
  const weighted = fieldCurvatures({ spec, parameters }, { coordinates, tuples }, weights);
  const repeated = [0, 1, 1, 1];
  const many = {
    coordinates: Float32Array.from(repeated.flatMap((at) => [...coordinates.slice(2 * at, 2 * at + 2)])),
    tuples: Uint32Array.from(repeated, (at) => tuples[at] as number),
  };
  for (const [map, experts] of fieldCurvatures({ spec, parameters }, many).entries()) {
    for (const [expert, { outputs, inputs }] of experts.entries()) {
      const { outputs: ofWeighted, inputs: seen } = (weighted[map] as Curvature[])[expert] as Curvature;
      assert.ok(
        relativeError(
          ofWeighted,
          outputs.map((value) => 2 * value),
        ) < 1e-9,
      );
      assert.ok(relativeError(seen, inputs) < 1e-9);
    }
  }
});

test('from a layer on it is that of all layers, and 0 in front of it', () => {
  const samples = samplesOf(12, 9);
  const all = fieldCurvatures({ spec, parameters }, samples);
  for (const from of [1, 2]) {
    const some = fieldCurvatures({ spec, parameters }, samples, null, from);
    assert.equal(some.slice(from), all.slice(from));
    for (const { outputs, inputs } of some.slice(0, from).flat()) {
      assert.ok([...outputs, ...inputs].every((value) => value === 0));
    }
  }
});

test('an expert without samples has none', () => {
  const curvatures = fieldCurvatures({ spec, parameters }, samplesOf(12, 9));
  const [, , , { outputs, inputs }] = curvatures[2] as [Curvature, Curvature, Curvature, Curvature];
  assert.ok(outputs.every((value) => value === 0) && inputs.every((value) => value === 0));
});

test('some samples stand for all, the same ones every time', () => {
  const samples = samplesOf(80, 60);
  const of = (count: number) => fieldCurvatures({ spec, parameters }, spreadSamples(samples, count).samples);
  const [all, some] = [of(4800), of(600)];
  assert.equal(of(600), some);
  for (const [map, experts] of all.entries()) {
    for (const [expert, { outputs, inputs }] of experts.entries()) {
      const curvature = some[map]?.[expert] as Curvature;
      assert.ok(
        relativeError(curvature.outputs, outputs) < 0.15,
        `outputs of layer ${map}, expert ${expert}`,
      );
      assert.ok(relativeError(curvature.inputs, inputs) < 0.15, `inputs of layer ${map}, expert ${expert}`);
    }
  }
});

test.run();
