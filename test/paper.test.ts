/** @file The reproduction of the paper's tables, on a scale that shows nothing but that it works. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorMap, errorScale } from '../scripts/paper/maps.ts';
import { FULL, type Protocol, specOf } from '../scripts/paper/protocol.ts';
import type { Result } from '../scripts/paper/results.ts';
import { runStudy, type Study, writeReport } from '../scripts/paper/study.ts';
import { SYSTEMS, type System, systemsOf } from '../scripts/paper/systems.ts';
import { findPictures } from '../src/bench/pictures.ts';
import { decode } from '../src/decode.ts';
import { createWasmEngine } from '../src/engine/wasm/engine.ts';
import { readPng } from '../src/image/png/read.ts';
import type { Raster } from '../src/image/raster.ts';
import { assert, suite } from './harness.ts';

const test = suite('paper');

const TINY: Protocol = {
  ...FULL,
  width: 6,
  steps: 12,
  learningRate: 2e-3,
  crop: { width: 20, height: 14 },
  finest: 4,
};

const systemOf = (name: string): System => SYSTEMS.find((system) => system.name === name) as System;

test('the layers of the systems are those of the paper', () => {
  const frequencies = (name: string): string =>
    specOf(systemOf(name), FULL, 3)
      .layers.map(({ selector }) => (selector.kind === 'tile' ? selector.frequency : selector.kind))
      .join(' ');
  assert.is(frequencies('siren'), 'one one one one');
  assert.is(frequencies('loe-ftc'), '128 8 4 2');
  assert.is(frequencies('loe-qt'), '2 4 8 128');
  assert.is(frequencies('seg-loe'), '128 8 4 segment');
  assert.is(frequencies('seg-loe, layer 3'), '128 8 segment 2');
  assert.is(frequencies('seg-loe, layer 2'), '128 segment 4 2');
  assert.is(frequencies('seg-loe, layer 1'), 'segment 128 4 2');
  assert.equal(
    specOf(systemOf('siren'), FULL, 3).layers.map(({ width }) => width),
    [256, 256, 256, 3],
  );
});

test('fits are made once, decode to what is told, and fill the report', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'loec-paper-'));
  const engine = await createWasmEngine({ threads: 1 });
  const study: Study = {
    pictures: await findPictures(['corpus/harbour.png']),
    table: 1,
    protocol: TINY,
    folder,
  };
  const run = async () => {
    let fresh = 0;
    const results = await runStudy(engine, study, {
      signal: new AbortController().signal,
      onFit: (_: Result, __: number, isOld: boolean) => {
        if (!isOld) fresh++;
      },
      onStep: () => {},
    });
    return { fresh, results };
  };
  try {
    const { fresh, results } = await run();
    assert.is(fresh, systemsOf(1).length);
    const again = await run();
    assert.is(again.fresh, 0);
    assert.equal(again.results, results);
    for (const { system, psnr: told, curve, bytes } of results) {
      const stem = `harbour-${system}`;
      const file = readFileSync(join(folder, 'files', `${stem}.loe`));
      const image = readFileSync(join(folder, 'images', `${stem}.png`));
      assert.is(file.length, bytes.float32);
      assert.equal((await decode(file)).data, (await readPng(image, { name: stem })).raster.data);
      assert.ok(bytes.quantized < bytes.float16 && bytes.float16 < bytes.float32, stem);
      const [first, last] = [curve[0], curve.at(-1)];
      assert.ok(last && first && last.psnr > first.psnr, stem);
      // Rounding to 8 bits and clipping move it a little.
      assert.ok(Math.abs((last?.psnr ?? 0) - told) < 0.2, `${stem}: ${last?.psnr} and ${told}`);
    }
    const markdown = await writeReport(study, results);
    for (const { name } of systemsOf(1)) assert.match(markdown, `| ${name} | 1 |`);
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    for (const [, path] of page.matchAll(/<img src="([^"]+)"/g))
      assert.ok(existsSync(join(folder, path as string)), path);
    assert.match(page, '<svg');
  } finally {
    await engine.dispose();
    rmSync(folder, { recursive: true });
  }
});

test('error maps are differences on a scale that all but a thousandth stay within', () => {
  const raster = (data: Uint8Array): Raster => {
    return { width: data.length, height: 1, channels: 1, depth: 8, data, colour: [], metadata: [] };
  };
  const original = raster(new Uint8Array(2000).fill(100));
  const near = raster(Uint8Array.from(original.data, (value, i) => value + (i % 2 === 0 ? 10 : -5)));
  near.data[0] = 250;
  assert.is(errorScale(original, [near]), 10);
  const map = errorMap(original, near, 10);
  assert.equal([...map.data.subarray(0, 4)], [255, 128, 255, 128]);
  near.data.fill(240, 0, 10);
  assert.is(errorScale(original, [near]), 140);
  assert.is(errorScale(original, [original]), 1);
});

test.run();
