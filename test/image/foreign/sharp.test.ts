/** @file Which versions of sharp are used; package.json allows the same. */

import manifest from '../../../package.json' with { type: 'json' };
import { LoecError } from '../../../src/errors.ts';
import { checkSharpVersion } from '../../../src/image/foreign/sharp.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('sharp');

test('0.34.3 and newer are used, older ones refused by number', () => {
  assert.is(manifest.peerDependencies.sharp, '>=0.34.3');
  for (const version of ['0.34.3', '0.34.4', '0.35.5', '1.0.0', '0.35.0-rc.2']) checkSharpVersion(version);
  for (const version of ['0.34.2', '0.33.5', '0.4.0']) {
    assert.throws(
      () => checkSharpVersion(version),
      (error: unknown) =>
        error instanceof LoecError && error.code === 'E_ENGINE' && error.message.includes(version),
    );
  }
});

test.run();
