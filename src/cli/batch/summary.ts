/** @file The last line of a command with many inputs. */

import { formatSeconds } from '../terminal/progress.ts';
import type { Summary } from './outcome.ts';

/** `28 of 30 files done, 1 skipped, 1 failed  12.3 MB -> 1.1 MB  in 3 min 5 s` */
export function summarize(summary: Summary, seconds: number): string {
  const { files, done, skipped, failed, left, bytesIn, bytesOut } = summary;
  const counts = [`${formatCount(done)} of ${formatCount(files)} files done`];
  if (skipped > 0) counts.push(`${formatCount(skipped)} skipped`);
  if (failed > 0) counts.push(`${formatCount(failed)} failed`);
  if (left > 0) counts.push(`${formatCount(left)} left`);
  const sizes = bytesOut > 0 ? `  ${formatBytes(bytesIn)} -> ${formatBytes(bytesOut)}` : '';
  return `${counts.join(', ')}${sizes}  in ${formatSeconds(seconds)}`;
}

/** `850 bytes`, `14.7 kB`, `1.2 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 999_950 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** `1,203` */
export function formatCount(count: number): string {
  return count.toLocaleString('en');
}

/** `1 picture`, `1,203 pictures`. */
export function formatNumberOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
