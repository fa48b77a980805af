import { checkedJob } from '../../src/farm/checked-job.ts';
import type { FarmJob } from '../../src/farm/job.ts';
import { type Bounds, boundedJob, outOfTime } from '../../src/farm/worker/bounds.ts';
import { DEFAULT_LIMITS, UNTRUSTED_LIMITS } from '../../src/limits.ts';
import { version } from '../../src/version.ts';
import { assert, suite } from '../harness.ts';

const test = suite('jobs of strangers');

const SHA = 'ab'.repeat(32);

const JOB: FarmJob = {
  version,
  picture: { sha256: SHA, bytes: 1000, source: { kind: 'redis' } },
  file: { options: { effort: 1, steps: 1 }, orient: true, limits: {}, verify: false, name: 'a.png' },
};

/** As it comes out of the queue. */
const asJson = (job: unknown): unknown => JSON.parse(JSON.stringify(job));

const withPicture = (fields: object) => ({ ...JOB, picture: { ...JOB.picture, ...fields } });
const withSource = (source: unknown) => withPicture({ source });
const withFile = (fields: object) => ({ ...JOB, file: { ...JOB.file, ...fields } });
const withOptions = (options: unknown) => withFile({ options });

/** Code and message of what is thrown. */
function refusalOf(work: () => unknown): { code: string; message: string } {
  try {
    work();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('nothing was refused');
}

test('what producers write passes as it is', () => {
  const sources = [
    { kind: 'redis' },
    { kind: 'shared', path: 'a/b.png' },
    { kind: 'address', get: 'https://host/a' },
    { kind: 'address', get: 'https://host/a', put: 'https://host/b' },
  ];
  for (const source of sources) {
    const job = { ...withSource(source), salt: 'f00' };
    assert.equal(checkedJob(asJson(job)), job);
  }
  const all = { quality: 30, seed: -1, engine: 'wasm', metadata: 'all', icc: 'exact', preset: 'pyramid' };
  assert.equal(checkedJob(asJson(withOptions(all))), withOptions(all));
});

const FORGED: readonly (readonly [string, unknown])[] = [
  ['nothing', null],
  ['a list', [JOB]],
  ['a text', 'job'],
  ['no fields', {}],
  ['an unknown field', { ...JOB, command: 'rm' }],
  ['another version', { ...JOB, version: '99.0.0' }],
  ['a version that is a number', { ...JOB, version: 1 }],
  ['a salt with a slash', { ...JOB, salt: '../x' }],
  ['no picture', { ...JOB, picture: undefined }],
  ['a picture that is a list', { ...JOB, picture: [] }],
  ['a hash in capitals', withPicture({ sha256: SHA.toUpperCase() })],
  ['a hash that is a path', withPicture({ sha256: '../../etc/passwd' })],
  ['a hash with a line after it', withPicture({ sha256: `${SHA}\n` })],
  ['a short hash', withPicture({ sha256: 'ab' })],
  ['no bytes', withPicture({ bytes: 0 })],
  ['half a byte', withPicture({ bytes: 0.5 })],
  ['bytes as text', withPicture({ bytes: '1000' })],
  ['more bytes than numbers hold', withPicture({ bytes: 1e300 })],
  ['no source', withPicture({ source: undefined })],
  ['an unknown kind of source', withSource({ kind: 'ftp' })],
  ['a kind from the prototype', withSource({ kind: 'toString' })],
  ['a path of another kind', withSource({ kind: 'redis', path: 'a' })],
  ['no path', withSource({ kind: 'shared' })],
  ['an empty path', withSource({ kind: 'shared', path: '' })],
  ['a path that is an object', withSource({ kind: 'shared', path: {} })],
  ['a long path', withSource({ kind: 'shared', path: 'a'.repeat(5000) })],
  ['no address', withSource({ kind: 'address', put: 'https://host/' })],
  ['an address that is a list', withSource({ kind: 'address', get: ['https://host/'] })],
  ['no options', withFile({ options: undefined })],
  ['an unknown option', withOptions({ shell: true })],
  ['an option from the prototype', withOptions({ toString: 1 })],
  ['threads', withOptions({ threads: 2 })],
  ['a signal', withOptions({ signal: { aborted: false } })],
  ['the half of a fit', withOptions({ bestSoFar: true })],
  ['a checkpoint', withOptions({ resume: [1, 2] })],
  ['effort 10', withOptions({ effort: 10 })],
  ['too many steps', withOptions({ steps: 1e9 + 1 })],
  ['a quality that is a text', withOptions({ quality: '50' })],
  ['two targets', withOptions({ quality: 50, bpp: 1 })],
  ['an option of another preset', withOptions({ preset: 'pyramid', width: 32 })],
  ['an unknown limit', withFile({ limits: { cores: 1 } })],
  ['a limit that is null', withFile({ limits: { pixels: null } })],
  ['a negative limit', withFile({ limits: { pixels: -1 } })],
  ['no wish about the turning', withFile({ orient: undefined })],
  ['a wish that is a number', withFile({ verify: 1 })],
  ['no name', withFile({ name: '' })],
  ['a long name', withFile({ name: 'a'.repeat(1e6) })],
];

for (const [what, job] of FORGED) {
  test(`refused: ${what}`, () => {
    const { code, message } = refusalOf(() => checkedJob(asJson(job)));
    assert.is(code, 'E_USAGE', message);
    assert.ok(message.length <= 500);
  });
}

test('fields of the prototype in JSON are refused, and change nothing', () => {
  const text = JSON.stringify(JOB).replace('{', '{"__proto__":{"isAdmin":true},');
  assert.is(refusalOf(() => checkedJob(JSON.parse(text))).code, 'E_USAGE');
  assert.is(({} as { isAdmin?: boolean }).isAdmin, undefined);
});

test('deep data end no stack', () => {
  const deep = JSON.parse(`${'['.repeat(1e5)}${']'.repeat(1e5)}`);
  assert.is(refusalOf(() => checkedJob({ ...JOB, file: deep })).code, 'E_USAGE');
});

test('signatures of addresses are in no message', () => {
  const bad = withSource({ kind: 'address', get: 'https://host/a?signature=s3cret', more: 1 });
  assert.not.match(refusalOf(() => checkedJob(bad)).message, 's3cret');
});

const BOUNDS: Bounds = { effort: 5, limits: UNTRUSTED_LIMITS, seconds: 60 };

test('what a worker does not do is refused in words that name the option', () => {
  const jobs: readonly (readonly [FarmJob, string])[] = [
    [withOptions({ effort: 6 }) as FarmJob, '--effort-limit'],
    [withOptions({ steps: 1e9 }) as FarmJob, '--effort-limit'],
    [withPicture({ bytes: 10e9 }), '--limit'],
  ];
  for (const [job, option] of jobs) {
    const { code, message } = refusalOf(() => boundedJob(job, BOUNDS));
    assert.is(code, 'E_LIMIT');
    assert.match(message, option);
  }
  assert.match(outOfTime(BOUNDS).message, '60 seconds');
});

test('steps of the effort pass, and an effort without a number', () => {
  // Coordinate presets take 5,000 steps at effort 5; four times as many are allowed.
  for (const options of [{}, { effort: 5, steps: 20_000 }]) {
    assert.equal(boundedJob(withOptions(options) as FarmJob, BOUNDS).file.options, options);
  }
});

test('of each limit the lower one holds', () => {
  const job = withFile({ limits: { pixels: 100, seconds: 1e6 } }) as FarmJob;
  const { limits } = boundedJob(job, BOUNDS).file;
  assert.is(limits.pixels, 100);
  assert.is(limits.seconds, UNTRUSTED_LIMITS.seconds);
  assert.is(limits.memory, UNTRUSTED_LIMITS.memory);
  assert.equal(boundedJob(JOB, { ...BOUNDS, limits: DEFAULT_LIMITS }).file.limits, DEFAULT_LIMITS);
});

test.run();
