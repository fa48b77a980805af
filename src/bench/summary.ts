/** @file From rows to what tables and plots show: curves per picture, mean curves, and BD-rates per picture, then their mean. */

import { LoecError } from '../errors.ts';
import type { BitDepth } from '../image/raster.ts';
import { bdQuality, bdRate, type RatePoint } from '../metrics/bd-rate.ts';
import { type GoodRow, isGood, pointText, type Row, settingText } from './row.ts';
import { scaleOf } from './scale.ts';

/** All that was measured with one upscale factor. */
export interface Summary {
  /** Names, in the order of the rows. */
  readonly pictures: readonly string[];
  /** Those that every codec could be measured on: means are over them. */
  readonly matched: readonly string[];
  readonly codecs: readonly string[];
  readonly metrics: readonly string[];
  readonly rows: readonly GoodRow[];
  readonly failures: readonly Exclude<Row, GoodRow>[];
}

/** A point of a curve, with what made it. */
export interface CurvePoint extends RatePoint {
  /** The setting, without what the curve's name says: `q=50`. */
  readonly point: string;
  readonly encodeSeconds: number;
  readonly decodeSeconds: number;
}

/** A picture of more bits per sample than a codec holds. */
export interface Rounding {
  readonly picture: string;
  readonly depth: BitDepth;
  readonly codec: string;
  readonly codedDepth: BitDepth;
}

/** A codec against the anchor. */
export interface BdLine {
  readonly codec: string;
  /** Per picture, in the summary's order: percent, or why there is no figure. */
  readonly pictures: readonly (number | string)[];
  /** Over the pictures with a figure, percent; null where none has one. */
  readonly mean: number | null;
  /** Mean gain in quality at equal rate (BD-PSNR where the metric is that), in the scale's unit; null where no picture has one. */
  readonly gain: number | null;
}

export function summarize(rows: readonly Row[], upscale: number): Summary {
  const chosen = rows.filter((row) => row.upscale === upscale);
  const good = chosen.filter(isGood);
  const distinct = (values: string[]): string[] => [...new Set(values)];
  const pictures = distinct(chosen.map(({ picture }) => picture));
  const codecs = distinct(chosen.map(({ codec }) => codec));
  const isMeasured = (picture: string, codec: string): boolean =>
    good.some((row) => row.picture === picture && row.codec === codec);
  return {
    pictures,
    matched: pictures.filter((picture) => codecs.every((codec) => isMeasured(picture, codec))),
    codecs,
    metrics: distinct(good.flatMap(({ scores }) => Object.keys(scores))),
    rows: good,
    failures: chosen.filter((row): row is Exclude<Row, GoodRow> => !isGood(row)),
  };
}

/** The pictures that codecs got with fewer bits per sample than they have. */
export function roundings({ pictures, codecs, rows }: Summary): Rounding[] {
  return pictures.flatMap((picture) =>
    codecs.flatMap((codec) => {
      const row = rows.find((other) => other.picture === picture && other.codec === codec);
      const isRounded = row && row.codedDepth < row.depth;
      return isRounded ? [{ picture, depth: row.depth, codec, codedDepth: row.codedDepth }] : [];
    }),
  );
}

/** A score on the metric's scale; null for one that is not finite there. */
export function qualityOf({ scores }: GoodRow, metric: string): number | null {
  const score = scores[metric] ?? null;
  if (score === null) return null;
  const quality = scaleOf(metric).qualityOf(score);
  return Number.isFinite(quality) ? quality : null;
}

/** The points of a codec on a picture, by rising rate. */
export function pictureCurve(summary: Summary, codec: string, picture: string, metric: string): CurvePoint[] {
  return summary.rows
    .filter((row) => row.codec === codec && row.picture === picture)
    .flatMap((row) => {
      const quality = qualityOf(row, metric);
      if (quality === null) return [];
      const { bpp, encodeSeconds, decodeSeconds } = row;
      return [{ bpp, quality, point: pointText(row), encodeSeconds, decodeSeconds }];
    })
    .sort((a, b) => a.bpp - b.bpp);
}

/** Means of rate, quality and seconds, over the matched pictures, of each setting that all of them have, by rising rate. */
export function meanCurve(summary: Summary, codec: string, metric: string): CurvePoint[] {
  const { rows: all, matched } = summary;
  const rowsOfCodec = all.filter((row) => row.codec === codec && matched.includes(row.picture));
  const settings = [...new Set(rowsOfCodec.map(({ setting }) => settingText(setting)))];
  return settings
    .flatMap((text) => {
      const rows = rowsOfCodec.filter(({ setting }) => settingText(setting) === text);
      const qualities = rows.flatMap((row) => qualityOf(row, metric) ?? []);
      const [first] = rows;
      if (!first || qualities.length < matched.length) return [];
      const average = (value: (row: GoodRow) => number): number => mean(rows.map(value));
      return [
        {
          bpp: average(({ bpp }) => bpp),
          quality: mean(qualities),
          point: pointText(first),
          encodeSeconds: average(({ encodeSeconds }) => encodeSeconds),
          decodeSeconds: average(({ decodeSeconds }) => decodeSeconds),
        },
      ];
    })
    .sort((a, b) => a.bpp - b.bpp);
}

/** Bjøntegaard's deltas of every other codec against `anchor`. */
export function bdLines(summary: Summary, anchor: string, metric: string): BdLine[] {
  return summary.codecs
    .filter((codec) => codec !== anchor)
    .map((codec) => {
      const overPictures = (delta: typeof bdRate): (number | string)[] =>
        summary.pictures.map((picture) => {
          const curveOf = (name: string): RatePoint[] => pictureCurve(summary, name, picture, metric);
          return figureOrReason(() => delta(curveOf(anchor), curveOf(codec)));
        });
      const pictures = overPictures(bdRate);
      return { codec, pictures, mean: meanFigure(pictures), gain: meanFigure(overPictures(bdQuality)) };
    });
}

function figureOrReason(compute: () => number): number | string {
  try {
    return compute();
  } catch (error) {
    if (error instanceof LoecError) return error.message;
    throw error;
  }
}

function meanFigure(figures: readonly (number | string)[]): number | null {
  const numbers = figures.filter((figure) => typeof figure === 'number');
  return numbers.length > 0 ? mean(numbers) : null;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
