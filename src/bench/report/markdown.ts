/** @file The tables of a report as Markdown, for repositories and papers. */

import { scaleOf } from '../scale.ts';
import { bdLines, roundings } from '../summary.ts';
import type { ReportInput } from './html.ts';
import { bdRateTable, failuresTable, pointsTable, roundingsTable, timesTable, toMarkdown } from './tables.ts';

export function toMarkdownReport({ summary, anchor, command }: ReportInput): string {
  const deltas = summary.metrics.map((metric) => {
    const table = toMarkdown(bdRateTable(bdLines(summary, anchor, metric), summary.pictures, metric));
    return `### BD-rate against ${anchor}, by ${scaleOf(metric).label}\n\n${table}`;
  });
  const parts = [
    `    ${command}`,
    ...deltas,
    `### Points, means over ${summary.matched.length} pictures\n\n${toMarkdown(pointsTable(summary))}`,
    `### Time and memory\n\n${toMarkdown(timesTable(summary))}`,
    ...(roundings(summary).length > 0
      ? [`### Rounded to fewer bits\n\n${toMarkdown(roundingsTable(summary))}`]
      : []),
    ...(summary.failures.length > 0 ? [`### Not measured\n\n${toMarkdown(failuresTable(summary))}`] : []),
    [...new Set(summary.rows.map(({ machine }) => machine))].join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}
