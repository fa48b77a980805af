/** @file The documents of the repository that become pages, as they are listed beside each of them. */

export interface Document {
  /** The file in the repository. */
  readonly source: string;
  /** In the site. */
  readonly path: string;
  /** In the list. */
  readonly title: string;
}

export interface DocumentGroup {
  readonly title: string;
  readonly documents: readonly Document[];
}

const of = (source: string, path: string, title: string): Document => ({
  source,
  path: `docs/${path}.html`,
  title,
});

export const DOCUMENT_GROUPS: readonly DocumentGroup[] = [
  {
    title: 'Guide',
    documents: [
      of('README.md', 'overview', 'Overview'),
      of('docs/web.md', 'web', 'In a web page'),
      of('docs/serving.md', 'serving', 'Serving files'),
      of('examples/README.md', 'examples', 'Examples'),
      of('docs/farm.md', 'farm', 'Many machines'),
      of('docs/quality.md', 'quality', 'Qualities and efforts'),
      of('docs/graphics.md', 'graphics', 'Graphics without loss'),
      of('docs/security.md', 'security', 'Files of strangers'),
    ],
  },
  {
    title: 'Measurements',
    documents: [
      of('docs/results.md', 'results', 'Results'),
      of('docs/eye.md', 'eye', 'By eye'),
      of('docs/weights-only.md', 'weights-only', 'Weights only'),
      of('docs/performance.md', 'performance', 'Speed'),
      of('docs/bench.md', 'bench', 'Measure your own'),
      of('docs/paper.md', 'paper', 'The paper’s systems'),
    ],
  },
  {
    title: 'Format',
    documents: [of('formats/loe.md', 'format', 'Specification')],
  },
  {
    title: 'Experiments',
    documents: [
      of('docs/experiments.md', 'experiments', 'Decision log'),
      of('docs/experiments/coordinate-fields.md', 'experiments/coordinate-fields', 'Coordinate fields'),
      of('docs/experiments/enhancement.md', 'experiments/enhancement', 'Enhancement'),
      of('docs/experiments/latents-coding.md', 'experiments/latents-coding', 'Coding of latents'),
      of('docs/experiments/pyramid-experts.md', 'experiments/pyramid-experts', 'Pyramids: experts'),
      of('docs/experiments/pyramid-model.md', 'experiments/pyramid-model', 'Pyramids: model'),
      of('docs/experiments/pyramid-schedule.md', 'experiments/pyramid-schedule', 'Pyramids: schedule'),
      of('docs/experiments/reading.md', 'experiments/reading', 'Reading'),
      of('docs/experiments/starts.md', 'experiments/starts', 'Starts'),
      of('docs/experiments/targets.md', 'experiments/targets', 'Targets'),
      of('docs/experiments/trials.md', 'experiments/trials', 'Trials'),
      of('docs/experiments/visual.md', 'experiments/visual', 'By the eye'),
      of('docs/experiments/weights.md', 'experiments/weights', 'Weights'),
    ],
  },
  {
    title: 'Project',
    documents: [
      of('CONTRIBUTING.md', 'contributing', 'Contributing'),
      of('CHANGELOG.md', 'changelog', 'Changes'),
      of('SECURITY.md', 'report', 'Reporting a fault'),
      of('corpus/README.md', 'corpus', 'Corpus'),
    ],
  },
];

export const DOCUMENTS: readonly Document[] = DOCUMENT_GROUPS.flatMap(({ documents }) => documents);
