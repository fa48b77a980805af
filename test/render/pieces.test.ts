/** @file What an evaluation is said to cost, and how it is cut, against the positions that are evaluated. */

import { type Cells, centres, pixelPositions, spanLength } from '../../src/field/grid.ts';
import { gridSamples } from '../../src/field/grid-samples.ts';
import { modelOf } from '../../src/field/model.ts';
import { PYRAMID_CONTEXTS, presetSpec } from '../../src/field/presets.ts';
import type { RasterSegmentation } from '../../src/field/segmentation.ts';
import { DEFAULT_LIMITS, UNBOUNDED_LIMITS } from '../../src/limits.ts';
import { classesPerPosition } from '../../src/render/coordinates/class-count.ts';
import { coordinateCost } from '../../src/render/coordinates/cost.ts';
import { evaluationCost } from '../../src/render/cost.ts';
import { latticesOf, outputGeometry } from '../../src/render/geometry.ts';
import { type CostOf, type EvaluatedField, pieceOf, rowsOfBand } from '../../src/render/pieces.ts';
import { COLUMN_QUANTUM } from '../../src/render/pyramid/axis.ts';
import { TILE_COLUMNS, TILE_ROWS } from '../../src/render/pyramid/evaluator.ts';
import type { LatticeAxis } from '../../src/render/pyramid/lattice.ts';
import { phasesOf, runsOf } from '../../src/render/pyramid/phases.ts';
import { withHalo } from '../../src/render/pyramid/tile.ts';
import { roundUp } from '../../src/wasm/pages.ts';
import { assert, suite } from '../harness.ts';

const test = suite('pieces');

/** A field that nothing selects experts of, and nothing is added to. */
const PLAIN = { hasDerivedClasses: false, hasLabels: false, hasAlphaClasses: false, enhancementPlanes: 0 };

const FLAT: CostOf = (columns, rows) => {
  return { positions: columns * rows, multiplyAdds: 1000 * columns * rows };
};

/** Cells that the layers are evaluated at along an axis: of each phase, in tiles with their halos; and at the centres of edges' pixels. */
function evaluatedCells(
  cells: Cells,
  { pixels, count, density }: LatticeAxis,
  filters: number,
  most: number,
  quantum: number,
): { tiles: number; edges: number } {
  let start = cells.start;
  let end = start + cells.length;
  if (cells.count !== pixels * density) {
    const places = pixelPositions(cells, pixels).map((p) => Math.floor((p + 0.5) * density - 0.5));
    start = Math.max(0, (places[0] as number) - 2);
    end = Math.min(count, (places.at(-1) as number) + 4);
  }
  const multiple = Math.max(1, density);
  const whole = count / multiple;
  let [tiles, edges] = [0, 0];
  for (const phase of phasesOf(start, end - start, multiple)) {
    for (const run of runsOf(phase.pixels, most)) {
      const { pixels: seen } = withHalo({ pixels: run }, filters, whole);
      tiles += roundUp(spanLength(seen), quantum);
      if (phase.shift === 0 || filters === 0) continue;
      const ends = Number(seen.first === 0) + Number(seen.last === whole - 1);
      edges += ends * roundUp(Math.min(filters + 1, whole), quantum);
    }
  }
  return { tiles, edges };
}

for (const filters of [0, 2, 3]) {
  test(`${filters} filters: positions are the cells of tiles, or some more`, async () => {
    const spec = { ...presetSpec('pyramid', { channels: 3, levels: 7 }), filters };
    for (const [width, height] of [
      [1300, 300],
      [90, 70],
      [1, 40],
      [40, 1],
      [5, 3],
    ] as const) {
      const picture = { width, height };
      const model = modelOf(spec, PYRAMID_CONTEXTS.small, picture);
      const field = {
        spec,
        model,
        ...PLAIN,
      };
      for (const scale of [0.06, 0.3, 0.5, 0.97, 1, 2, 2.3, 8, 63.5]) {
        const geometry = outputGeometry(picture, { scale }, UNBOUNDED_LIMITS, true);
        const cost = await evaluationCost(field, geometry, picture);
        const { across, down } = latticesOf(geometry, picture);
        const count = geometry.width * geometry.samplesX;
        const rowCount = geometry.height * geometry.samplesY;
        for (const [columns, rows] of [
          [count, Math.min(200, rowCount)],
          [Math.min(81, count), Math.min(5, rowCount)],
          [1, 1],
        ] as const) {
          const middle = (length: number, of: number) => ({ start: (of - length) >> 1, length, count: of });
          const seen = evaluatedCells(middle(columns, count), across, filters, TILE_COLUMNS, COLUMN_QUANTUM);
          const seenRows = evaluatedCells(middle(rows, rowCount), down, filters, TILE_ROWS, 1);
          const { positions } = cost(columns, rows);
          // Corners are evaluated twice.
          const corners = seen.edges * seenRows.edges;
          const [x, y] = [seen.tiles + seen.edges, seenRows.tiles + seenRows.edges];
          const evaluated = x * y + corners;
          // Phases have as many cells as the longest, filled up.
          const [phases, rowPhases] = [across, down].map(({ density }) => Math.max(1, density)) as [
            number,
            number,
          ];
          const most = (x + COLUMN_QUANTUM * phases) * (y + 3 * rowPhases) + corners;
          const found = `${width}x${height} by ${scale}: ${positions} for ${evaluated}`;
          assert.ok(positions >= evaluated, found);
          assert.ok(positions <= 1.9 * most, found);
        }
      }
    }
  });
}

test('what comes before and after counts: classes, filters, layers', async () => {
  const spec = presetSpec('pyramid', { channels: 3, levels: 7 });
  const picture = { width: 90, height: 70 };
  const model = modelOf(spec, PYRAMID_CONTEXTS.small, picture);
  const geometry = outputGeometry(picture, {}, DEFAULT_LIMITS);
  const workOf = async (change = {}): Promise<number> => {
    const field = {
      spec,
      model,
      ...PLAIN,
      ...change,
    };
    return (await evaluationCost(field, geometry, picture))(80, 60).multiplyAdds;
  };
  assert.ok((await workOf()) > 80 * 60 * (model.macPerPixel - 744));
  assert.ok((await workOf({ hasDerivedClasses: true })) > (await workOf()) + 80 * 60 * 320);
  assert.ok((await workOf({ hasLabels: true })) > (await workOf()));
  assert.ok((await workOf({ hasAlphaClasses: true })) > (await workOf()));
  assert.ok((await workOf({ enhancementPlanes: 3 })) > (await workOf()));
});

test('experts that change from position to position count', () => {
  const picture = { width: 90, height: 70 };
  const geometry = outputGeometry(picture, {}, DEFAULT_LIMITS);
  const workOf = (frequencies: readonly number[]): number => {
    const spec = presetSpec('siren', { width: 200, channels: 1, depth: frequencies.length });
    const layers = spec.layers.map((layer, i) => {
      return { ...layer, selector: { kind: 'tile', frequency: frequencies[i] as number } as const };
    });
    const field = {
      spec: { ...spec, layers },
      model: null,
      ...PLAIN,
    };
    return coordinateCost(field, geometry, picture)(80, 60).multiplyAdds;
  };
  const alike = workOf([7, 7, 7, 7, 7, 7, 7, 7]);
  assert.ok(workOf([1, 2, 3, 4, 5, 6, 7, 8]) > 3.9 * alike);
  assert.ok(workOf([1, 2, 1, 2, 1, 2, 1, 2]) < 1.1 * alike);
});

test('where tiles overlap, samples count, whatever part is asked for', () => {
  const spec = { ...presetSpec('loe-ftc', { width: 9, channels: 3, depth: 2 }), overlap: 7 / 64 };
  const field = { spec, model: null, ...PLAIN };
  const workOfSample = workOfOne(field);
  for (const [width, height] of [
    [97, 61],
    [1, 500],
    [700, 1],
    [40, 40],
  ] as const) {
    for (const scale of [0.3, 1, 2.3, 7]) {
      const whole = outputGeometry({ width, height }, { scale }, DEFAULT_LIMITS);
      for (const [place, size] of [
        [0, 1],
        [0.3, 0.1],
        [0.49, 0.02],
        [0.5, 0.5],
      ] as const) {
        const [x, y] = [Math.floor(place * whole.width), Math.floor(place * whole.height)];
        const crop = {
          x,
          y,
          width: Math.ceil(size * (whole.width - x)),
          height: Math.ceil(size * (whole.height - y)),
        };
        const { samplesX, samplesY } = whole;
        const xs = centres(x * samplesX, crop.width * samplesX, whole.width * samplesX);
        const ys = centres(y * samplesY, crop.height * samplesY, whole.height * samplesY);
        const samples = gridSamples(spec, null, xs, ys).tuples.length;
        const cost = coordinateCost(field, { ...whole, crop }, { width, height })(xs.length, ys.length);
        assert.is(cost.positions, xs.length * ys.length);
        assert.ok(cost.multiplyAdds >= samples * workOfSample, `${width}x${height} by ${scale}`);
      }
    }
  }
});

test('where classes are mixed, samples count, whatever part is asked for', () => {
  const preset = presetSpec('loe', { width: 9, channels: 3, depth: 4 });
  const spec = { ...preset, overlap: 7 / 64 };
  const field = { spec, model: null, ...PLAIN, hasLabels: true };
  const workOfSample = workOfOne(field);
  for (const [width, height] of [
    [97, 61],
    [1, 500],
    [700, 1],
    [40, 40],
  ] as const) {
    // Stripes, a patch and a dot.
    const labels = Uint8Array.from({ length: width * height }, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return x === y ? 3 : x > 20 && y > 20 && y < 40 ? 2 : ((x + y) >> 4) & 1;
    });
    const map: RasterSegmentation = { kind: 'raster', width, height, thresholds: [1, 2, 3], labels };
    for (const scale of [0.3, 1, 2.3, 7]) {
      const whole = outputGeometry(map, { scale }, DEFAULT_LIMITS);
      for (const [x, y, columns, rows] of [
        [0, 0, whole.width, whole.height],
        [whole.width >> 1, 0, 1, whole.height],
        [whole.width >> 2, whole.height >> 2, (whole.width >> 1) + 1, (whole.height >> 2) + 1],
      ] as const) {
        const geometry = { ...whole, crop: { x, y, width: columns, height: rows } };
        const { samplesX, samplesY } = geometry;
        const xs = centres(x * samplesX, columns * samplesX, whole.width * samplesX);
        const ys = centres(y * samplesY, rows * samplesY, whole.height * samplesY);
        const samples = gridSamples(spec, map, xs, ys).tuples.length;
        const classes = classesPerPosition({ spec, segmentation: map }, geometry);
        const workFor = (count?: number) =>
          coordinateCost(field, geometry, map, count)(xs.length, ys.length).multiplyAdds;
        const found = `${width}x${height} by ${scale}: ${workFor(classes)} of ${workFor()} for ${samples}`;
        assert.ok(workFor(classes) >= samples * workOfSample, found);
        assert.ok(workFor() >= workFor(classes), found);
        if (scale === 1) assert.is(classes, 1);
        else if (columns * rows > 1000 && width === 97) assert.ok(classes < 2.2, found);
      }
    }
  }
});

/** Of one more sample, beyond as many that the tuples of experts are no more. */
function workOfOne(field: EvaluatedField): number {
  const picture = { width: 9, height: 9 };
  const hard = { ...field, spec: { ...field.spec, overlap: 0 } };
  const cost = coordinateCost(hard, outputGeometry(picture, {}, DEFAULT_LIMITS), picture);
  return (cost(2000, 1).multiplyAdds - cost(1000, 1).multiplyAdds) / 1000;
}

test('pieces are cheap, whatever the picture and the field', () => {
  const dear: CostOf = (columns, rows) => ({ positions: columns * rows, multiplyAdds: 2e7 * columns * rows });
  for (const [width, height] of [
    [2 ** 27, 1],
    [1, 2 ** 27],
    [6000, 4000],
    [7, 5],
  ] as const) {
    for (const scale of [0.05, 1, 2]) {
      const geometry = outputGeometry({ width, height }, { scale }, DEFAULT_LIMITS);
      const rows = rowsOfBand(geometry);
      assert.ok(rows >= 1 && rows <= geometry.crop.height);
      for (const cost of [FLAT, dear]) {
        const { columns, sampleRows } = pieceOf(cost, geometry, rows);
        assert.ok(columns >= 1 && columns <= geometry.crop.width);
        assert.ok(sampleRows >= 1 && sampleRows <= rows * geometry.samplesY);
        const { multiplyAdds } = cost(columns * geometry.samplesX, sampleRows);
        const isLeast = columns === 1 && sampleRows === 1;
        assert.ok(multiplyAdds < 2e8 || isLeast, `${width}x${height} ${columns} ${sampleRows}`);
      }
    }
  }
});

test('pieces of an ordinary picture are as high as the band', () => {
  const geometry = outputGeometry({ width: 4000, height: 3000 }, {}, DEFAULT_LIMITS);
  assert.equal(pieceOf(FLAT, geometry, 65), { columns: 2000, sampleRows: 65 });
});

test.run();
