/** @file Lattices: their phases, what cells see of planes, what lies between cells, and smaller pictures. */

import { type Cells, pixelPositions, type Span } from '../../src/field/grid.ts';
import { modelOf } from '../../src/field/model.ts';
import { pyramidPlanes, splineWeights } from '../../src/field/pyramid.ts';
import { seededRandom } from '../../src/field/random.ts';
import type { FieldSpec } from '../../src/field/spec.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { latticesOf, outputGeometry } from '../../src/render/geometry.ts';
import { betweenCells, Interpolator, type LatticeAxis } from '../../src/render/pyramid/lattice.ts';
import { phasesOf, positionsOf, runsOf } from '../../src/render/pyramid/phases.ts';
import { reducedField } from '../../src/render/pyramid/reduced.ts';
import { PhaseTaps } from '../../src/render/pyramid/taps.ts';
import { finish } from '../../src/time-slices.ts';
import { assert, suite } from '../harness.ts';

const test = suite('lattices');

test('the phases of any run of cells are exactly these cells', () => {
  const random = seededRandom(1);
  const upTo = (most: number) => 1 + Math.floor(most * random());
  const runs: [number, number, number, number][] = [
    [1, 64, 0, 64],
    [5, 3, 0, 15],
    [2 ** 27, 63, 63 * 2 ** 27 - 7, 7],
    [2 ** 27 - 1, 64, 2 ** 33 - 100, 36],
  ];
  for (let i = 0; i < 300; i++) {
    const [pixels, multiple] = [upTo(50), upTo(64)];
    const start = Math.floor(pixels * multiple * random());
    runs.push([pixels, multiple, start, upTo(pixels * multiple - start)]);
  }
  for (const [pixels, multiple, start, length] of runs) {
    const found = new Float64Array(length).fill(Number.NaN);
    for (const phase of phasesOf(start, length, multiple)) {
      assert.ok(phase.pixels.first >= 0 && phase.pixels.last < pixels);
      for (const [i, position] of positionsOf(phase).entries()) {
        const cell = phase.offset + i * multiple;
        assert.ok(Number.isNaN(found[cell]), 'a cell of two phases, or beyond the run');
        found[cell] = position;
      }
    }
    const expected = pixelPositions({ start, length, count: pixels * multiple }, pixels);
    assert.equal(found, expected, `${pixels} x ${multiple} from ${start}`);
  }
});

test('the middle phase of an odd number is that of pixel centres, others come in pairs', () => {
  for (const multiple of [1, 2, 3, 7, 64]) {
    const shifts = phasesOf(0, multiple, multiple).map(({ shift }) => shift);
    for (const [i, shift] of shifts.entries()) {
      // Rounding is upwards.
      assert.ok(Math.abs(shift + (shifts[multiple - 1 - i] as number)) <= 2 ** -16);
      assert.ok(Math.abs(shift) < 1 / 2);
    }
    if (multiple % 2) assert.is(shifts[(multiple - 1) / 2], 0);
  }
});

test('runs cover a span in order, none too long', () => {
  for (const [span, most] of [
    [{ first: 3, last: 3 }, 1],
    [{ first: 0, last: 1024 }, 512],
    [{ first: 7, last: 99 }, 10],
  ] as const satisfies readonly (readonly [Span, number])[]) {
    let next: number = span.first;
    for (const run of runsOf(span, most)) {
      assert.is(run.first, next);
      assert.ok(run.last >= run.first && run.last - run.first < most);
      next = run.last + 1;
    }
    assert.is(next, span.last + 1);
  }
});

test('taps are the four cells around each position', () => {
  for (const shift of [-0.5 + 2 ** -7, -0.25, 0, 2 ** -16, 0.375]) {
    const taps = new PhaseTaps(shift);
    for (const level of [0, 1, 3, 11]) {
      for (const pixels of [
        { first: 0, last: 40 },
        { first: 2 ** 27 - 9, last: 2 ** 27 - 1 },
      ]) {
        const { cells, first, weights } = taps.at(pixels, level);
        for (let i = 0; i < first.length; i++) {
          const u = (pixels.first + i + shift + 0.5) / 2 ** level - 0.5;
          const t = u - Math.floor(u);
          assert.is(cells.first + (first[i] as number), Math.floor(u) - 1);
          assert.equal(weights.slice(4 * i, 4 * i + 4), Float32Array.from(splineWeights(t)));
        }
        assert.is(cells.last, cells.first + (first.at(-1) as number) + 3);
      }
    }
  }
});

const axisOf = (pixels: number, density: number): LatticeAxis => ({
  pixels,
  count: pixels * density,
  density,
});

/** At every cell, waves along both axes. */
function waves(across: LatticeAxis, down: LatticeAxis, frequency: number) {
  const at = (axis: LatticeAxis, cell: number) => Math.cos(frequency * ((cell + 0.5) / axis.density));
  return (columns: Cells, rows: Cells) => {
    assert.is(columns.count, across.count);
    assert.is(rows.count, down.count);
    const values = new Float32Array(columns.length * rows.length);
    for (let row = 0, next = 0; row < rows.length; row++) {
      for (let column = 0; column < columns.length; column++, next++)
        values[next] = at(across, columns.start + column) * at(down, rows.start + row);
    }
    return values;
  };
}

test('between cells, constants are reproduced to rounding and slow waves to a hundredth', async () => {
  const [across, down] = [axisOf(40, 2), axisOf(30, 1)];
  const columns = { start: 20, length: 25, count: 71 };
  const rows = { start: 9, length: 7, count: 33 };
  const constant = await betweenCells(
    waves(across, down, 0),
    across,
    down,
    new Interpolator(1),
  )(columns, rows);
  assert.is(constant.length, 25 * 7);
  for (const value of constant) assert.ok(Math.abs(value - 1) < 2e-7);
  const frequency = 0.4;
  const slow = await betweenCells(
    waves(across, down, frequency),
    across,
    down,
    new Interpolator(1),
  )(columns, rows);
  for (let row = 0; row < 7; row++) {
    for (let column = 0; column < 25; column++) {
      const x = ((columns.start + column + 0.5) * 40) / columns.count;
      const y = ((rows.start + row + 0.5) * 30) / rows.count;
      const expected = Math.cos(frequency * x) * Math.cos(frequency * y);
      assert.ok(Math.abs((slow[25 * row + column] as number) - expected) < 1e-2, `${column}, ${row}`);
    }
  }
});

test('cells of the lattice are passed on as they are, along one axis or both', async () => {
  const [across, down] = [axisOf(8, 3), axisOf(5, 1)];
  const evaluate = waves(across, down, 1);
  const columns = { start: 3, length: 9, count: 24 };
  const rows = { start: 1, length: 2, count: 5 };
  const between = betweenCells(evaluate, across, down, new Interpolator(1));
  assert.equal(await between(columns, rows), evaluate(columns, rows));
  const mixed = await between(columns, { start: 2, length: 1, count: 7 });
  assert.is(mixed.length, 9);
});

test('cells of a picture of 2^27 pixels, enlarged 63.5 times, at its end', async () => {
  const across = axisOf(2 ** 27, 64);
  const seen: Cells[] = [];
  const count = 63.5 * 2 ** 27;
  const evaluate = (columns: Cells, rows: Cells) => {
    seen.push(columns);
    return new Float32Array(columns.length * rows.length).fill(1);
  };
  const between = betweenCells(evaluate, across, axisOf(1, 1), new Interpolator(1));
  const values = await between({ start: count - 2, length: 2, count }, { start: 0, length: 1, count: 1 });
  assert.equal(
    Array.from(values, (value) => Math.round(1e6 * value)),
    [1e6, 1e6],
  );
  const [{ start, length }] = seen as [Cells];
  assert.is(start + length, 2 ** 33);
  assert.ok(length <= 8);
});

test('a smaller picture’s last cell may reach beyond the picture: samples as many as cells are between them', async () => {
  const picture = { width: 100, height: 100 };
  const geometry = outputGeometry(picture, { width: 5, height: 5 }, DEFAULT_LIMITS, true);
  assert.equal([geometry.level, geometry.samplesX], [2, 5]);
  const odd = outputGeometry({ width: 99, height: 99 }, { width: 5, height: 5 }, DEFAULT_LIMITS, true);
  const { across, down } = latticesOf(odd, { width: 99, height: 99 });
  assert.equal([odd.width * odd.samplesX, across.count], [25, 25]);
  const ramp = (columns: Cells, rows: Cells) => {
    const values = Array.from({ length: rows.length }, () =>
      Array.from({ length: columns.length }, (_, i) => columns.start + i),
    );
    return Float32Array.from(values.flat());
  };
  const row = { start: 12, length: 1, count: 25 };
  const values = await betweenCells(
    ramp,
    across,
    down,
    new Interpolator(1),
  )({ start: 0, length: 25, count: 25 }, row);
  // Sample 20 is at 20.5·99/25 = 81.18 pixels, which is 19.8 cells of 4 pixels: lanczos3 of a line is right to 2 %.
  assert.ok(Math.abs((values[20] as number) - 19.795) < 0.02, `${values[20]}`);
});

test('a smaller picture has the means of latents, and filters that see a part of a cell away', () => {
  const spec: FieldSpec = {
    input: { kind: 'pyramid', planes: pyramidPlanes(4) },
    layers: [{ width: 3, selector: { kind: 'one' }, activation: { kind: 'linear' } }],
    filters: 1,
    overlap: 0,
  };
  const model = modelOf(spec, { neighbours: 1, coarser: 0, width: 8 }, { width: 10, height: 5 });
  const random = seededRandom(3);
  const parameters = Float32Array.from({ length: model.field.parameters }, () => random() - 0.5);
  const latents = model.planes.map((plane, l) =>
    Int16Array.from({ length: plane.width * plane.height }, (_, i) => 100 * l + i),
  );
  const reduced = finish(reducedField(model, parameters, latents, 2));
  assert.equal([reduced.model.width, reduced.model.height], [3, 2]);
  assert.equal(
    reduced.model.planes.map(({ level, reading, width, height }) => [level, reading, width, height]),
    [
      [0, 'direct', 3, 2],
      [0, 'direct', 3, 2],
      [0, 'spline', 3, 2],
      [1, 'spline', 2, 1],
    ],
  );
  // Rows 0 … 3 of columns 0 … 3 of 10y + x; columns 8, 9, 9, 9; row 4 four times.
  assert.equal(Array.from(reduced.latents[0] as Float32Array), [16.5, 20.5, 23.75, 41.5, 45.5, 48.75]);
  // 5 x 3 cells: 0, 1, 5, 6; columns 4, 4; row 2 twice.
  assert.equal(Array.from(reduced.latents[1] as Float32Array), [103, 105, 106.5, 110.5, 112.5, 114]);
  assert.is(reduced.latents[2], latents[2]);

  // On paraboloids a filter gives what it gives on the picture: taps a quarter of a cell away.
  const weight = model.field.filters[0]?.weight as { offset: number };
  const [own, small] = [parameters, reduced.parameters].map((all) =>
    all.slice(weight.offset, weight.offset + 9),
  ) as [Float32Array, Float32Array];
  const surface = (x: number, y: number) => 2 + x - 3 * y + 0.5 * x * x + x * y + 2 * y * y + x * x * y * y;
  const sum = (weights: Float32Array, step: number) =>
    weights.reduce(
      (total, w, i) => total + w * surface(step * ((i % 3) - 1), step * (Math.floor(i / 3) - 1)),
      0,
    );
  assert.ok(Math.abs(sum(small, 1) - sum(own, 1 / 4)) < 1e-5);
  const others = (all: Float32Array) =>
    Array.from(all).filter((_, i) => i < weight.offset || i >= weight.offset + 81);
  assert.equal(others(reduced.parameters), others(parameters));
});

test('levels: a pixel of the output has at least four cells along each axis', () => {
  for (const [width, height, isReducible, level] of [
    [100, 100, true, 1],
    [101, 100, true, 0],
    [100, 101, true, 0],
    [50, 50, true, 2],
    [50, 51, true, 1],
    [50, 50, false, 0],
    [800, 40, true, 0],
  ] as const) {
    const found = outputGeometry({ width: 800, height: 800 }, { width, height }, DEFAULT_LIMITS, isReducible);
    assert.is(found.level, level, `${width}x${height}`);
  }
});

test('lattices are as fine as the output along each axis', () => {
  const picture = { width: 100, height: 80 };
  for (const [width, height, across, down] of [
    [100, 80, 1, 1],
    [101, 80, 2, 1],
    [200, 161, 2, 3],
    [137, 40, 2, 1],
    [800, 641, 8, 8],
    [6400, 79, 8, 1],
    [6301, 5120, 8, 8],
  ] as const) {
    const geometry = outputGeometry(picture, { width, height }, DEFAULT_LIMITS);
    const lattices = latticesOf(geometry, picture);
    assert.equal(lattices.across, { pixels: 100, count: 100 * across, density: across });
    assert.equal(lattices.down, { pixels: 80, count: 80 * down, density: down });
  }
});

test.run();
