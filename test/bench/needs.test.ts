import { checkNeeds, DRAWING, type Need, program, remedyOf, SHARP } from '../../src/bench/needs.ts';
import type { LoecError } from '../../src/errors.ts';
import { assert, suite } from '../harness.ts';

const test = suite('bench needs');

const absent = (name: string, command: string): Need => ({
  name,
  source: { command, package: name },
  check: () => Promise.reject(new Error(`no ${name}`)),
});

test('what is there is not missed: packages, programs by name and by path', async () => {
  await checkNeeds([SHARP, ...DRAWING, program('sh', 'dash'), program(process.execPath)]);
  await checkNeeds([]);
});

test('one message names all that is missing, each once, with one line that adds it', async () => {
  const needs = [
    absent('a', 'npm install'),
    program('sh'),
    absent('b', 'apt-get install'),
    absent('c', 'npm install'),
    absent('a', 'npm install'),
    program('/nowhere/mine'),
  ];
  const error = await checkNeeds(needs).catch((reason: LoecError) => reason);
  assert.is((error as LoecError).code, 'E_ENGINE');
  assert.is(
    (error as LoecError).message,
    "the bench can't find a, b, c, /nowhere/mine: npm install a c && apt-get install b; check the name of /nowhere/mine and the PATH",
  );
  assert.is(remedyOf([program('x')]), 'check the name of x and the PATH');
});

test.run();
