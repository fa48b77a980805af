/** @file `<loec-img>` loads, shows and gives back pictures as `<img>` does. */

import { readFile } from 'node:fs/promises';
import { LoecImgElement } from '../../src/element.ts';
import { assert, skipped, suite } from '../harness.ts';
import { openBrowser, throttled } from './browser.ts';
import { openElementPage } from './element-page.ts';

const onServer = suite('web: element on a server');
onServer('its module loads where there is no page', () => {
  assert.is(globalThis.HTMLElement, undefined);
  assert.ok(LoecImgElement.observedAttributes.includes('src'));
});
onServer.run();

const vector = (name: string) => readFile(new URL(`../../formats/vectors/${name}`, import.meta.url));
const [harbour, badge] = await Promise.all([vector('harbour.loe'), vector('badge.loe')]);
const browser = await openBrowser();
if (browser) {
  const test = suite('web: element');
  const { page, asked, messages, show, happened, until, close } = await openElementPage(browser, (path) => {
    if (path === '/none.loe') return null;
    if (path === '/slow.loe') return { body: throttled(harbour, 1000) };
    if (path === '/broken.loe') return { body: harbour.subarray(0, 900) };
    return { body: path === '/badge.loe' ? badge : harbour };
  });

  test('properties and events tell how far it is', async () => {
    await show('');
    const told = await page.evaluate(async () => {
      const image = document.createElement('loec-img');
      const tell = () => [image.complete, image.naturalWidth, image.currentSrc === image.src];
      const before = tell();
      image.src = 'slow.loe';
      document.body.append(image);
      const during = image.complete;
      await new Promise((resolve) => image.addEventListener('load', resolve));
      await image.decode();
      return { before, during, after: [...tell(), image.width, image.height] };
    });
    assert.equal(told, { before: [true, 0, true], during: false, after: [true, 192, true, 192, 128] });
    assert.equal((await happened()).slice(-2), ['192x128', 'load slow.loe']);
  });

  test('a lazy one is fetched when it comes near', async () => {
    await show('<div style="height:6000px"></div><loec-img loading="lazy" src="a.loe"></loec-img>');
    await page.waitForTimeout(200);
    assert.equal(asked, []);
    await page.evaluate(() => scrollTo(0, 4500));
    await until('load a.loe');
    assert.equal(asked, ['/a.loe']);
  });

  test('another src ends the one before, which tells nothing more', async () => {
    await show('<loec-img src="slow.loe"></loec-img>');
    await page.waitForTimeout(300);
    await page.evaluate(() => document.querySelector('loec-img')?.setAttribute('src', 'badge.loe'));
    await until('load badge.loe');
    await page.waitForTimeout(1000);
    assert.equal(await happened(/load|error/), ['load badge.loe']);
    assert.is(await page.evaluate(() => document.querySelector('loec-img')?.naturalWidth), 96);
  });

  test('without a src there is no picture, and who waits for one is told', async () => {
    await show('<loec-img src="a.loe"></loec-img>');
    await until('load a.loe');
    const told = await page.evaluate(async () => {
      const image = document.querySelector('loec-img') as LoecImgElement;
      image.src = 'slow.loe';
      const codes = [image.decode().catch(({ code }) => code)];
      image.src = 'badge.loe';
      await image.decode();
      image.removeAttribute('src');
      const { naturalWidth, offsetWidth, complete } = image;
      return [await codes[0], naturalWidth, offsetWidth, complete];
    });
    assert.equal(told, ['E_ABORTED', 0, 0, true]);
  });

  test('moved it goes on; removed it gives everything back, and comes back', async () => {
    await show('<p></p><loec-img src="a.loe"></loec-img>');
    await until('load a.loe');
    await page.evaluate(async () => {
      const image = document.querySelector('loec-img') as LoecImgElement;
      const turn = () => new Promise((resolve) => setTimeout(resolve, 50));
      document.querySelector('p')?.append(image);
      await turn();
      record.push('moved');
      image.remove();
      await turn();
      document.body.append(image);
      await image.decode();
    });
    assert.equal(await happened(/^(?!preview)/), ['192x128', 'load a.loe', 'moved', '1x1', '192x128']);
    assert.equal(asked, ['/a.loe', '/a.loe']);
  });

  test('far away it has no pixels, but its box', async () => {
    await show('<loec-img src="a.loe"></loec-img><div style="height:9000px"></div>');
    await until('load a.loe');
    await page.evaluate(() => scrollTo(0, 8000));
    await until('1x1');
    assert.is(await page.evaluate(() => document.querySelector('loec-img')?.height), 128);
    await page.evaluate(() => {
      record.length = 0;
      scrollTo(0, 0);
    });
    await until('192x128');
    assert.equal(asked, ['/a.loe']);
  });

  test('where it fails, the fallback or the alternative text is shown, and the console tells why', async () => {
    messages.length = 0;
    await show(`<loec-img src="broken.loe" alt="boats"><b>fallback</b></loec-img>
      <loec-img src="none.loe" alt="a harbour"> </loec-img><loec-img src="" alt="nothing"></loec-img>`);
    await until('error broken.loe E_FORMAT');
    await until('error none.loe E_INPUT');
    await until('error E_INPUT');
    const widths = await page.evaluate(() => {
      const [fallback, ...images] = document.querySelectorAll<HTMLElement>('b, loec-img:not(:has(b))');
      return [fallback, ...images].map((element) => element?.offsetWidth);
    });
    assert.ok(widths.length === 3 && widths.every((width = 0) => width > 20), `${widths}`);
    const told = messages.filter((message) => message.startsWith('loec: ')).sort();
    const expected = [
      /broken\.loe: the file is truncated/,
      /^loec: src is empty$/,
      /answered 404 .*none\.loe$/,
    ];
    assert.is(told.length, 3);
    for (const [i, pattern] of expected.entries()) assert.match(told[i] as string, pattern);
    // The browser tells of an answer 404 by itself.
    assert.is(messages.length, 4, messages.join('\n'));
  });

  test('a template is copied when the picture fails, the copy goes when it is mended, and who prevents the message has none', async () => {
    messages.length = 0;
    await show(`<loec-img alt="boats" style="width:90px">
      <template><img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='30' height='20'/>"></template>
      <noscript><img src="no-script.png"></noscript><!-- nothing else --></loec-img>`);
    const seen = await page.evaluate(async () => {
      const image = document.querySelector('loec-img') as LoecImgElement;
      image.addEventListener('error', (event) => event.preventDefault());
      const seen: unknown[] = [];
      for (const src of ['broken.loe', 'a.loe', 'broken.loe']) {
        const before = image.shadowRoot?.querySelector('img');
        image.src = src;
        await image.decode().catch(() => {});
        const copies = [...(image.shadowRoot as ShadowRoot).querySelectorAll('img')];
        for (const copy of copies) await copy.decode();
        // Other attributes leave the copy as it is.
        image.alt = `${src} is shown`;
        const isKept = copies.every((copy) => copy !== before && copy.isConnected);
        seen.push([
          copies.map(({ width, height }) => `${width}x${height}`).join(),
          isKept,
          image.offsetHeight,
        ]);
      }
      return seen;
    });
    assert.equal(seen, [
      ['90x60', true, 60],
      ['', true, 60],
      ['90x60', true, 60],
    ]);
    assert.equal([messages, asked.filter((path) => path.endsWith('.png'))], [[], []]);
  });

  test('screen readers find an image by its name, and none where the name is empty', async () => {
    await show(`<loec-img src="a.loe" alt="a harbour"><img alt="fallback"></loec-img><loec-img src="b.loe" alt=""></loec-img>
      <loec-img src="none.loe"><img src="data:," alt="fallback"></loec-img>`);
    await until('error none.loe E_INPUT');
    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const images = nodes.filter(({ role, ignored }) => role?.value === 'image' && !ignored);
    assert.equal(
      images.map(({ name }) => name?.value),
      ['a harbour', 'fallback'],
    );
  });

  test('cloned, adopted, created and set before it is defined it works', async () => {
    await show('<iframe></iframe>');
    const widths = await page.evaluate(async () => {
      const { document: other } = frames[0] as Window & typeof globalThis;
      // The other document has no such element yet: this one is upgraded when it comes here.
      const late = other.createElement('loec-img') as LoecImgElement;
      late.src = 'a.loe';
      document.body.append(late);
      const clone = late.cloneNode(true) as LoecImgElement;
      const adopted = document.createElement('loec-img');
      adopted.src = 'a.loe';
      adopted.width = 50;
      other.body.append(adopted);
      await Promise.all([late, clone, adopted].map((image) => image.decode()));
      return [late.width, clone.width, adopted.width, adopted.height];
    });
    assert.equal(widths, [192, 192, 50, 33]);
  });

  test('a hundred are decoded in the order in which they are seen, and those far away not at all', async () => {
    const many = Array.from(
      { length: 100 },
      (_, i) => `<loec-img src="${i}.loe" width="${100 + i}" height="300" style="display:block"></loec-img>`,
    );
    await show(`<div hidden>${many.join('')}</div>`);
    await page.waitForFunction(() => record.filter((line) => line.startsWith('load')).length === 100);
    await page.evaluate(() => {
      (document.querySelector('div') as HTMLElement).hidden = false;
      scrollTo(0, 50 * 300);
    });
    const drawn = /^(\d+)x300$/;
    await page.waitForFunction(() => record.filter((line) => line.endsWith('x300')).length >= 13);
    const numbers = (await happened(drawn)).map((line) => parseInt(line, 10) - 100);
    // The screen has 720 rows, and pictures are made two screens before they are seen.
    const rowsAway = numbers.map((i) => Math.max(0, 300 * (i - 50) - 720, 300 * (49 - i)));
    assert.equal(
      rowsAway,
      rowsAway.toSorted((one, other) => one - other),
      `${numbers}`,
    );
    assert.ok(Math.max(...rowsAway) < 3 * 720, `${numbers}`);
  });

  test.after(async () => {
    await browser.close();
    await close();
  });
  test.run();
} else {
  skipped('web: element', 'there is no Chromium at /usr/bin/chromium');
}
