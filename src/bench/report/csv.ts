/** @file Rows as CSV (RFC 4180), for spreadsheets and notebooks. */

import { isGood, type Row, settingText } from '../row.ts';

export function toCsv(rows: readonly Row[], metrics: readonly string[]): string {
  const head = [
    'picture',
    'width',
    'height',
    'codec',
    'version',
    'setting',
    'upscale',
    'bytes',
    'bpp',
    ...metrics,
    'encode_seconds',
    'decode_seconds',
    'peak_memory_bytes',
    'machine',
    'measured',
    'error',
  ];
  return [head, ...rows.map((row) => cellsOf(row, metrics))].map(toLine).join('');
}

function cellsOf(row: Row, metrics: readonly string[]): (string | number)[] {
  const { picture, codec, upscale, machine, measured } = row;
  const setting = settingText(row.setting);
  if (!isGood(row)) {
    const blanks = Array(5 + metrics.length).fill('');
    return [picture, '', '', codec, '', setting, upscale, ...blanks, machine, measured, row.error];
  }
  const { width, height, version, bytes, bpp, scores, encodeSeconds, decodeSeconds, peakMemory } = row;
  return [
    ...[picture, width, height, codec, version, setting, upscale, bytes, bpp],
    ...metrics.map((metric) => scores[metric] ?? 'inf'),
    ...[encodeSeconds, decodeSeconds, peakMemory, machine, measured, ''],
  ];
}

function toLine(cells: readonly (string | number)[]): string {
  return `${cells.map(quote).join(',')}\r\n`;
}

function quote(cell: string | number): string {
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
