/** @file The enhancement layer at pixel centres and between them, against the reference of planes that are read directly. */

import { type Cells, pixelPositions } from '../../src/field/grid.ts';
import { modelOf } from '../../src/field/model.ts';
import { presetSpec } from '../../src/field/presets.ts';
import type { PlaneSpec } from '../../src/field/pyramid.ts';
import { stepOf } from '../../src/field/quantizer.ts';
import { seededRandom } from '../../src/field/random.ts';
import { enhancer } from '../../src/render/enhancement.ts';
import { assert, suite } from '../harness.ts';
import { PyramidReference, SPECIFIED } from './pyramid-reference.ts';

const test = suite('enhancement layer of outputs');
const SIZE = { width: 13, height: 9 };
const STEP_INDEX = -70;

/** Of the specification, section 12. */
const UNITS: Record<number, number[][]> = {
  1: [[1]],
  2: [
    [1, 0],
    [0, 1],
  ],
  3: [
    [0.57735026, 0.57735026, 0.57735026],
    [0.70710677, 0, -0.70710677],
    [0.4082483, -0.8164966, 0.4082483],
  ],
  4: [
    [0.57735026, 0.57735026, 0.57735026, 0],
    [0.70710677, 0, -0.70710677, 0],
    [0.4082483, -0.8164966, 0.4082483, 0],
    [0, 0, 0, 1],
  ],
};

/** What the planes are at a position, one number of each. */
function referenceOf(planes: readonly Int16Array[]): PyramidReference {
  const specs = planes.map((): PlaneSpec => ({ level: 0, reading: 'direct' }));
  const { layers } = presetSpec('pyramid', { channels: 1, levels: planes.length });
  const spec = { input: { kind: 'pyramid', planes: specs }, layers, filters: 0, overlap: 0 } as const;
  const model = modelOf(spec, { neighbours: 4, coarser: 0, width: 8 }, SIZE);
  const parameters = new Float32Array(model.field.parameters);
  return new PyramidReference({ model, parameters, latents: planes, tupleAt: () => 0 }, SPECIFIED);
}

for (const outputs of [1, 2, 3, 4]) {
  test(`${outputs} outputs: the specified bits`, async () => {
    const random = seededRandom(outputs);
    const planes = Array.from({ length: outputs }, () =>
      Int16Array.from({ length: SIZE.width * SIZE.height }, () => Math.round(40 * (2 * random() - 1) ** 5)),
    );
    const reference = referenceOf(planes);
    const step = Math.fround(stepOf(STEP_INDEX));
    const enhance = enhancer({ stepIndex: STEP_INDEX, planes }, SIZE);
    for (const [factor, isPart] of [
      [1, false],
      [3, false],
      [3, true],
      [1.7, false],
      [0.8, true],
    ] as const) {
      const [columns, rows] = [SIZE.width, SIZE.height].map((pixels) => {
        const count = Math.round(factor * pixels);
        return isPart ? { start: count >> 1, length: count >> 2, count } : { start: 0, length: count, count };
      }) as [Cells, Cells];
      const field = Float32Array.from(
        { length: columns.length * rows.length * outputs },
        () => 3 * random() - 1.5,
      );
      const values = field.slice();
      enhance(values, columns, rows);
      let at = 0;
      for (const y of pixelPositions(rows, SIZE.height)) {
        for (const x of pixelPositions(columns, SIZE.width)) {
          const latents = reference.featuresAt(x, y);
          for (let output = 0; output < outputs; output++, at++) {
            let expected = Math.min(1, Math.max(-1, field[at] as number));
            for (const [k, latent] of latents.entries()) {
              const unit = Math.fround(UNITS[outputs]?.[k]?.[output] as number);
              expected = Math.fround(expected + Math.fround(Math.fround(latent * step) * unit));
            }
            assert.is(values[at], expected, `${factor}: ${x}, ${y}, output ${output}`);
          }
        }
      }
    }
  });
}

test.run();
