/** @file Sizes and times for people. */

export function bytesText(bytes: number): string {
  return bytes < 10_000
    ? `${Math.round(bytes).toLocaleString('en')} bytes`
    : `${Math.round(bytes / 1000)} kB`;
}

/** To about a tenth: `12 s`, `3 min`, `1.5 h`. */
export function timeText(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

export function scoreText(score: number): string {
  if (score >= 88) return 'nearly as the original';
  if (score >= 70) return 'high';
  if (score >= 50) return 'medium';
  return 'low';
}
