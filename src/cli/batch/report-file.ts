/** @file The file of `--report`: a row for each input, as CSV or JSON. */

import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { type Cell, csvLine } from '../../csv.ts';
import { LoecError, optionError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { checkDestination, type Destination, existsError } from '../files/destinations.ts';
import type { InputFiles } from '../files/input-stats.ts';
import { writeOutput } from '../files/output.ts';
import { PlaceNames } from './jobs.ts';
import type { Row } from './outcome.ts';

type Format = (rows: readonly Row[]) => string;

const FORMATS: Readonly<Record<string, Format>> = {
  '.csv': toCsv,
  '.json': (rows) => `${JSON.stringify(rows, null, 2)}\n`,
};

const COLUMNS = [
  'input',
  'output',
  'status',
  'bytesIn',
  'bytesOut',
  'width',
  'height',
  'psnr',
  'ssimulacra2',
  'preset',
  'tune',
  'seconds',
  'reason',
  'error',
] as const;

export interface ReportFile {
  /** Replaces what a former run has left there. */
  readonly write: (rows: readonly Row[]) => Promise<unknown>;
}

/**
 * @param force whether a file that is no report is replaced
 * @throws LoecError E_USAGE for a name that says no format, or an output's; E_OVERWRITE; E_INPUT for a place that can't be written
 */
export async function openReport(
  context: Context,
  path: string,
  inputs: InputFiles,
  outputs: readonly string[],
  force: boolean,
): Promise<ReportFile> {
  const format = FORMATS[extname(path).toLowerCase()];
  if (!format) throw optionError('--report', 'a name in .csv or .json', path);
  await checkPlace(path, outputs);
  if (!force) await checkReplaceable(path);
  const destination: Destination = await checkDestination(
    { output: path },
    { outDir: undefined, force: true },
    inputs,
  );
  return { write: (rows) => writeOutput(context, destination, [Buffer.from(format(rows))]) };
}

async function checkPlace(path: string, outputs: readonly string[]): Promise<void> {
  const places = new PlaceNames();
  const place = await places.of(path);
  for (const output of outputs) {
    if ((await places.of(output)) === place)
      throw new LoecError('E_USAGE', `--report names an output: ${path}`);
  }
}

/** How reports begin. */
const BEGINNINGS = [COLUMNS.join(), '[\n  {\n    "input": ', '[]\n'];

/** A report is replaced by the next one; anything else that is there is somebody's. */
async function checkReplaceable(path: string): Promise<void> {
  const file = await open(path).catch(() => null);
  if (file === null) return;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1024), 0, 1024, 0);
    const beginning = buffer.toString('utf8', 0, bytesRead);
    if (bytesRead > 0 && !BEGINNINGS.some((known) => beginning.startsWith(known))) throw existsError(path);
  } finally {
    await file.close();
  }
}

function toCsv(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const values = row as Readonly<Record<string, Cell>>;
    return COLUMNS.map((column) => values[column]);
  });
  return [COLUMNS, ...lines].map(csvLine).join('');
}
