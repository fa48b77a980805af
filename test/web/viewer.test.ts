/** @file `<loec-viewer>` in Chromium: what hands, wheels and keys do, what is heard, and that its pixels are those of Node. */

import { readFile } from 'node:fs/promises';
import type { CDPSession, Page } from 'playwright-core';
import { decode } from '../../src/decode.ts';
import type { LoecViewerElement } from '../../src/viewer.ts';
import { assert, skipped, suite } from '../harness.ts';
import { openBrowser, openPage, serve } from './browser.ts';
import { canvasPixels } from './canvas-pixels.ts';
import { makeDenser, observeNoDevicePixels } from './screens.ts';

const PAGE = `<!doctype html><style>body { margin: 0 } loec-viewer { width: 440px; height: 360px }</style>
<loec-viewer src="/a.loe" alt="A harbour"></loec-viewer><script type="module" src="/loec/viewer.js"></script>`;

// 110 × 90 pixels: four times as large it fits the box.
const file = await readFile(new URL('../../formats/vectors/pyramid-large.loe', import.meta.url));
const moon = await readFile(new URL('../../corpus/moon.png', import.meta.url));
const browser = await openBrowser();

interface Seen {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

const FIT: Seen = { x: 55, y: 45, zoom: 4 };

const seen = (page: Page): Promise<Seen> =>
  page.evaluate(() => {
    const viewer = document.querySelector('loec-viewer');
    return { ...viewer?.centre, zoom: viewer?.zoom } as Seen;
  });

async function untilSharp(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('loec-viewer')?.isSharp);
}

const reset = (page: Page) => page.evaluate(() => document.querySelector('loec-viewer')?.show({ zoom: 4 }));

function isNear(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 0.02, `${actual}, not ${expected}`);
}

/** RGBA of the canvas. */
const pixelsOf = (page: Page, x: number, y: number, width: number, height: number): Promise<number[]> =>
  page.evaluate(
    (rectangle) => {
      const canvas = document.querySelector('loec-viewer')?.shadowRoot?.querySelector('canvas');
      return [...(canvas?.getContext('2d')?.getImageData(...rectangle).data ?? [])];
    },
    [x, y, width, height] as const,
  );

/** Turns the wheel towards the picture, by as much as one event may. */
async function wheelAt(page: Page, x: number, y: number): Promise<void> {
  const { zoom } = await seen(page);
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, -200);
  await page.waitForFunction((before) => document.querySelector('loec-viewer')?.zoom !== before, zoom);
}

const canvasSize = (page: Page) =>
  page.evaluate(() => {
    const canvas = document.querySelector('loec-viewer')?.shadowRoot?.querySelector('canvas');
    return `${canvas?.width}x${canvas?.height}`;
  });

async function touch(session: CDPSession, type: string, points: readonly (readonly [number, number])[]) {
  const touchPoints = points.map(([x, y], id) => ({ x, y, id }));
  await session.send('Input.dispatchTouchEvent', { type: type as 'touchStart', touchPoints });
}

if (browser) {
  const test = suite('web: viewer');
  const files = new Map<string, string | Uint8Array>([
    ['/', PAGE],
    ['/a.loe', file],
    ['/moon.png', moon],
    ['/empty', '<!doctype html>'],
  ]);
  const server = await serve((path) => {
    const body = files.get(path);
    return body === undefined ? null : { body };
  });
  const page = await openPage(browser, `${server.origin}/empty`);
  // Movements that take no time leave nothing to wait for.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(server.origin);
  await untilSharp(page);
  test.before.each(() => reset(page));

  test('the whole picture is seen first', async () => {
    assert.equal(await seen(page), FIT);
  });

  for (const zoom of [4, 8]) {
    test(`at zoom ${zoom} the screen has the pixels of Node`, async () => {
      await page.evaluate((wanted) => document.querySelector('loec-viewer')?.show({ zoom: wanted }), zoom);
      await untilSharp(page);
      const crop = { x: 55 * zoom - 220, y: 45 * zoom - 180, width: 440, height: 360 };
      const expected = canvasPixels(await decode(file, { scale: zoom, crop }));
      assert.ok(Buffer.from(await pixelsOf(page, 0, 0, 440, 360)).equals(Buffer.from(expected)));
    });
  }

  test('a canvas that has lost what was drawn, and is told, is drawn anew', async () => {
    await untilSharp(page);
    const before = await pixelsOf(page, 200, 180, 40, 1);
    await page.evaluate(async () => {
      const canvas = document.querySelector('loec-viewer')?.shadowRoot?.querySelector('canvas');
      canvas?.getContext('2d')?.clearRect(0, 0, 440, 360);
      canvas?.dispatchEvent(new Event('contextrestored'));
      for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
    });
    assert.equal(await pixelsOf(page, 200, 180, 40, 1), before);
  });

  test('keys move and zoom, to the ends and no further', async () => {
    await page.locator('loec-viewer').focus();
    await page.keyboard.press('+');
    assert.equal(await seen(page), { ...FIT, zoom: 8 });
    await page.keyboard.press('ArrowRight');
    assert.equal(await seen(page), { ...FIT, x: 55 + 45 / 8, zoom: 8 });
    for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowUp');
    isNear((await seen(page)).y, 180 / 8);
    await page.keyboard.press('1');
    assert.equal(await seen(page), { ...FIT, zoom: 1 });
    await page.keyboard.press('-');
    assert.is((await seen(page)).zoom, 1);
    for (let i = 0; i < 12; i++) await page.keyboard.press('+');
    assert.is((await seen(page)).zoom, 256);
    await page.keyboard.press('0');
    assert.equal(await seen(page), FIT);
  });

  test('a wheel zooms about the pointer', async () => {
    await wheelAt(page, 330, 90);
    const { x, y, zoom } = await seen(page);
    isNear(zoom, 4 * Math.exp(0.4));
    isNear(x + 110 / zoom, 82.5);
    isNear(y - 90 / zoom, 22.5);
  });

  for (const part of ['minimap', 'controls']) {
    test(`over the ${part} too, where a double click is not one of the picture`, async () => {
      await page.evaluate(() => document.querySelector('loec-viewer')?.show({ zoom: 8 }));
      const place = page.locator(`loec-viewer [part=${part}]`);
      await place.waitFor();
      const box = await place.boundingBox();
      assert.ok(box);
      const { x, y, width, height } = box as NonNullable<typeof box>;
      await wheelAt(page, x + width / 2, y + height / 2);
      isNear((await seen(page)).zoom, 8 * Math.exp(0.4));
      await page.mouse.dblclick(x + 1, y + height / 2);
      isNear((await seen(page)).zoom, 8 * Math.exp(0.4));
    });
  }

  test('a page scrolls with a wheel that begins to turn at the end, not with the end of a turn', async () => {
    const prevented = await page.evaluate(() => {
      const viewer = document.querySelector('loec-viewer') as LoecViewerElement;
      const stage = viewer.shadowRoot?.querySelector('[part=stage]') as HTMLElement;
      viewer.show({ zoom: 1 });
      return [
        [-100, 5000],
        [200, 5100],
        [200, 5200],
        [200, 5450],
        [200, 6000],
        [-100, 6100],
      ].map(([deltaY, timeStamp]) => {
        const event = new WheelEvent('wheel', { deltaY: deltaY as number, bubbles: true, cancelable: true });
        Object.defineProperty(event, 'timeStamp', { value: timeStamp });
        stage.dispatchEvent(event);
        return event.defaultPrevented;
      });
    });
    assert.equal(prevented, [true, true, true, true, false, true]);
  });

  test('a finger that was lifted where nobody heard it is no finger of a pinch', async () => {
    const session = await page.context().newCDPSession(page);
    const viewer = await page.locator('loec-viewer').elementHandle();
    await touch(session, 'touchStart', [[100, 100]]);
    await viewer?.evaluate((removed) => removed.remove());
    await touch(session, 'touchEnd', []);
    await viewer?.evaluate((removed) => document.body.prepend(removed));
    await untilSharp(page);
    await touch(session, 'touchStart', [[200, 200]]);
    await touch(session, 'touchMove', [[260, 260]]);
    await touch(session, 'touchEnd', []);
    assert.is((await seen(page)).zoom, 4);
  });

  test('nor does a mouse that was let go there drag anything', async () => {
    const viewer = await page.locator('loec-viewer').elementHandle();
    await page.mouse.move(100, 100);
    await page.mouse.down();
    await viewer?.evaluate((removed) => removed.remove());
    await page.mouse.up();
    await viewer?.evaluate((removed) => document.body.prepend(removed));
    await untilSharp(page);
    await page.evaluate(() => document.querySelector('loec-viewer')?.show({ x: 55, y: 45, zoom: 8 }));
    await page.mouse.move(150, 130, { steps: 2 });
    assert.equal(await seen(page), { ...FIT, zoom: 8 });
  });

  test('without a width a wheel leaves a view, and in another document it has its style', async () => {
    const found = await page.evaluate(async () => {
      const viewer = document.querySelector('loec-viewer') as LoecViewerElement;
      const stage = viewer.shadowRoot?.querySelector('[part=stage]') as HTMLElement;
      viewer.style.width = '0';
      stage.dispatchEvent(new WheelEvent('wheel', { deltaY: -100, bubbles: true, cancelable: true }));
      viewer.style.width = '';
      const position = () => stage.ownerDocument.defaultView?.getComputedStyle(stage).position;
      const frame = document.createElement('iframe');
      document.body.append(frame);
      frame.contentDocument?.body.append(viewer);
      const positions = [position()];
      document.body.prepend(viewer);
      frame.remove();
      return { ...viewer.centre, positions: [...positions, position()] };
    });
    assert.ok(Number.isFinite(found.x) && Number.isFinite(found.y));
    assert.equal(found.positions, ['absolute', 'absolute']);
    await untilSharp(page);
  });

  test('its pixels are those of the screen, also where text runs from top to bottom', async () => {
    await page.evaluate(() => document.documentElement.style.setProperty('writing-mode', 'vertical-rl'));
    for (let i = 0; i < 2; i++) await page.evaluate(() => new Promise(requestAnimationFrame));
    const size = await canvasSize(page);
    await page.evaluate(() => document.documentElement.removeAttribute('style'));
    await untilSharp(page);
    assert.equal([size, await canvasSize(page)], ['440x360', '440x360']);
  });

  test('what was set before the script came holds', async () => {
    const own = await openPage(browser, `${server.origin}/empty`);
    await own.evaluate(() => {
      const viewer = Object.assign(document.createElement('loec-viewer'), { src: '/a.loe', zoom: 8 });
      document.body.append(viewer);
    });
    await own.addScriptTag({ url: '/loec/viewer.js', type: 'module' });
    await untilSharp(own);
    const { zoom } = await seen(own);
    await own.close();
    assert.is(zoom, 8);
  });

  test('and of dense screens', async () => {
    const context = await browser.newContext({ deviceScaleFactor: 2 });
    const dense = await context.newPage();
    await dense.goto(server.origin);
    await untilSharp(dense);
    const size = await canvasSize(dense);
    await context.close();
    assert.is(size, '880x720');
  });

  test('on a screen that gets denser it shows the same part of the picture', async () => {
    const own = await openPage(browser, `${server.origin}/empty`);
    await observeNoDevicePixels(own);
    await own.setContent(PAGE);
    await untilSharp(own);
    await own.evaluate(() => document.querySelector('loec-viewer')?.show({ zoom: 8 }));
    await makeDenser(own);
    await own.waitForFunction(() => document.querySelector('loec-viewer')?.zoom === 16);
    const size = await canvasSize(own);
    await own.close();
    assert.is(size, '880x720');
  });

  test('a drag moves the picture with the pointer', async () => {
    await page.evaluate(() => document.querySelector('loec-viewer')?.show({ x: 55, y: 45, zoom: 8 }));
    await page.mouse.move(200, 200);
    await page.mouse.down();
    await page.mouse.move(160, 184, { steps: 2 });
    await page.mouse.up();
    assert.equal(await seen(page), { x: 60, y: 47, zoom: 8 });
  });

  test('two fingers zoom by how far they part', async () => {
    const session = await page.context().newCDPSession(page);
    await touch(session, 'touchStart', [
      [200, 180],
      [240, 180],
    ]);
    await touch(session, 'touchMove', [
      [180, 180],
      [260, 180],
    ]);
    await touch(session, 'touchEnd', []);
    const { x, y, zoom } = await seen(page);
    isNear(zoom, 8);
    isNear(x, 55);
    isNear(y, 45);
  });

  test('a finger scrolls the page where there is nothing to move', async () => {
    const touchAction = () =>
      page.evaluate(() => {
        const stage = document.querySelector('loec-viewer')?.shadowRoot?.querySelector('[part=stage]');
        return getComputedStyle(stage as Element).touchAction;
      });
    await untilSharp(page);
    assert.is(await touchAction(), 'pan-y');
    await page.evaluate(() => document.querySelector('loec-viewer')?.show({ zoom: 8 }));
    await untilSharp(page);
    assert.is(await touchAction(), 'none');
  });

  test('a double click goes nearer, with shift back to all', async () => {
    await page.mouse.dblclick(330, 90);
    assert.equal(await seen(page), { x: 55 + 13.75, y: 45 - 11.25, zoom: 8 });
    await page.keyboard.down('Shift');
    await page.mouse.dblclick(330, 90);
    await page.keyboard.up('Shift');
    assert.equal(await seen(page), FIT);
  });

  test('it is named, its buttons too, and says its zoom', async () => {
    await page.getByRole('application', { name: 'A harbour' }).focus();
    await page.keyboard.press('+');
    await page.getByRole('status').filter({ hasText: 'Zoom 800 %' }).waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Zoom in' }).click();
    assert.is((await seen(page)).zoom, 16);
    await page.getByRole('button', { name: 'Whole picture' }).click();
    assert.equal(await seen(page), FIT);
  });

  test('a second picture lies in the same place, right of a border that keys move', async () => {
    await page.evaluate(() => document.querySelector('loec-viewer')?.setAttribute('compare', '/moon.png'));
    const slider = page.getByRole('slider', { name: 'Border between the pictures' });
    await slider.focus();
    const isMoon = async (x: number) => {
      const [red, green, blue] = await pixelsOf(page, x, 180, 1, 1);
      return red === green && green === blue;
    };
    assert.equal([await isMoon(215), await isMoon(225)], [false, true]);
    await page.keyboard.press('PageDown');
    assert.is(await slider.getAttribute('aria-valuenow'), '40');
    await page.evaluate(() => new Promise(requestAnimationFrame));
    assert.equal([await isMoon(170), await isMoon(215)], [false, true]);
  });

  test('wheels, double clicks and keys over the border are for the picture', async () => {
    const slider = page.getByRole('slider');
    await slider.focus();
    for (const key of ['Home', '+', 'End']) await page.keyboard.press(key);
    assert.equal(await seen(page), { ...FIT, zoom: 8 });
    await page.keyboard.press('0');
    await page.mouse.dblclick(438, 90);
    isNear((await seen(page)).zoom, 8);
    await page.keyboard.press('0');
    await wheelAt(page, 438, 90);
    isNear((await seen(page)).zoom, 4 * Math.exp(0.4));
    assert.is(await slider.getAttribute('aria-valuenow'), '100');
  });

  test('a finger drags the border, two pinch the picture', async () => {
    const session = await page.context().newCDPSession(page);
    const slider = page.getByRole('slider');
    await touch(session, 'touchStart', [[438, 90]]);
    await touch(session, 'touchMove', [[220, 90]]);
    assert.is(await slider.getAttribute('aria-valuenow'), '50');
    await touch(session, 'touchStart', [
      [220, 90],
      [260, 90],
    ]);
    await touch(session, 'touchMove', [
      [200, 90],
      [280, 90],
    ]);
    await touch(session, 'touchEnd', []);
    isNear((await seen(page)).zoom, 8);
    assert.is(await slider.getAttribute('aria-valuenow'), '50');
  });

  test('or in its stead', async () => {
    await page.evaluate(() => document.querySelector('loec-viewer')?.setAttribute('compare-mode', 'flip'));
    const button = page.getByRole('button', { name: 'Show the other picture' });
    assert.is(await button.getAttribute('aria-pressed'), 'false');
    await page.locator('loec-viewer').focus();
    await page.keyboard.press('c');
    assert.is(await button.getAttribute('aria-pressed'), 'true');
    await button.click();
    assert.is(await button.getAttribute('aria-pressed'), 'false');
  });

  test('an image inside is compared with too, its pixels as the page wants them', async () => {
    await page.evaluate(() => {
      const viewer = document.querySelector('loec-viewer');
      for (const name of ['compare', 'compare-mode']) viewer?.removeAttribute(name);
      const image = new Image();
      image.slot = 'compare';
      image.src = '/moon.png';
      image.style.imageRendering = 'pixelated';
      viewer?.append(image);
    });
    await page.getByRole('slider').waitFor();
    await page.evaluate(() => document.querySelector('loec-viewer')?.show({ x: 100, y: 45, zoom: 128 }));
    await page.evaluate(() => new Promise(requestAnimationFrame));
    // 110 pixels of the picture are 128 of the moon.
    const row = await pixelsOf(page, 230, 180, 100, 1);
    assert.is(new Set(row.filter((_, i) => i % 4 === 0)).size, 1);
  });

  test('a file that is not there is an error and, unless that is prevented, a warning, and the name is shown', async () => {
    const warnings: string[] = [];
    page.on('console', (said) => said.type() === 'warning' && warnings.push(said.text()));
    const message = await page.evaluate(async () => {
      const viewer = document.createElement('loec-viewer');
      viewer.alt = 'Missing';
      viewer.src = '/missing.loe';
      const failed = new Promise<ErrorEvent>((resolve) => viewer.addEventListener('error', resolve));
      document.body.append(viewer);
      const { message: text, error } = await failed;
      viewer.addEventListener('error', (event) => event.preventDefault());
      const failedAgain = new Promise((resolve) => viewer.addEventListener('error', resolve));
      viewer.src = '/missing2.loe';
      await failedAgain;
      const shown = viewer.shadowRoot?.querySelector('[part=message]')?.textContent;
      viewer.remove();
      return `${error.code} ${text} | ${shown}`;
    });
    assert.match(message, /^E_INPUT .*404.*\/missing.loe \| Missing$/);
    assert.is(warnings.length, 1);
    assert.match(warnings[0] ?? '', /^loec: .*404/);
  });

  test('one that is moved stays, one that is removed closes its bitmaps', async () => {
    const closed = await page.evaluate(async () => {
      let count = 0;
      const close = ImageBitmap.prototype.close;
      ImageBitmap.prototype.close = function () {
        count++;
        close.call(this);
      };
      const viewer = document.querySelector('loec-viewer') as HTMLElement;
      document.body.append(viewer);
      await new Promise(requestAnimationFrame);
      const afterMove = count;
      viewer.remove();
      await new Promise(requestAnimationFrame);
      return [afterMove, count > 0];
    });
    assert.equal(closed, [0, true]);
  });

  test.after(async () => {
    await browser.close();
    await server.close();
  });
  test.run();
} else {
  skipped('web: viewer', 'there is no Chromium at /usr/bin/chromium');
}
