/** @file Rows as CSV (RFC 4180), for spreadsheets and notebooks. */

import { type Cell, csvLine } from '../../csv.ts';
import { type Outcome, type Row, settingText } from '../row.ts';

export function toCsv(rows: readonly Row[], metrics: readonly string[]): string {
  const head = [
    ...[
      'picture',
      'width',
      'height',
      'depth',
      'codec',
      'version',
      'setting',
      'upscale',
      'coded_depth',
      'bytes',
      'bpp',
    ],
    ...metrics,
    ...['encode_seconds', 'decode_seconds', 'peak_memory_bytes', 'machine', 'measured', 'error'],
  ];
  return [head, ...rows.map((row) => cellsOf(row, metrics))].map(csvLine).join('');
}

function cellsOf(row: Row, metrics: readonly string[]): Cell[] {
  const outcome = row as Partial<Outcome & { error: string }>;
  const { width, height, depth, version, codedDepth, bytes, bpp, scores } = outcome;
  const { encodeSeconds, decodeSeconds, peakMemory, error } = outcome;
  return [
    ...[row.picture, width, height, depth, row.codec, version, settingText(row.setting), row.upscale],
    ...[codedDepth, bytes, bpp],
    ...metrics.map((metric) => scores && (scores[metric] ?? 'inf')),
    ...[encodeSeconds, decodeSeconds, peakMemory, row.machine, row.measured, error],
  ];
}
