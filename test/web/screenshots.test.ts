/** @file The elements look as they did: screenshots beside golden ones. `npm run golden` makes these anew, for eyes to judge. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { assert, skipped, suite } from '../harness.ts';
import { openBrowser } from './browser.ts';
import { SCENES, takeScenes } from './scenes.ts';

/** Of all pixels: edges of curves, which versions of Chromium draw a little differently. */
const MAY_DIFFER = 0.001;

const OUT = new URL('../../out/golden/', import.meta.url);

const goldenOf = async (name: string): Promise<PNG> =>
  PNG.sync.read(await readFile(new URL(`golden/${name}.png`, import.meta.url)));

const browser = await openBrowser();
if (browser) {
  const test = suite('web: screenshots');
  const taken = takeScenes(browser);

  for (const { name } of SCENES) {
    test(name, async () => {
      const file = (await taken).get(name) as Buffer;
      const [actual, golden] = [PNG.sync.read(file), await goldenOf(name)];
      const { width, height } = golden;
      assert.equal([actual.width, actual.height], [width, height]);
      const difference = new PNG({ width, height });
      const differing = pixelmatch(actual.data, golden.data, difference.data, width, height, {
        threshold: 0.05,
      });
      if (differing <= MAY_DIFFER * width * height) return;
      await mkdir(OUT, { recursive: true });
      await writeFile(new URL(`${name}-actual.png`, OUT), file);
      await writeFile(new URL(`${name}-difference.png`, OUT), PNG.sync.write(difference));
      assert.unreachable(
        `${differing} pixels differ: out/golden/${name}-actual.png and -difference.png; npm run golden takes them as right`,
      );
    });
  }

  test.after(() => browser.close());
  test.run();
} else {
  skipped('web: screenshots', 'there is no Chromium at /usr/bin/chromium');
}
