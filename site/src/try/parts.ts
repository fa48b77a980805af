/** @file The parts of the page Try, as `pages/try.ts` has them. */

import type { RateChart } from './rate-chart.ts';

const byId = <Part extends HTMLElement>(id: string): Part => document.getElementById(id) as Part;

export const parts = {
  drop: byId('drop'),
  file: byId<HTMLInputElement>('file'),
  samples: byId('samples'),
  shown: byId('shown'),
  canvas: byId<HTMLCanvasElement>('canvas'),
  caption: byId('caption'),
  viewer: byId('viewer'),
  options: byId<HTMLFormElement>('options'),
  size: byId<HTMLSelectElement>('size'),
  quality: byId<HTMLInputElement>('quality'),
  qualityText: byId<HTMLOutputElement>('quality-text'),
  qualityNote: byId('quality-note'),
  effort: byId<HTMLInputElement>('effort'),
  effortText: byId<HTMLOutputElement>('effort-text'),
  effortNote: byId('effort-note'),
  fit: byId<HTMLButtonElement>('fit'),
  cancel: byId<HTMLButtonElement>('cancel'),
  message: byId('message'),
  progress: byId('progress'),
  done: byId<HTMLProgressElement>('done'),
  phase: byId('phase'),
  left: byId('left'),
  chart: document.querySelector('rate-chart') as RateChart,
  results: byId('results'),
  download: byId<HTMLAnchorElement>('download'),
  rows: document.querySelector('#rivals tbody') as HTMLTableSectionElement,
};
