/** @file A page for tests of `<loec-img>`, which writes down what happens in it. */

import type { Browser, Page } from 'playwright-core';
import { openPage, type Served, serve } from './browser.ts';

declare global {
  /** Events of elements, and the sizes of bitmaps that were shown, in their order. */
  var record: string[];
}

const PAGE = `<!doctype html><style>body { margin: 0 }</style>
<script>
  var record = [];
  // One worker, for one order.
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: 2 });
  for (const type of ['load', 'error', 'preview']) {
    document.addEventListener(type, (event) => {
      if (event.target.localName !== 'loec-img') return;
      record.push([type, event.target.getAttribute('src'), event.error?.code].filter(Boolean).join(' '));
    }, true);
  }
  const show = ImageBitmapRenderingContext.prototype.transferFromImageBitmap;
  ImageBitmapRenderingContext.prototype.transferFromImageBitmap = function (bitmap) {
    record.push(bitmap.width + 'x' + bitmap.height);
    show.call(this, bitmap);
  };
</script>
<script type="module" src="/loec/element.js"></script>`;

/** The path of the page without its doctype. */
export const QUIRKS = '/quirks';

export interface ElementPage {
  readonly page: Page;
  /** Paths of pictures in the order in which they were asked for. */
  readonly asked: string[];
  /** What the page said on its console. */
  readonly messages: string[];
  /** Replaces what is in the page. */
  show(html: string): Promise<void>;
  /** What has happened since, of the kind that a pattern says. */
  happened(pattern?: RegExp): Promise<string[]>;
  /** Waits until it has. */
  until(happening: string): Promise<void>;
  close(): Promise<void>;
}

export async function openElementPage(
  browser: Browser,
  pictures: (path: string) => Served | null,
): Promise<ElementPage> {
  const [asked, messages]: [string[], string[]] = [[], []];
  const server = await serve((path) => {
    if (path === '/') return { body: PAGE };
    if (path === QUIRKS) return { body: PAGE.replace('<!doctype html>', '') };
    asked.push(path);
    return pictures(path);
  });
  const page = await openPage(browser, server.origin, messages);
  return {
    page,
    asked,
    messages,
    show: async (html) => {
      await page.evaluate(async () => {
        scrollTo(0, 0);
        document.body.innerHTML = '';
        // What was there gives its pixels back in another turn.
        await new Promise((resolve) => setTimeout(resolve, 20));
        record.length = 0;
      });
      asked.length = 0;
      await page.evaluate((content) => {
        document.body.innerHTML = content;
      }, html);
    },
    happened: async (pattern = /./) =>
      (await page.evaluate(() => record)).filter((line) => pattern.test(line)),
    until: async (happening) => {
      await page.waitForFunction((line) => record.includes(line), happening, { timeout: 5000 });
    },
    close: () => server.close(),
  };
}
