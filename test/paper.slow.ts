/**
 * @file The paper's ordering of its systems on the reduced protocol: `npm run test:paper`, a quarter of an hour on two cores, not part of the
 * suite. Fits are kept in out/paper-reduced and not made again.
 */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { REDUCED } from '../scripts/paper/protocol.ts';
import { runStudy } from '../scripts/paper/study.ts';
import { findPictures } from '../src/bench/pictures.ts';
import { mean } from '../src/bench/summary.ts';
import { createWasmEngine } from '../src/engine/wasm/engine.ts';
import { assert, skipped, suite } from './harness.ts';

const test = suite('the paper, reduced');

const FOLDER = ['../corpus/kodak', '../../shared/kodak']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(path));
const PICTURES = ['03', '05', '08', '13', '19', '23'].map((number) => `${FOLDER}/kodim${number}.png`);

test('experts beat one network, segments beat tiles alone, the later their layer the more', async () => {
  const engine = await createWasmEngine();
  const results = await runStudy(
    engine,
    { pictures: await findPictures(PICTURES), table: 'all', protocol: REDUCED, folder: 'out/paper-reduced' },
    {
      signal: new AbortController().signal,
      onFit: ({ picture, system, psnr }) =>
        process.stderr.write(`${picture} ${system}: ${psnr.toFixed(2)} dB\n`),
      onStep: () => {},
    },
  );
  await engine.dispose();
  const average = (name: string): number =>
    mean(results.filter(({ system }) => system === name).map(({ psnr }) => psnr));
  const rising = (...names: readonly string[]): void => {
    const averages = names.map(average);
    const sorted = averages.toSorted((a, b) => a - b);
    assert.equal(averages, sorted, names.map((name, i) => `${name} ${averages[i]?.toFixed(2)}`).join(', '));
  };
  rising('siren', 'loe-qt', 'seg-loe');
  rising('siren', 'loe-ftc', 'seg-loe');
  rising('seg-loe, layer 1', 'seg-loe, layer 2', 'seg-loe, layer 3', 'seg-loe');
  rising('seg-loe, equal bins', 'seg-loe');
});

if (FOLDER) test.run();
else skipped('the paper, reduced', 'no Kodak pictures; npm run kodak brings them');
