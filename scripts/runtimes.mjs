/**
 * @file What a runtime writes and reads: hashes of a file and of its pixels, by the built package. Run it with each of them and compare:
 * `node scripts/runtimes.mjs; deno run -A scripts/runtimes.mjs; bun scripts/runtimes.mjs`. It fails where the number of threads matters.
 */

import assert from 'node:assert';
import { createHash } from 'node:crypto';
import { decode, encode } from '../dist/src/index.js';

const hash = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

const width = 96;
const height = 64;
const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
  const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
  return 128 + ((((x * y) >> (i % 3)) + 3 * x) % 97);
});

for (const preset of ['pyramid', 'loe']) {
  const options = { preset, engine: 'wasm', effort: 1, steps: 100 };
  const { file } = await encode({ width, height, data }, { ...options, threads: 3 });
  assert.deepStrictEqual((await encode({ width, height, data }, { ...options, threads: 1 })).file, file);
  const picture = await decode(file, { scale: 1.5 });
  console.log(`${preset}: file ${hash(file)}, ${file.length} bytes; pixels ${hash(picture.data)}`);
}
