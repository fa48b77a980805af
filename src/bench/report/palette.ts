/** @file Colours of curves, on the page by day and by night, and in files. */

/** What a plot is drawn with: colours as SVG takes them. */
export interface Palette {
  readonly ground: string;
  /** Of curves that others have measured. */
  readonly soft: string;
  readonly curve: (index: number) => string;
}

/**
 * Found by random search from a blue of Okabe and Ito's on: told apart by people with any colour vision (distances in CIELAB of 18 and more, of 25 among
 * the first five, also as red-, green- and blue-blind people see them), each with a contrast of 3 to its ground, which WCAG 2.2 asks of figures.
 */
const SERIES = {
  light: ['#0072b2', '#d26c06', '#18533e', '#610758', '#65561b', '#6508ff', '#f04172', '#000000'],
  dark: ['#56b4e9', '#df8d36', '#0bffb2', '#dc3e83', '#fce00b', '#9563f9', '#fb3057', '#ffffff'],
} as const;

const GROUNDS = {
  light: {
    ground: '#ffffff',
    ink: '#1d2733',
    soft: '#5d6b7a',
    line: '#dde3ea',
    tint: '#f5f7fa',
    better: '#00704f',
  },
  dark: {
    ground: '#14191f',
    ink: '#e3e8ee',
    soft: '#9dabba',
    line: '#333d48',
    tint: '#1f262e',
    better: '#4fd0a8',
  },
} as const;

type Scheme = keyof typeof SERIES;

/** For files of their own. */
export const FILE_PALETTE: Palette = {
  ...GROUNDS.light,
  curve: (index) => cycled(SERIES.light, index),
};

/** By the names that {@link pageColours} gives them. */
export const PAGE_PALETTE: Palette = {
  ground: 'var(--ground)',
  soft: 'var(--soft)',
  curve: (index) => `var(--curve-${index % SERIES.light.length})`,
};

function cycled(colours: readonly string[], index: number): string {
  return colours[index % colours.length] as string;
}

/** All colours of a page by their names in CSS. */
export function pageColours(scheme: Scheme): Readonly<Record<string, string>> {
  const curves = SERIES[scheme].map((colour, i) => [`curve-${i}`, colour]);
  return { ...GROUNDS[scheme], ...Object.fromEntries(curves) };
}
