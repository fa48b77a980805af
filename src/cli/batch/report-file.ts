/** @file The file of `--report`: a row for each input, as CSV or JSON. */

import { extname } from 'node:path';
import { LoecError, optionError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { checkDestination, type Destination, type InputFiles } from '../files/destinations.ts';
import { writeOutput } from '../files/output.ts';
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

/** @throws LoecError E_USAGE for a name that says no format, or an output's; E_INPUT for a place that can't be written */
export async function openReport(
  context: Context,
  path: string,
  inputs: InputFiles,
  outputs: readonly string[],
): Promise<ReportFile> {
  const format = FORMATS[extname(path).toLowerCase()];
  if (!format) throw optionError('--report', 'a name in .csv or .json', path);
  if (outputs.includes(path)) throw new LoecError('E_USAGE', `--report names an output: ${path}`);
  const destination: Destination = await checkDestination(
    { output: path },
    { outDir: undefined, force: true },
    inputs,
  );
  return { write: (rows) => writeOutput(context, destination, [Buffer.from(format(rows))]) };
}

/** As RFC 4180 has it; what is not known is empty. */
function toCsv(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const values: Readonly<Record<string, unknown>> = { ...row };
    return COLUMNS.map((column) => toCell(values[column]));
  });
  return [COLUMNS, ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
}

function toCell(value: unknown): string {
  const text = value === undefined || value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
