/**
 * @file The paper's tables, reproduced: `npm run paper` fits its systems to pictures, prints its figures beside ours, and makes a page with
 * error maps. What is measured is kept in the folder and not measured again.
 *
 *     npm run paper -- --images corpus/kodak [--table 1|2|3|all] [--engine auto] [--steps 5000] [--rate 0.0001] [--omega 30] [--out out/paper]
 *     npm run paper -- --reduced --images corpus/kodak/kodim05.png,corpus/kodak/kodim13.png
 *
 * `--reduced` is for a CPU: see `protocol.ts` and docs/paper.md.
 */

import { parseArgs } from 'node:util';
import { findPictures } from '../../src/bench/pictures.ts';
import { formatSeconds } from '../../src/cli/terminal/progress.ts';
import { chooseEngine } from '../../src/engine/choose.ts';
import { ENGINE_NAMES } from '../../src/engine/names.ts';
import { LoecError } from '../../src/errors.ts';
import { integer, number, oneOf, type Parser, parseValue } from '../../src/parsers.ts';
import { FULL, type Protocol, REDUCED } from './protocol.ts';
import { runStudy, type Study, type Watch, writeReport } from './study.ts';
import type { PaperTable } from './systems.ts';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: 'corpus/kodak' },
    table: { type: 'string', default: 'all' },
    engine: { type: 'string', default: 'auto' },
    reduced: { type: 'boolean', default: false },
    width: { type: 'string' },
    steps: { type: 'string' },
    rate: { type: 'string' },
    omega: { type: 'string' },
    seed: { type: 'string' },
    out: { type: 'string', default: 'out/paper' },
  },
});

/** The value of an option, or what holds without it. */
function given<Value>(
  name: 'width' | 'steps' | 'rate' | 'omega' | 'seed',
  parser: Parser<Value>,
  otherwise: Value,
): Value {
  const text = values[name];
  return text === undefined ? otherwise : parseValue(`--${name}`, text, parser);
}

function protocolOf(): Protocol {
  const base = values.reduced ? REDUCED : FULL;
  return {
    ...base,
    width: given('width', integer(1, 1024), base.width),
    steps: given('steps', integer(1, 1e7), base.steps),
    learningRate: given('rate', number(1e-8, 1), base.learningRate),
    omega: given('omega', number(0.1, 1000), base.omega),
    seed: given('seed', integer(0, 2 ** 32 - 1), base.seed),
  };
}

async function main(signal: AbortSignal): Promise<void> {
  const table = parseValue('--table', values.table, oneOf(['1', '2', '3', 'all']));
  const study: Study = {
    pictures: await findPictures(values.images.split(',')),
    table: table === 'all' ? table : (Number(table) as PaperTable),
    protocol: protocolOf(),
    folder: values.out,
  };
  const engine = await chooseEngine(parseValue('--engine', values.engine, oneOf(['auto', ...ENGINE_NAMES])), {
    onNotice: ({ text }) => process.stderr.write(`${text}\n`),
  });
  try {
    const results = await runStudy(engine, study, { signal, ...watch() });
    process.stdout.write(await writeReport(study, results));
    process.stderr.write(`${study.folder}/report.html has the error maps\n`);
  } finally {
    await engine.dispose();
  }
}

/** Lines on stderr: one per fit, with the time that the others will take, and one now and then within long fits. */
function watch(): Omit<Watch, 'signal'> {
  const started = performance.now();
  let fresh = 0;
  let lastLine = started;
  return {
    onFit: ({ picture, system, psnr, seconds }, done, isOld) => {
      if (isOld) return;
      fresh += 1;
      const perFit = (performance.now() - started) / 1000 / fresh;
      const left = done < 1 ? `, ${formatSeconds((fresh / done - fresh) * perFit)} left` : '';
      process.stderr.write(
        `${picture} ${system}: ${psnr.toFixed(2)} dB in ${formatSeconds(seconds)}${left}\n`,
      );
      lastLine = performance.now();
    },
    onStep: (label, done) => {
      if (performance.now() - lastLine < 30_000) return;
      lastLine = performance.now();
      process.stderr.write(`${label}: ${(100 * done).toFixed(0)} %\n`);
    },
  };
}

const controller = new AbortController();
process.once('SIGINT', () => controller.abort());
await main(controller.signal).catch((error: unknown) => {
  if (!(error instanceof LoecError)) throw error;
  process.stderr.write(`paper: ${error.message}\n`);
  process.exitCode = 1;
});
