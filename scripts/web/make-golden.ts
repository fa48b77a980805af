/** @file Makes the golden screenshots that `test/web/screenshots.test.ts` compares with: `npm run golden`. Look at them before you keep them. */

import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { openBrowser } from '../../test/web/browser.ts';
import { takeScenes } from '../../test/web/scenes.ts';

const FOLDER = new URL('../../test/web/golden/', import.meta.url);

const browser = await openBrowser();
if (!browser) throw new Error('there is no Chromium');
try {
  for (const [name, file] of await takeScenes(browser)) {
    const path = fileURLToPath(new URL(`${name}.png`, FOLDER));
    // A third smaller than Chromium's.
    await sharp(file).removeAlpha().png({ compressionLevel: 9, adaptiveFiltering: true }).toFile(path);
  }
} finally {
  await browser.close();
}
