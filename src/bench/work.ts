/** @file What a bench has to do, cut into orders for its workers: one curve on one picture each. */

import type { Setting } from './codec.ts';
import type { Curve } from './codec-spec.ts';
import { curveNames } from './measure.ts';
import type { PictureFile } from './pictures.ts';
import { type Subject, subjectKey } from './row.ts';

/** What a bench is asked for. Codecs and metrics are as on the command line, for workers to parse anew. */
export interface BenchPlan {
  readonly codecs: string;
  readonly metrics: string;
  /** 1, or the factor by which pictures are shrunk before and enlarged after. */
  readonly upscale: number;
  /** Where results go. */
  readonly folder: string;
}

/** A message to a worker, which answers each point with its rows. */
export interface WorkerOrder extends BenchPlan {
  readonly picture: PictureFile;
  /** Index among the curves of `codecs`. */
  readonly curve: number;
  /** Indices of settings of the curve. */
  readonly points: readonly number[];
}

/** The subject of a point; its curve's name is the codec's own. */
export function subjectOf(
  { settings }: Curve,
  { picture, upscale }: Pick<WorkerOrder, 'picture' | 'upscale'>,
  point: number,
): Omit<Subject, 'codec'> {
  return { picture: picture.name, sha256: picture.sha256, setting: settings[point] as Setting, upscale };
}

/**
 * An order for every curve on every picture with points left to measure.
 * @param isDone by the key of a subject
 */
export function planOrders(
  plan: BenchPlan,
  curves: readonly Curve[],
  pictures: readonly PictureFile[],
  isDone: (key: string) => boolean,
): WorkerOrder[] {
  const isLeft = (curve: Curve, picture: PictureFile, point: number): boolean =>
    curveNames(curve.codec, curve.name, plan.upscale).some((codec) => {
      const subject = subjectOf(curve, { picture, upscale: plan.upscale }, point);
      return !isDone(subjectKey({ ...subject, codec }));
    });
  const orders = pictures.flatMap((picture) =>
    curves.map((curve, index) => {
      const points = [...curve.settings.keys()].filter((point) => isLeft(curve, picture, point));
      return { ...plan, picture, curve: index, points };
    }),
  );
  return orders.filter(({ points }) => points.length > 0);
}
