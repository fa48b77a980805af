/** @file What the README shows is true: its example runs, its links lead somewhere, its commands and exit codes exist. */

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import manifest from '../package.json' with { type: 'json' };
import * as exitCodes from '../src/cli/exit-codes.ts';
import { LoecError } from '../src/errors.ts';
import { assert, suite } from './harness.ts';

const test = suite('readme');
const root = new URL('..', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

test('the example of the API runs', async () => {
  const [, example = ''] = /```js\n(.*?)```/s.exec(readme) ?? [];
  assert.match(example, /from 'loec'/);
  const results = '\nexport { bpp, enlarged, parameters, psnr };\n';
  const path = new URL('readme-example.tmp.ts', import.meta.url);
  writeFileSync(path, example.replace("'loec'", "'../src/index.ts'") + results);
  try {
    const { psnr, bpp, enlarged, parameters } = await import(path.href);
    assert.ok(psnr > 25 && bpp <= (8 * 400) / (64 * 48) && parameters > 10);
    assert.equal([enlarged.width, enlarged.height], [100, 50]);
  } finally {
    rmSync(fileURLToPath(path));
  }
});

test('links lead to files', () => {
  for (const [, target = ''] of readme.matchAll(/\]\(([^)#]+)\)/g)) {
    assert.ok(/^https?:/.test(target) || existsSync(new URL(target, root)), target);
  }
});

test('npm scripts that it names exist', () => {
  for (const [, name = ''] of readme.matchAll(/`npm run ([\w:]+)/g)) {
    assert.ok(name in manifest.scripts, name);
  }
});

test('the exit codes are those of the code', () => {
  const listed = [...readme.matchAll(/^\| (\d[\d, ]*) \| /gm)].flatMap(([, codes = '']) =>
    codes.split(', ').map(Number),
  );
  const codes = [
    'E_USAGE',
    'E_INPUT',
    'E_FORMAT',
    'E_UNSUPPORTED',
    'E_OVERWRITE',
    'E_TARGET',
    'E_LIMIT',
    'E_ENGINE',
  ];
  const { signal } = new AbortController();
  const known = codes.map((code) => exitCodes.exitCodeOf(new LoecError(code as 'E_USAGE', ''), signal));
  const interrupted = (['SIGHUP', 'SIGINT', 'SIGTERM'] as const).map((name) =>
    exitCodes.interruptionCode(AbortSignal.abort(name)),
  );
  assert.equal(listed, [exitCodes.OK, exitCodes.INTERNAL, ...known, ...interrupted]);
});

test.run();
