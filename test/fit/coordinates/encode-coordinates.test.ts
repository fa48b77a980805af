/** @file Targets and plans: what a quality means, how wide a field is for a size, how a PSNR is searched. */

import { readFileSync } from 'node:fs';
import { LoecError } from '../../../src/errors.ts';
import { COORDINATE_PRESETS, isSegmented } from '../../../src/field/presets.ts';
import { parameterCount } from '../../../src/field/spec.ts';
import { learningRateAt, SCHEDULE } from '../../../src/fit/coordinates/phases.ts';
import {
  bppOfQuality,
  EFFORT_STEPS,
  labelMapBudget,
  specForSize,
} from '../../../src/fit/coordinates/width-plan.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('targets');
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

test('a planned field fills its size at six to seven bits a weight, less what the map takes', () => {
  for (const preset of COORDINATE_PRESETS) {
    for (const bytes of [3000, 15_000, 60_000]) {
      const bits = (8 * bytes) / parameterCount(specForSize({ preset, channels: 3 }, bytes));
      assert.ok(isSegmented(preset) ? bits > 8 && bits < 12 : bits > 6 && bits < 7.5, `${preset}: ${bits}`);
    }
  }
});

test('the more the map takes, the narrower the field; both fit into the file', () => {
  const request = { preset: 'loe', channels: 3 } as const;
  for (const bytes of [300, 5000, 50_000]) {
    const counts = [0, 0.2, 0.5].map((share) => parameterCount(specForSize(request, bytes, share * bytes)));
    assert.ok(bytes === 300 || counts.every((count, i) => i === 0 || count < (counts[i - 1] as number)));
    const spec = specForSize(request, bytes, 0.5 * bytes);
    assert.ok(labelMapBudget(spec, bytes) + parameterCount(spec) / 4 < bytes, `${bytes}`);
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

test('phases use all steps, and the rate falls from first to last', () => {
  const phases = Object.values(SCHEDULE);
  assert.ok(Math.abs(phases.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-12);
  for (const phase of phases) {
    const rates = Array.from({ length: 101 }, (_, i) => learningRateAt(phase, i, 100));
    assert.is(rates[0], phase.learningRate.from);
    assert.ok(Math.abs((rates[100] as number) - phase.learningRate.to) < 1e-12);
    assert.ok(rates.every((rate, i) => i === 0 || rate <= (rates[i - 1] as number)));
  }
});

test.run();
