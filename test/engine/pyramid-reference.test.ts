import { seededRandom } from '../../src/field/random.ts';
import { assert, suite } from '../harness.ts';
import { relativeError } from './problems.ts';
import { type NamedPyramidProblem, PYRAMID_PROBLEMS, UNFUSED_PROBLEMS } from './pyramid-problems.ts';
import {
  type ReferencePoint,
  ROUNDED,
  referenceGradient,
  referenceLoss,
  referenceLossAt,
  referencePoint,
  seenLatents,
} from './pyramid-reference.ts';

const test = suite('float64 reference of pyramid fields');
/** Differences take some hundred losses per problem. */
const isSmall = ({ raster }: NamedPyramidProblem): boolean => raster.width * raster.height < 500;
const SMALL = PYRAMID_PROBLEMS.filter(isSmall);
const NOISY = { temperature: 0.3, sigma: 0.2, seed: 3 };
const LAMBDA = 0.05;
const H = 1e-6;

interface Block {
  readonly name: string;
  readonly values: Float64Array;
  readonly gradient: Float64Array;
}

/** Every grid and every tensor, as views: what is written to the values is seen by the loss. */
function blocksOf({ model }: NamedPyramidProblem, point: ReferencePoint, gradient: ReferencePoint): Block[] {
  return [
    ...point.latents.map((values, level) => ({
      name: `plane ${level}`,
      values,
      gradient: gradient.latents[level] as Float64Array,
    })),
    ...(['field', 'context'] as const).flatMap((part) =>
      model[part].tensors.map(({ layer, kind, offset, length }) => ({
        name: `${part} ${kind} ${layer}`,
        values: point[part].subarray(offset, offset + length),
        gradient: gradient[part].subarray(offset, offset + length),
      })),
    ),
  ];
}

/** Compares a few entries of every block with central differences. */
function checkBlocks(blocks: readonly Block[], loss: () => number): void {
  const random = seededRandom(11);
  for (const { name, values, gradient } of blocks) {
    const probes = Array.from({ length: 2 }, () => Math.floor(random() * values.length));
    const differences = probes.map((i) => {
      const value = values[i] as number;
      values[i] = value + H;
      const above = loss();
      values[i] = value - H;
      const below = loss();
      values[i] = value;
      return (above - below) / (2 * H);
    });
    const analytic = probes.map((i) => gradient[i] as number);
    // A block of zeros, say of an expert that no pixel takes, differs by the rounding of the loss.
    const norm = Math.hypot(...differences);
    const error = Math.hypot(...differences.map((d, k) => d - (analytic[k] as number)));
    assert.ok(error < 1e-5 * norm + 1e-9, `${name}: ${differences} against ${analytic}`);
  }
}

for (const problem of [...SMALL, ...UNFUSED_PROBLEMS.filter(isSmall)]) {
  const total = ({ distortion, bits }: { distortion: number; bits: number }): number =>
    distortion + (LAMBDA * bits) / (problem.raster.width * problem.raster.height);

  test(`with noise: ${problem.name}`, () => {
    const point = referencePoint(problem.start);
    const gradient = referenceGradient(problem, point, LAMBDA, NOISY);
    checkBlocks(blocksOf(problem, point, gradient), () => total(referenceLoss(problem, point, NOISY)));
  });

  test(`rounded: ${problem.name}`, () => {
    const start = referencePoint(problem.start);
    const gradient = referenceGradient(problem, start, LAMBDA, ROUNDED);
    // Differences are taken behind the rounding.
    const latents = seenLatents(start.latents, ROUNDED).values;
    const point = { ...start, latents };
    checkBlocks(blocksOf(problem, point, gradient), () => total(referenceLossAt(problem, latents, point)));
  });
}

test('noise has the deviation it is asked for, and differs by grid and seed', () => {
  const zeros = Float64Array.from({ length: 4000 }, () => 0.5);
  // At ½ the soft rounding is ½, and so steep around at a temperature this high that it is the identity.
  const noiseOf = (seed: number): Float64Array[] =>
    seenLatents([zeros, zeros], { temperature: 1e4, sigma: 0.05, seed }).values.map((grid) =>
      grid.map((value) => value - 0.5),
    );
  const [first, second] = noiseOf(1) as [Float64Array, Float64Array];
  for (const noise of [first, second, ...noiseOf(-2)]) {
    const mean = noise.reduce((sum, n) => sum + n, 0) / noise.length;
    const variance = noise.reduce((sum, n) => sum + n * n, 0) / noise.length;
    assert.ok(Math.abs(mean) < 0.003, `mean ${mean}`);
    assert.ok(Math.abs(Math.sqrt(variance) / 0.05 - 1) < 0.04, `deviation ${Math.sqrt(variance)}`);
  }
  const product = first.reduce((sum, n, i) => sum + n * (second[i] as number), 0) / first.length;
  assert.ok(Math.abs(product) < 0.05 ** 2 / 10);
  assert.ok(relativeError(noiseOf(2)[0] as Float64Array, first) > 1);
});

test('some problem meets the bounds of masses and of scales, and is not made of them', () => {
  const problem = SMALL.find(({ raster }) => raster.depth === 16) as NamedPyramidProblem;
  const point = referencePoint(problem.start);
  const bounds = { masses: 0, scales: 0 };
  referenceLossAt(problem, seenLatents(point.latents, ROUNDED).values, point, bounds);
  const latents = point.latents.reduce((sum, grid) => sum + grid.length, 0);
  for (const count of Object.values(bounds)) assert.ok(count > 5 && count < latents / 4, `${count}`);
});

test.run();
