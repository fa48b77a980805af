/** @file Plans: what a quality means, how wide a field is for a size, how many steps it takes. */

import { readFileSync } from 'node:fs';
import { LoecError } from '../../../src/errors.ts';
import { COORDINATE_PRESETS, isSegmented } from '../../../src/field/presets.ts';
import { type FieldSpec, parameterCount } from '../../../src/field/spec.ts';
import {
  bppOfQuality,
  EFFORT_STEPS,
  labelMapBudget,
  plannedBytes,
  specForSize,
} from '../../../src/fit/coordinates/width-plan.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('plans of coordinate fields');
const page = readFileSync(new URL('../../../docs/quality.md', import.meta.url), 'utf8');

test('docs/quality.md has the rates of the qualities', () => {
  const rows = [...page.matchAll(/^\| (\d+) \| ([\d.]+) \| ([\d.]+) kB \|$/gm)];
  assert.is(rows.length, 11);
  for (const [, quality, bpp, kilobytes] of rows) {
    assert.is(bppOfQuality(Number(quality)).toFixed(3), bpp);
    assert.is(((bppOfQuality(Number(quality)) * 768 * 512) / 8000).toFixed(1), kilobytes);
  }
});

test('docs/quality.md has the steps of the efforts', () => {
  const row = /^\| steps \| (.*) \|$/m.exec(page)?.[1] ?? '';
  assert.equal(
    row.split(' | ').map((cell) => Number(cell.replace(',', ''))),
    [...EFFORT_STEPS],
  );
});

test('a planned field fills its size at 5.6 bits a weight, less half of it for a map', () => {
  for (const preset of COORDINATE_PRESETS) {
    for (const bytes of [3000, 15_000, 60_000]) {
      const room = (isSegmented(preset) ? bytes / 2 : bytes) - 80;
      const bits = (8 * room) / parameterCount(specForSize({ preset, channels: 3 }, bytes));
      assert.ok(Math.abs(bits / 5.6 - 1) < 0.1, `${preset}: ${bits}`);
    }
  }
});

/** Widths whose panels of eight units are full, but for those of narrow fields, which would grow too coarsely. */
function isPlannedWidth(width: number): boolean {
  return width % 8 === 0 || [1, 2, 3, 4, 5, 6, 10, 12, 20].includes(width);
}

test('more bytes give wider fields, a layer after the other, in full panels', () => {
  for (const preset of ['loe', 'siren'] as const) {
    let before: number[] = [];
    for (let bytes = 250; bytes < 300_000; bytes = Math.round(1.03 * bytes)) {
      const spec = specForSize({ preset, channels: 3 }, bytes, 0);
      const widths = spec.layers.slice(0, -1).map(({ width }) => width);
      const ratio = (5.6 / 8) * (parameterCount(spec) / (bytes - 80));
      // To the next field, half of the weights that one more grain of units in one layer has.
      const grain = preset === 'loe' && bytes > 1000 ? 0.06 : 0.12;
      assert.ok(Math.abs(ratio - 1) < grain, `${preset}, ${bytes} bytes: ${ratio}`);
      assert.ok(widths.every(isPlannedWidth), widths.join(' '));
      assert.ok(
        widths.every((width, i) => i === 0 || width <= (widths[i - 1] as number)),
        widths.join(' '),
      );
      assert.ok(
        before.every((width, i) => width <= (widths[i] as number)),
        `${before} to ${widths}`,
      );
      before = widths;
    }
  }
});

test('what a file holds besides its field is left out of the plan', () => {
  const request = { preset: 'loe', channels: 3 } as const;
  const withNotes = { ...request, besides: 1080 };
  assert.equal(specForSize(withNotes, 6000, 2000), specForSize(request, 5000, 2000));
  assert.is(
    plannedBytes(withNotes, { width: 1, height: 1 }, 50),
    plannedBytes(request, { width: 1, height: 1 }, 50) + 1000,
  );
});

test('no layer is planned wider than 512 units', () => {
  const { layers } = specForSize({ preset: 'loe-qt', channels: 3 }, 1e8, 0);
  assert.equal(
    layers.map(({ width }) => width),
    [512, 512, 512, 3],
  );
});

test('the more the map takes, the narrower the field; both fit into the file', () => {
  const request = { preset: 'loe', channels: 3 } as const;
  for (const bytes of [300, 5000, 50_000]) {
    const counts = [0, 0.2, 0.5].map((share) => parameterCount(specForSize(request, bytes, share * bytes)));
    assert.ok(bytes === 300 || counts.every((count, i) => i === 0 || count < (counts[i - 1] as number)));
    const spec = specForSize(request, bytes, 0.5 * bytes);
    assert.ok(labelMapBudget(request, spec, bytes) + parameterCount(spec) / 4 < bytes, `${bytes}`);
  }
});

test('a size that no field fits says which one would do', () => {
  try {
    specForSize({ preset: 'loe', channels: 3 }, 90);
    assert.unreachable();
  } catch (error) {
    assert.ok(error instanceof LoecError && error.code === 'E_TARGET');
    const enough = Number(/about (\d+) bytes/.exec(error.message)?.[1]);
    assert.ok(specForSize({ preset: 'loe', channels: 3 }, enough).layers.length > 0);
  }
});

test('a quality of a small picture has bytes for a narrowest field of 5.6 bits a weight, of others its own', () => {
  const request = { preset: 'loe', channels: 3 } as const;
  for (const side of [1, 16, 32]) {
    const bytes = plannedBytes(request, { width: side, height: side }, 50);
    const spec = specForSize(request, bytes);
    assert.equal(widthsOf(spec), [1, 1, 1, 1, 1, 1, 3]);
    const bits = (8 * (bytes - 80)) / parameterCount(spec);
    assert.ok(Math.abs(bits / 5.6 - 1) < 0.02, `${bits}`);
  }
  assert.is(plannedBytes(request, { width: 768, height: 512 }, 50), 21_440);
});

function widthsOf({ layers }: FieldSpec): number[] {
  return layers.map(({ width }) => width);
}

test.run();
