/** @file What a person who sets nothing gets: the default limits allow the files that loec writes, at the sizes that cameras and screens have. */

import { readFileSync } from 'node:fs';
import { type OpenedFile, openFile } from '../../src/container/read.ts';
import { modelOf } from '../../src/field/model.ts';
import { COORDINATE_PRESETS, presetSpec } from '../../src/field/presets.ts';
import { checkedLimits } from '../../src/limits.ts';
import { layoutOf } from '../../src/render/coordinates/layout.ts';
import { CAPACITY, evaluatorMemory } from '../../src/render/coordinates/memory.ts';
import { planMemory } from '../../src/render/coordinates/plan.ts';
import { checkCost } from '../../src/render/cost.ts';
import { outputGeometry } from '../../src/render/geometry.ts';
import type { OutputOptions } from '../../src/render/options.ts';
import { rowsOfBand } from '../../src/render/pieces.ts';
import { finish } from '../../src/time-slices.ts';
import { PAGE_BYTES } from '../../src/wasm/pages.ts';
import { assert, suite } from '../harness.ts';

const test = suite('what decoding costs');
const LIMITS = checkedLimits();
const SIZE = { width: 6000, height: 4000 };

function opened(name: string): OpenedFile {
  const url = new URL(`../../formats/vectors/${name}.loe`, import.meta.url);
  return finish(openFile(Uint8Array.from(readFileSync(url)), LIMITS));
}

/** The file with a picture of 24 megapixels, its sections as much longer as it has more pixels. */
function enlarged(file: OpenedFile): OpenedFile {
  const ratio = (SIZE.width * SIZE.height) / (file.header.width * file.header.height);
  const sections = file.sections.map((section) => ({ ...section, bytes: section.bytes * ratio }));
  if (file.kind === 'flat') return { ...file, header: { ...file.header, ...SIZE }, sections };
  const { pyramid, spec, header } = file;
  const model = pyramid && modelOf(spec, pyramid.model.context.spec, SIZE);
  return {
    ...file,
    header: { ...header, ...SIZE },
    sections,
    pyramid: pyramid && { ...pyramid, model: model as NonNullable<typeof model> },
  };
}

/** With every section that the file of a field may have. */
function withEnhancement(file: OpenedFile): OpenedFile {
  const enhancement = opened('pyramid-enhanced').sections.filter(({ tag }) => tag === 0x08);
  return { ...file, sections: [...file.sections, ...enhancement] };
}

const FILES: readonly [string, OpenedFile][] = [
  ...['pyramid', 'pyramid-large', 'pyramid-enhanced', 'soft-alpha', 'mask', 'flat', 'flat-soft'].map(
    (name): [string, OpenedFile] => [name, opened(name)],
  ),
  ['soft-alpha, enhanced', withEnhancement(opened('soft-alpha'))],
  ['pyramid-large, enhanced', withEnhancement(opened('pyramid-large'))],
];

for (const [name, file] of FILES) {
  test(`${name}: 24 megapixels are within the default limits, whole and in part`, async () => {
    const large = enlarged(file);
    const parts: OutputOptions[] = [
      {},
      { scale: 0.25 },
      { crop: { x: 3000, y: 2000, width: 200, height: 100 } },
    ];
    for (const options of parts) {
      const geometry = outputGeometry(SIZE, options, LIMITS);
      const error = await checkCost(large, geometry, LIMITS, rowsOfBand(geometry)).catch((reason) => reason);
      assert.is(error, undefined, `${JSON.stringify(options)}: ${error}`);
    }
  });
}

test('the memory of a coordinate field is no less than what is laid out for it, and not much more', () => {
  for (const name of COORDINATE_PRESETS) {
    for (const width of [1, 24, 200]) {
      const spec = presetSpec(name, { width, channels: 3 });
      const size = { positions: CAPACITY, blocks: CAPACITY, channels: 3, threads: 1, partitions: 1 };
      const { end } = planMemory(layoutOf(spec), { ...size, training: false }, PAGE_BYTES);
      const memory = evaluatorMemory(spec);
      assert.ok(memory >= end && memory < 1.05 * end, `${name} ${width}: ${memory} for ${end} bytes`);
    }
  }
});

test.run();
