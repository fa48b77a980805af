/** @file Curves of a summary as plots show them, each point with what is told of it. */

import { qualityText } from '../scale.ts';
import { type CurvePoint, meanCurve, pictureCurve, type Summary } from '../summary.ts';
import type { PlotCurve } from './plot.ts';

export function meanPlotCurve(summary: Summary, codec: string, metric: string): PlotCurve {
  return toPlot(codec, metric, meanCurve(summary, codec, metric));
}

export function picturePlotCurve(
  summary: Summary,
  codec: string,
  picture: string,
  metric: string,
): PlotCurve {
  return toPlot(codec, metric, pictureCurve(summary, codec, picture, metric));
}

function toPlot(name: string, metric: string, points: readonly CurvePoint[]): PlotCurve {
  return { name, points: points.map((point) => ({ ...point, hint: hintOf(name, metric, point) })) };
}

function hintOf(codec: string, metric: string, point: CurvePoint): string {
  const { bpp, quality, encodeSeconds, decodeSeconds } = point;
  const seconds = `encoded in ${encodeSeconds.toPrecision(2)} s, decoded in ${decodeSeconds.toPrecision(2)} s`;
  return `${codec} ${point.point}: ${bpp.toFixed(3)} bpp, ${qualityText(metric, quality)}, ${seconds}`;
}
