import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { butteraugli } from '../../src/bench/command-metric.ts';
import { parseMetrics } from '../../src/bench/metric-spec.ts';
import { tryMetrics } from '../../src/bench/try-metrics.ts';
import type { LoecError } from '../../src/errors.ts';
import type { Raster } from '../../src/image/raster.ts';
import { assert, skipped, suite } from '../harness.ts';
import { noiseRaster, rasterOf } from '../image/rasters.ts';

const test = suite('bench metrics');
const folder = mkdtempSync(join(tmpdir(), 'loec-metrics-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** A program that says how often the pictures are its first words, then its words. */
function program(name: string): string {
  const path = join(folder, name);
  writeFileSync(path, '#!/bin/sh\ncase "$1$2" in *.png*.png) echo first 1 ;; *) echo first 0 ;; esac\n');
  chmodSync(path, 0o755);
  return path;
}

const { signal } = new AbortController();
const [a, b] = [noiseRaster(64, 64, 3, 8), rasterOf(64, 64, 3, 8, () => 0.5)];
const scoresBy = (text: string): Promise<number[]> =>
  Promise.all(parseMetrics(text).map(({ score }) => score(a, b, signal)));

test('a command gets the pictures behind its own words, and butteraugli_main before them', async () => {
  const [other, strict] = [program('score'), program('butteraugli_main')];
  assert.equal(await scoresBy(`x=${other} --fast,y=${strict} --pnorm 3`), [0, 1]);
});

test('names are those of our own metrics, each once; what they say can be parsed anew', () => {
  const text = 'psnr,ssimulacra2,ms-ssim,ms-ssim-rgb,ssim,mine=./mine.sh -x=1 -y';
  const metrics = parseMetrics(`${text},psnr`);
  assert.is(metrics.map(({ specification }) => specification).join(), text);
  assert.is(metrics.at(-1)?.id, 'mine');
  assert.throws(() => parseMetrics('vmaf'), /NAME=CMD/);
});

test('a metric whose program is missing or prints nothing is left out, with the reason', async () => {
  const metrics = parseMetrics(
    `psnr,mute=true,gone=${folder}/none,ssimulacra2,butteraugli=${folder}/x/butteraugli_main`,
  );
  const { working, failures } = await tryMetrics(metrics, signal);
  assert.equal(
    working.map(({ id }) => id),
    ['psnr', 'ssimulacra2'],
  );
  assert.match(failures[0] as string, /^mute is left out: .*printed no number/);
  assert.match(failures[1] as string, /^gone is left out: can't run .*ENOENT.*PATH/);
  assert.match(failures[2] as string, /^butteraugli is left out: .*libjxl-devtools/);
});

test('of a command the last figure counts, which may be infinite, and is no score where it is NaN', async () => {
  const printing = (text: string): string => {
    const path = join(folder, 'print');
    writeFileSync(path, `#!/bin/sh\necho '${text}'\n`);
    chmodSync(path, 0o755);
    return `x=${path}`;
  };
  for (const [text, score] of [
    ['SSIM2 of 3: -1.5e1', -15],
    ['PSNR2: inf', Number.POSITIVE_INFINITY],
    ['info 7', 7],
  ] as const) {
    assert.equal(await scoresBy(printing(text)), [score]);
  }
  for (const text of ['3-norm: nan', 'SSIM2 -nan']) {
    const error = await scoresBy(printing(text)).catch((reason: LoecError) => reason);
    assert.match((error as LoecError).message, /printed no number/);
  }
});

test('pictures that Butteraugli is blind to are not measured by it', async () => {
  const [small, other] = [noiseRaster(7, 200, 3, 8), rasterOf(7, 200, 3, 8, () => 0.5)];
  const error = await butteraugli.score(small, other, signal).catch((reason: LoecError) => reason);
  assert.match((error as LoecError).message, /at least 8 pixels, found 7x200/);
  assert.is((error as LoecError).code, 'E_ENGINE');
});

const { failures } = await tryMetrics([butteraugli], signal);
if (failures.length > 0) skipped('butteraugli_main', failures.join());
else {
  test('Butteraugli is 0 for equal pictures and grows with the error', async () => {
    assert.is(await butteraugli.score(a, a, signal), 0);
    const softened = { ...a, data: a.data.map((value) => Math.round(0.9 * value + 12)) };
    const near = await butteraugli.score(a, softened, signal);
    const far = await butteraugli.score(a, b, signal);
    assert.ok(near > 0.1 && far > 2 * near, `${near}, ${far}`);
  });

  test('Butteraugli takes samples as they are, whatever sBIT says', async () => {
    const [c, d] = [a, b].map((raster) => ({
      ...raster,
      depth: 16 as const,
      data: Uint16Array.from(raster.data, (sample) => 257 * sample),
    })) as [Raster, Raster];
    const colour = [{ type: 'sBIT', data: Uint8Array.of(12, 12, 12) }];
    assert.is(
      await butteraugli.score({ ...c, colour }, { ...d, colour }, signal),
      await butteraugli.score(c, d, signal),
    );
  });
}

test.run();
