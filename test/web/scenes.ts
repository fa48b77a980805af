/** @file Pages whose looks are held in `golden`, without text, since fonts differ between machines. */

import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import type {} from '../../src/element.ts';
import type {} from '../../src/viewer.ts';
import type { View } from '../../src/web/viewer/view.ts';
import { openPage, type Served, serve } from './browser.ts';

export interface Scene {
  readonly name: string;
  readonly html: string;
  /** In CSS pixels. */
  readonly viewport: { readonly width: number; readonly height: number };
  /** Pixels of the screen along a CSS pixel. */
  readonly density: number;
  readonly colorScheme: 'light' | 'dark';
  /** Waits until all is shown as it stays. */
  settle(page: Page): Promise<void>;
}

const STYLE = `<!doctype html><meta name="color-scheme" content="light dark"><style>
  body { margin: 0; background: Canvas; font-size: 0; color: transparent }
  loec-img { width: 40px; height: 32px; margin: 4px; vertical-align: top; background: light-dark(#cde, #345) }
  loec-viewer { width: 240px; height: 160px; margin: 4px; --loec-viewer-focus: #27f }
</style>`;

const FITS = ['fill', 'contain', 'cover', 'none', 'scale-down'];

/** Five fits, a place, rounded corners, transparency, pixels of a small picture, the box of one that can't be read. */
const PICTURES = [
  ...FITS.map((fit) => `<loec-img src="/harbour.loe" alt="" style="object-fit:${fit}"></loec-img>`),
  '<loec-img src="/harbour.loe" alt="" style="object-fit:cover;object-position:0 0;width:24px;padding:0 8px"></loec-img>',
  '<loec-img src="/harbour.loe" alt="" style="box-sizing:border-box;border:2px solid #f40;border-radius:12px"></loec-img>',
  '<loec-img src="/badge.loe" alt=""></loec-img>',
  '<loec-img src="/tiny.loe" alt="" style="image-rendering:pixelated"></loec-img>',
  '<loec-img src="/broken.loe" alt="a harbour" style="box-sizing:border-box;border:2px dashed light-dark(#000, #fff)"></loec-img>',
];

const ofPictures = (pictures: readonly string[]) => ({
  html: `${STYLE}<script type="module" src="/loec/element.js"></script>${pictures.join('')}`,
  viewport: { width: 48 * Math.min(5, pictures.length), height: 40 * Math.ceil(pictures.length / 5) },
  settle: (page: Page) =>
    page.evaluate(async () => {
      const shown = [...document.querySelectorAll('loec-img')];
      await Promise.all(shown.map((picture) => picture.decode().catch(() => undefined)));
    }),
});

const ofViewer = (attributes: string) => ({
  html: `${STYLE}<loec-viewer alt="" ${attributes}></loec-viewer><script type="module" src="/loec/viewer.js"></script>`,
  viewport: { width: 248, height: 168 },
});

/** Until both pictures are seen there, sharp. */
async function show(page: Page, view: Partial<View>): Promise<void> {
  await page.locator('loec-viewer [part=divider]').waitFor();
  await page.evaluate((wanted) => document.querySelector('loec-viewer')?.show(wanted), view);
  await page.waitForFunction(() => document.querySelector('loec-viewer')?.isSharp);
}

export const SCENES: readonly Scene[] = [
  { ...ofPictures(PICTURES), name: 'pictures-light', density: 1, colorScheme: 'light' },
  { ...ofPictures(PICTURES.slice(-3)), name: 'pictures-dark-dense', density: 1.5, colorScheme: 'dark' },
  {
    ...ofViewer('src="/harbour.loe" compare="/harbour.png"'),
    name: 'viewer-light',
    density: 1,
    colorScheme: 'light',
    settle: (page) => show(page, { x: 102, y: 60, zoom: 10 }),
  },
  {
    ...ofViewer('src="/tiny.loe" compare="/badge.png"'),
    name: 'viewer-dark',
    density: 1,
    colorScheme: 'dark',
    settle: async (page) => {
      await show(page, {});
      // From the picture to its divider.
      for (const _ of [1, 2]) await page.keyboard.press('Tab');
      await page.keyboard.press('ArrowRight');
      await show(page, { zoom: 128 });
    },
  },
];

const ROOT = new URL('../../', import.meta.url);

/** By their paths. */
const FILES = {
  '/harbour.loe': 'formats/vectors/harbour.loe',
  '/badge.loe': 'formats/vectors/badge.loe',
  '/tiny.loe': 'formats/vectors/tiny.loe',
  '/harbour.png': 'corpus/harbour.png',
  '/badge.png': 'corpus/badge.png',
};

/** PNG files, by the names of their scenes. */
export async function takeScenes(browser: Browser): Promise<ReadonlyMap<string, Buffer>> {
  const pages = SCENES.map(({ name, html }): [string, Served] => [`/${name}`, { body: html }]);
  const files = Object.entries(FILES).map(
    async ([path, file]): Promise<[string, Served]> => [path, { body: await readFile(new URL(file, ROOT)) }],
  );
  const served = new Map([...pages, ...(await Promise.all(files))]);
  const server = await serve((path) => served.get(path) ?? null);
  const taken = new Map<string, Buffer>();
  for (const scene of SCENES) {
    const { viewport, density, colorScheme } = scene;
    const context = await browser.newContext({
      viewport,
      deviceScaleFactor: density,
      colorScheme,
      reducedMotion: 'reduce',
    });
    const page = await openPage(context, `${server.origin}/${scene.name}`);
    await scene.settle(page);
    taken.set(scene.name, await page.screenshot({ animations: 'disabled' }));
    await context.close();
  }
  await server.close();
  return taken;
}
