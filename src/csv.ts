/** @file CSV, as RFC 4180 has it. */

/** What is not known is empty. */
export type Cell = string | number | null | undefined;

/** A line with its end. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(quoted).join(',')}\r\n`;
}

function quoted(cell: Cell): string {
  const text = String(cell ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A line with something on it. */
export interface CsvRow {
  /** Of the text, where it begins; from 1 on. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A cell, in quotes or not, and what it ends with. */
const CELL = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|\r|$)/y;

/** Lines of the text, but for empty ones; null where a quote does not end, or where there is more after it. */
export function csvRows(text: string): CsvRow[] | null {
  const rows: CsvRow[] = [];
  // A mark of the order of bytes is no text.
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const cells: string[] = [];
    const begin = at;
    for (let end = ','; end === ','; ) {
      CELL.lastIndex = at;
      const match = CELL.exec(text);
      if (match === null) return null;
      cells.push(match[1]?.replaceAll('""', '"') ?? (match[2] as string));
      end = match[3] as string;
      at = CELL.lastIndex;
    }
    if (cells.join('') !== '' || cells.length > 1) rows.push({ line, cells });
    line += text.slice(begin, at).split(/\r?\n|\r/).length - 1;
  }
  return rows;
}
