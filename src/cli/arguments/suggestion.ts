/** @file What a mistyped name was meant to be. */

/** Mistakes that a name may hold: one in three letters, and two at most. */
function mostMistakes(name: string): number {
  return Math.min(2, Math.floor(name.length / 3));
}

/** The known name that is meant: one that the given begins, or the nearest one. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const begun = known.filter((name) => given.length >= 3 && name.startsWith(given));
  if (begun.length > 0) return begun[0];
  const [best] = known
    .map((name) => ({ name, mistakes: distance(given, name) }))
    .sort((a, b) => a.mistakes - b.mistakes);
  return best && best.mistakes <= mostMistakes(given) ? best.name : undefined;
}

/** `: did you mean --quality?`, or nothing. */
export function suggestion(given: string, known: readonly string[]): string {
  const meant = nearest(given, known);
  return meant === undefined ? '' : `: did you mean ${meant}?`;
}

/** Letters inserted, left out, changed, or exchanged with the next (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    const above = rows[i - 1] as number[];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(
        (above[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (above[j - 1] as number) + change,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, ((rows[i - 2] as number[])[j - 2] as number) + 1);
      }
      row.push(least);
    }
    rows.push(row);
  }
  return (rows[a.length] as number[])[b.length] as number;
}
