import { existsSync, readFileSync } from 'node:fs';
import { PUBLISHED } from '../../src/bench/published.ts';
import { assert, skipped, suite } from '../harness.ts';

const test = suite('published curves');

test('ids are unique', () => {
  assert.is(new Set(PUBLISHED.map(({ id }) => id)).size, PUBLISHED.length);
});

for (const { id, kind, source, reference, bpp, psnr } of PUBLISHED) {
  test(`${id} is a curve that rises and says where it comes from`, () => {
    assert.ok(['classic', 'inr', 'overfitted latents'].includes(kind), kind);
    assert.ok(source && reference);
    assert.ok(bpp.length >= 4 && psnr.length === bpp.length);
    const rises = (values: readonly number[]): boolean =>
      values.every((value, i) => value > (values[i - 1] ?? 0));
    assert.ok(rises(bpp) && rises(psnr));
  });
}

const TABLE = new URL('../../../shared/anchors/kodak_rd.json', import.meta.url);
const TABLE_TEST = 'curves are those of the table of Kodak anchors';
if (existsSync(TABLE)) {
  test(TABLE_TEST, () => {
    const { codecs } = JSON.parse(readFileSync(TABLE, 'utf8')) as {
      codecs: { bpp: number[]; psnr_rgb: number[] }[];
    };
    const known = new Set(codecs.map(({ bpp, psnr_rgb }) => JSON.stringify([bpp, psnr_rgb])));
    for (const { id, bpp, psnr } of PUBLISHED) assert.ok(known.has(JSON.stringify([bpp, psnr])), id);
  });
} else {
  skipped(TABLE_TEST, 'no shared/anchors/kodak_rd.json beside the checkout');
}

test.run();
