/** @file Colours of curves, on the page by day and by night, and in files. */

/** What a plot is drawn with: colours as SVG takes them. */
export interface Palette {
  readonly ground: string;
  /** Of curves that others have measured. */
  readonly soft: string;
  readonly curve: (index: number) => string;
}

/**
 * After Okabe and Ito, told apart by people with any colour vision. Each has a contrast of at least 3 to its ground, as WCAG 2 asks of what
 * must be seen to understand a figure; on the dark ground their own tints have it, on the light one darker shades.
 */
const SERIES = {
  light: ['#0072b2', '#c85200', '#00805d', '#b3488a', '#967000', '#6a4fb3', '#5b5b5b', '#000000'],
  dark: ['#56b4e9', '#f08a3c', '#2fc79a', '#e39ac4', '#e6b422', '#a99cf0', '#b5b5b5', '#ffffff'],
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
