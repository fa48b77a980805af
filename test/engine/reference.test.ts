import { assert, suite } from '../harness.ts';
import { PROBLEMS, relativeError } from './problems.ts';
import { referenceGradient, referenceLoss } from './reference.ts';

const test = suite('float64 reference');

test('the backward pass agrees with central finite differences', () => {
  const h = 1e-6;
  for (const { name, spec, samples, targets, parameters } of PROBLEMS) {
    const theta = Float64Array.from(parameters);
    const gradient = referenceGradient(spec, theta, samples, targets);
    const probes = Array.from({ length: 25 }, (_, k) => Math.floor((k * theta.length) / 25));
    const lossAt = (i: number, shift: number): number => {
      const moved = theta.slice();
      moved[i] = (moved[i] as number) + shift;
      return referenceLoss(spec, moved, samples, targets);
    };
    const differences = probes.map((i) => (lossAt(i, h) - lossAt(i, -h)) / (2 * h));
    const error = relativeError(
      probes.map((i) => gradient[i] as number),
      differences,
    );
    assert.ok(error < 1e-6, `${name}: ${error}`);
  }
});

test.run();
