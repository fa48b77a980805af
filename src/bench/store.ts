/** @file results.ndjson: the rows of a bench, kept as they are measured. */

import { join } from 'node:path';
import { LoecError } from '../errors.ts';
import { addLine, openLines, type PlacedLine } from './lines.ts';
import { isGood, type Row, subjectKey } from './row.ts';

const RESULTS = 'results.ndjson';

export class ResultStore {
  readonly folder: string;
  readonly #rows: Map<string, Row>;

  private constructor(folder: string, rows: readonly Row[]) {
    this.folder = folder;
    this.#rows = new Map(rows.map((row) => [subjectKey(row), row]));
  }

  /** @throws LoecError E_INPUT where the folder can't be made or holds results of something else */
  static async open(folder: string): Promise<ResultStore> {
    const lines = await openLines(join(folder, RESULTS));
    return new ResultStore(folder, lines.map(parseRow));
  }

  /** The last row of every subject. */
  get rows(): Row[] {
    return [...this.#rows.values()];
  }

  /** Whether a subject has been measured; one that failed is tried again. */
  has(key: string): boolean {
    const row = this.#rows.get(key);
    return row !== undefined && isGood(row);
  }

  async add(row: Row): Promise<void> {
    this.#rows.set(subjectKey(row), row);
    await addLine(join(this.folder, RESULTS), row);
  }
}

function parseRow({ text, place }: PlacedLine): Row {
  try {
    const row = JSON.parse(text) as Partial<Row>;
    if (typeof row.picture === 'string' && typeof row.codec === 'string' && row.setting) return row as Row;
  } catch {
    // Told below.
  }
  throw new LoecError('E_INPUT', `${place} is not a row of a bench; name another folder with --out`);
}
