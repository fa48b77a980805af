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
