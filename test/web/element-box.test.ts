/** @file `<loec-img>` has the box that `<img>` has, and as many pixels as are seen in it. */

import { readFile } from 'node:fs/promises';
import pixelmatch from 'pixelmatch';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { decode } from '../../src/decode.ts';
import type { LoecImgElement } from '../../src/element.ts';
import { wantedSize } from '../../src/web/element/wanted-size.ts';
import { assert, skipped, suite } from '../harness.ts';
import { openBrowser, openPage } from './browser.ts';
import { canvasPixels } from './canvas-pixels.ts';
import { openElementPage, QUIRKS } from './element-page.ts';
import { makeDenser, observeNoDevicePixels } from './screens.ts';

const sizes = suite('web: pixels that are seen');

sizes('are those of the box, as object-fit has the picture in it', () => {
  const seen = (fit: string, density = 1) => {
    const { width, height } = wantedSize(
      { width: 300, height: 300 },
      { width: 200, height: 100 },
      fit,
      density,
    );
    return `${width}x${height}`;
  };
  assert.is(seen('fill'), '300x300');
  assert.is(seen('contain'), '300x150');
  assert.is(seen('cover'), '600x300');
  assert.is(seen('none', 2), '400x200');
  assert.is(seen('scale-down', 1), '200x100');
  assert.is(seen('scale-down', 2), '300x150');
});

sizes('are as many as a decode gives, and a canvas may have', () => {
  assert.equal(wantedSize({ width: 1, height: 1 }, { width: 29, height: 50 }, 'fill', 1), {
    width: 2,
    height: 3,
  });
  assert.equal(wantedSize({ width: 900, height: 900 }, { width: 2, height: 3 }, 'fill', 1), {
    width: 128,
    height: 192,
  });
  const { width, height } = wantedSize(
    { width: 20_000, height: 10_000 },
    { width: 6000, height: 3000 },
    'fill',
    1,
  );
  assert.ok(width * height <= 2 ** 24 && width * height > 2 ** 24 - 2 * width, `${width}x${height}`);
});

sizes.run();

/** Styles of the element, and of what is around it. */
const SITUATIONS: readonly (readonly [own: string, around: string])[] = [
  ['', ''],
  ['display:block', ''],
  ['width:150px', ''],
  ['height:100px', ''],
  ['width:300px;height:200px;object-fit:cover', ''],
  ['max-width:100%;height:auto', 'width:90px'],
  ['display:block;max-width:100%;height:auto', 'width:500px'],
  ['max-height:50px', ''],
  ['min-width:500px', ''],
  ['width:50%', 'width:500px'],
  ['height:50%', 'height:500px'],
  ['width:100%;height:100%;object-fit:contain', 'width:240px;height:240px'],
  ['padding:10px;border:3px solid;box-sizing:border-box;width:150px', ''],
  ['', 'display:flex;height:100px'],
  ['flex:1;min-width:0', 'display:flex;width:200px;align-items:start'],
  ['', 'display:flex;flex-direction:column;width:600px'],
  ['', 'display:grid;width:600px'],
  ['width:100%', 'display:grid;grid-template-columns:1fr 1fr;width:600px'],
  ['width:100%;height:100%;object-fit:cover', 'display:grid;grid-template:100px/150px'],
  ['position:absolute;inset:0;width:100%;height:100%', 'position:relative;height:50px'],
  ['float:left;vertical-align:middle', ''],
  ['', 'writing-mode:vertical-rl;height:300px'],
  ['width:100%', 'display:table-cell;width:250px'],
  ['display:flex;width:100px', ''],
  ['display:grid;max-height:50px', ''],
  ['display:block;min-height:300px', ''],
  ['aspect-ratio:1;width:100px', ''],
];

const harbour = await readFile(new URL('../../formats/vectors/harbour.loe', import.meta.url));
const browser = await openBrowser();
if (browser) {
  const test = suite('web: element, its box');
  const png = PNG.sync.write(await pngOf(harbour));
  const element = await openElementPage(browser, (path) => ({ body: path.endsWith('.png') ? png : harbour }));
  const { page, show, until, happened } = element;

  for (const [where, path] of [
    ['', '/'],
    [', also without a doctype', QUIRKS],
  ] as const) {
    test(`the box is that of an <img>${where}`, async () => {
      const own = await openPage(browser, new URL(path, page.url()).href);
      assert.equal(await boxesThatDiffer(own), []);
      await own.close();
    });
  }

  test('attributes reserve it before there is a file', async () => {
    await show('<loec-img width="300" height="100" style="max-width:60px;height:auto"></loec-img>');
    const box = await page.evaluate(() => {
      const { width, height } = (document.querySelector('loec-img') as Element).getBoundingClientRect();
      return [width, height];
    });
    assert.equal(box, [60, 20]);
  });

  test('what is shown are the pixels that Node decodes', async () => {
    await show('<loec-img src="a.loe" alt="" style="display:block;width:300px"></loec-img>');
    await until('load a.loe');
    const { data } = PNG.sync.read(await page.locator('loec-img').screenshot());
    const expected = await pngOf(harbour, { width: 300, height: 200 });
    assert.is(pixelmatch(data, expected.data, undefined, 300, 200, { threshold: 0.01 }), 0);
  });

  test('it sharpens when it grows, and not when it shrinks a little', async () => {
    await show('<loec-img src="a.loe" style="width:96px"></loec-img>');
    await until('load a.loe');
    const resizeTo = (width: number) =>
      page.evaluate(async (pixels) => {
        const image = document.querySelector('loec-img') as LoecImgElement;
        image.style.width = `${pixels}px`;
        // Twice: the observer is told after the layout.
        for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
        await image.decode();
      }, width);
    await resizeTo(480);
    await resizeTo(400);
    await resizeTo(120);
    // Previews come before.
    assert.equal((await happened(/^\d/)).slice(-3), ['96x64', '480x320', '120x80']);
  });

  test('it sharpens on a denser screen where browsers do not observe the pixels of the screen', async () => {
    await observeNoDevicePixels(page);
    await show('<loec-img src="a.loe" style="width:96px"></loec-img>');
    await until('load a.loe');
    const undo = await makeDenser(page);
    await until('192x128');
    await undo();
  });

  test('object-fit and object-position have the effect that they have on an <img>, also on a dense screen', async () => {
    const dense = await browser.newContext({ deviceScaleFactor: 2 });
    const own = await dense.newPage();
    await own.goto(page.url());
    const shots: Buffer[] = [];
    for (const [tag, file] of [
      ['img', 'harbour.png'],
      ['loec-img', 'a.loe'],
    ] as const) {
      const boxes = ['fill', 'contain', 'cover', 'none', 'scale-down'].map(
        (fit) =>
          `<${tag} src="${file}" style="width:120px;height:130px;background:#0f0;object-fit:${fit};object-position:10% 80%;padding:3px;border-radius:20px"></${tag}>`,
      );
      await own.evaluate(async (html) => {
        document.body.innerHTML = html;
        for (const image of document.body.children) await (image as HTMLImageElement).decode();
      }, boxes.join(''));
      shots.push(await own.screenshot());
    }
    const [theirs, ours] = shots.map((shot) => PNG.sync.read(shot)) as unknown as [PNG, PNG];
    const differing = pixelmatch(theirs.data, ours.data, undefined, ours.width, ours.height, {
      threshold: 0.2,
    });
    assert.ok(differing < 0.01 * 5 * 240 * 260, `${differing} pixels differ`);
    await dense.close();
  });

  test.after(async () => {
    await browser.close();
    await element.close();
  });
  test.run();
} else {
  skipped('web: element, its box', 'there is no Chromium at /usr/bin/chromium');
}

/** Situations in which the element is elsewhere than an `<img>`, or makes its neighbour or what is around it differ. */
function boxesThatDiffer(page: Page): Promise<string[]> {
  return page.evaluate(async (situations) => {
    const rectangles = async (tag: string, file: string, own: string, around: string) => {
      document.body.innerHTML = `<div style="width:700px;height:400px"><div style="${around}"><i>a</i><${tag} src="${file}" alt="" style="${own}"></${tag}></div></div>`;
      const image = document.querySelector(tag) as HTMLImageElement;
      await image.decode();
      return [image, image.parentElement as Element, document.querySelector('i') as Element].map((shown) => {
        const { x, y, width, height } = shown.getBoundingClientRect();
        return `${x},${y} ${width}x${height}`;
      });
    };
    const found: string[] = [];
    for (const [own, around] of situations) {
      const theirs = await rectangles('img', 'harbour.png', own, around);
      const ours = await rectangles('loec-img', 'harbour.loe', own, around);
      if (`${theirs}` !== `${ours}`)
        found.push(`${own} in ${around}: ${theirs.join(' | ')}, ours ${ours.join(' | ')}`);
    }
    return found;
  }, SITUATIONS);
}

async function pngOf(file: Uint8Array, output = {}): Promise<PNG> {
  const picture = await decode(file, output);
  const png = new PNG({ width: picture.width, height: picture.height });
  png.data.set(canvasPixels(picture));
  return png;
}
