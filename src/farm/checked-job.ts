/** @file Jobs of the queue, checked as if a stranger had typed them: whoever can write to the queue can. */

import type { EncodeOptions } from '../encode.ts';
import type { FileOptions } from '../encode-file.ts';
import { LoecError, optionError } from '../errors.ts';
import { checkedOptions } from '../fit/options.ts';
import { checkedLimits } from '../limits.ts';
import { A_BOOLEAN, AN_OBJECT, checkOptions, inRanges, type OptionRule, oneOf } from '../options.ts';
import { integers } from '../ranges.ts';
import { version } from '../version.ts';
import type { FarmJob, JobPicture, PictureSource } from './job.ts';

/** The rules of all fields that there are. */
type Rules<Fields> = Readonly<Record<keyof Fields, OptionRule>>;

type SourceOf<Kind extends PictureSource['kind']> = Extract<PictureSource, { kind: Kind }>;

/** A message shows so much of what it is about. */
const MOST_MESSAGE = 500;

/** Of names and paths. */
const MOST_CHARACTERS = 4096;

const A_NAME: OptionRule = {
  expected: `a text of 1 to ${MOST_CHARACTERS} characters`,
  accepts: (value) => typeof value === 'string' && value !== '' && value.length <= MOST_CHARACTERS,
};

const JOB: Rules<FarmJob> = {
  version: oneOf([version]),
  picture: AN_OBJECT,
  file: AN_OBJECT,
  salt: matching(/^[\w-]{1,64}$/, 'up to 64 letters and digits'),
};

const PICTURE: Rules<JobPicture> = {
  ...inRanges({ bytes: integers(1, Number.MAX_SAFE_INTEGER) }),
  sha256: matching(/^[0-9a-f]{64}$/, '64 hex digits'),
  source: AN_OBJECT,
};

const FILE: Rules<FileOptions> = {
  options: AN_OBJECT,
  orient: A_BOOLEAN,
  limits: AN_OBJECT,
  verify: A_BOOLEAN,
  name: A_NAME,
};

/** Signatures are not to be shown: an address is looked at when it is used. */
const AN_ADDRESS: OptionRule = { expected: 'an address', accepts: (value) => typeof value === 'string' };

const SOURCES: { readonly [Kind in PictureSource['kind']]: Omit<Rules<SourceOf<Kind>>, 'kind'> } = {
  shared: { path: A_NAME },
  redis: {},
  address: { get: AN_ADDRESS, put: AN_ADDRESS },
};

/** Fields that may be left out. */
const OPTIONAL: readonly string[] = ['salt', 'put'];

/** Options of the encoder that are the worker's: its own, or, as `bestSoFar`, what would let it end a fit of others with half of its quality. */
const OF_WORKERS: Readonly<Record<Exclude<keyof EncodeOptions, keyof FileOptions['options']>, true>> & {
  readonly bestSoFar: true;
} = {
  signal: true,
  threads: true,
  resume: true,
  bestSoFar: true,
  onCheckpoint: true,
  onProgress: true,
  onPreview: true,
  onNotice: true,
};

/**
 * What a worker may look at further; where its picture is, and what it costs, is checked by who fetches and who fits it.
 * @throws LoecError E_USAGE for all that no producer of this version writes
 */
export function checkedJob(data: unknown): FarmJob {
  try {
    checkFields('a job', data, JOB);
    const { picture, file } = data as unknown as FarmJob;
    checkFields('the picture of a job', picture, PICTURE);
    checkSource(picture.source);
    checkFields('the file of a job', file, FILE);
    for (const name of Object.keys(file.options)) {
      if (Object.hasOwn(OF_WORKERS, name)) throw new LoecError('E_USAGE', `a job has no option ${name}`);
    }
    checkedOptions(file.options);
    checkedLimits(file.limits);
    return data as FarmJob;
  } catch (error) {
    if (!(error instanceof LoecError)) throw error;
    throw new LoecError(
      error.code,
      `the queue holds a job that is none: ${error.message}`.slice(0, MOST_MESSAGE),
    );
  }
}

function checkSource(source: PictureSource): void {
  const { kind } = source;
  const rule = oneOf(Object.keys(SOURCES));
  if (!rule.accepts(kind)) throw optionError('the kind of a source', rule.expected, kind);
  checkFields('the source of a picture', source, { kind: rule, ...SOURCES[kind] });
}

/** Each that there is obeys its rule, and none that must be there is missing. */
function checkFields(owner: string, value: unknown, rules: Readonly<Record<string, OptionRule>>): void {
  checkOptions(owner, value, rules);
  const given = value as Readonly<Record<string, unknown>>;
  for (const [name, { expected }] of Object.entries(rules)) {
    if (given[name] === undefined && !OPTIONAL.includes(name)) {
      throw optionError(`${name} of ${owner}`, expected, 'nothing');
    }
  }
}

function matching(pattern: RegExp, expected: string): OptionRule {
  return { expected, accepts: (value) => typeof value === 'string' && pattern.test(value) };
}
