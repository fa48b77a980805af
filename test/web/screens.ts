/** @file Screens that get denser while a page is shown, in a browser that does not observe their pixels (Safari). Chromium does not tell of those that are emulated. */

import type { Page } from 'playwright-core';

/** To be called before anything is observed. */
export async function observeNoDevicePixels(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { observe } = ResizeObserver.prototype;
    ResizeObserver.prototype.observe = function (target, options) {
      if (options) throw new TypeError('no such box');
      observe.call(this, target);
    };
  });
}

/** Two pixels of the screen along one of CSS. @returns undoes it */
export async function makeDenser(page: Page): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  // Chromium looks at densities anew where the window changes, too.
  const metrics = { width: 1281, height: 720, mobile: false, deviceScaleFactor: 2 };
  await session.send('Emulation.setDeviceMetricsOverride', metrics);
  return async () => void (await session.send('Emulation.clearDeviceMetricsOverride'));
}
