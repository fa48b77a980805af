import { encodeLabels } from '../../../src/entropy/label-map.ts';
import { seededRandom } from '../../../src/field/random.ts';
import type { LabelMapProblem } from '../../../src/fit/coordinates/label-blocks.ts';
import { simplifyLabelMap } from '../../../src/fit/coordinates/simplify-label-map.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('map simplification');

const TRUTHS: Readonly<Record<string, (x: number, y: number) => number>> = {
  regions: (x, y) => ((x >> 4) + (y >> 4)) & 3,
  curves: (x, y) => Math.floor(2 + 2 * Math.sin(x / 9) * Math.cos(y / 7)) & 3,
  noise: (x, y) => Math.floor(4 * seededRandom(x * 977 + y)()),
};

/** A map with specks: a tenth of the labels of a true map, whose errors are small, are replaced. */
function problemOf(
  truth: keyof typeof TRUTHS,
  width: number,
  height: number,
  lambda: number,
): LabelMapProblem {
  const random = seededRandom(width);
  const labelAt = TRUTHS[truth] as (x: number, y: number) => number;
  const right = Uint8Array.from({ length: width * height }, (_, i) =>
    labelAt(i % width, Math.floor(i / width)),
  );
  const labels = right.map((label) => (random() < 0.1 ? 4 * random() : label));
  const errors = [0, 1, 2, 3].map((label) =>
    Float32Array.from(right, (wanted) => (label === wanted ? 0.05 * random() : 0.2 + random())),
  );
  return { labels, width, height, errors, lambda };
}

function errorOf({ errors }: LabelMapProblem, labels: Uint8Array): number {
  return labels.reduce((sum, label, i) => sum + (errors[label]?.[i] as number), 0);
}

/** What is minimized, by the coder that the file is written with. */
function costOf(problem: LabelMapProblem, labels: Uint8Array): number {
  const bits = 8 * encodeLabels(labels.slice(), problem.width, problem.height).length;
  return errorOf(problem, labels) + problem.lambda * bits;
}

for (const truth of Object.keys(TRUTHS)) {
  test(`error + λ·bits never rises: ${truth}`, () => {
    for (const [width, height] of [
      [1, 1],
      [3, 2],
      [17, 16],
      [50, 33],
    ] as const) {
      for (const lambda of [0, 0.01, 0.1, 1, 10, 1e6]) {
        const problem = problemOf(truth, width, height, lambda);
        const labels = simplifyLabelMap(problem);
        const [before, after] = [costOf(problem, problem.labels), costOf(problem, labels)];
        assert.ok(after <= before, `${width}×${height}, λ ${lambda}: ${before} to ${after}`);
      }
    }
  });
}

test('specks go where bits are worth something, and the borders stay', () => {
  const problem = problemOf('regions', 96, 64, 0.1);
  const labels = simplifyLabelMap(problem);
  const right = TRUTHS.regions as (x: number, y: number) => number;
  const wrong = labels.filter((label, i) => label !== right(i % 96, Math.floor(i / 96)));
  assert.is(wrong.length, 0);
});

test('a straight border moves to where the errors want it, though no change of a pixel or a square pays', () => {
  const [width, height] = [96, 64];
  const mapOf = (border: number): Uint8Array =>
    Uint8Array.from({ length: width * height }, (_, i) => (i % width < border ? 0 : 1));
  const right = mapOf(43);
  const errors = [0, 1, 2, 3].map((label) =>
    Float32Array.from(right, (wanted) => (label === wanted ? 0 : 1)),
  );
  const labels = simplifyLabelMap({ labels: mapOf(48), width, height, errors, lambda: 1 });
  assert.equal(labels, right);
});

test('at λ = 0 each pixel takes the label of least error', () => {
  const problem = problemOf('curves', 60, 40, 0);
  const labels = simplifyLabelMap(problem);
  const least = labels.map((_, i) => {
    const errors = problem.errors.map((ofLabel) => ofLabel[i] as number);
    return errors.indexOf(Math.min(...errors));
  });
  const missed = labels.filter((label, i) => label !== least[i]).length;
  assert.ok(missed <= 0.001 * labels.length, `${missed} pixels`);
});

test('the larger λ, the smaller the map, down to a single label', () => {
  for (const truth of Object.keys(TRUTHS)) {
    const sizes = [0.001, 0.1, 1, 10, 1e6].map((lambda) => {
      const problem = problemOf(truth, 80, 60, lambda);
      return encodeLabels(simplifyLabelMap(problem), 80, 60).length;
    });
    assert.equal(
      sizes,
      [...sizes].sort((a, b) => b - a),
      truth,
    );
    assert.is(new Set(simplifyLabelMap(problemOf(truth, 80, 60, 1e6))).size, 1);
  }
});

test('the same problem gives the same map, and is not changed', () => {
  const problem = problemOf('noise', 40, 30, 0.05);
  const before = problem.labels.slice();
  assert.equal(simplifyLabelMap(problem), simplifyLabelMap(problem));
  assert.equal(problem.labels, before);
});

test.run();
