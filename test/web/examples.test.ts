/** @file The examples build and show their picture. `npm ci --prefix examples` installs what they are built with. */

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { decode } from '../../src/decode.ts';
import { assert, skipped, suite } from '../harness.ts';
import { openBrowser, serve } from './browser.ts';
import { canvasPixels } from './canvas-pixels.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));
const VITE = join(EXAMPLES, 'node_modules/vite/dist/node/index.js');
const BUNDLED = ['react', 'vue', 'svelte'];

/** Why the examples can't be built here. */
function hindrance(): string | null {
  if (!existsSync(VITE)) return 'npm ci --prefix examples has not run';
  if (!existsSync(new URL('../../dist/src/element.js', import.meta.url))) return 'npm run build has not run';
  return null;
}

/** Each into its folder of `out`. */
async function buildExamples(out: string): Promise<void> {
  const { build } = await import(VITE);
  for (const name of BUNDLED) {
    await build({
      root: join(EXAMPLES, name),
      configFile: join(EXAMPLES, 'vite.config.js'),
      base: `/${name}/`,
      logLevel: 'error',
      build: { outDir: join(out, name), emptyOutDir: true, minify: false, copyPublicDir: false },
    });
  }
}

const reason = hindrance();
const browser = reason === null ? await openBrowser() : null;
if (browser) {
  const test = suite('web: examples');
  const out = await mkdtemp(join(tmpdir(), 'loec-examples-'));
  const picture = await readFile(join(EXAMPLES, 'public/harbour.loe'));
  const server = await serve(async (path) => {
    if (path === '/harbour.loe') return { body: picture };
    const folder = BUNDLED.includes(path.split('/')[1] as string) ? out : EXAMPLES;
    const body = await readFile(join(folder, path.replace(/\/$/, '/index.html'))).catch(() => null);
    return body && { body };
  });
  test.before(() => buildExamples(out));

  for (const name of ['plain', ...BUNDLED]) {
    test(`${name} shows the picture`, async () => {
      const page = await browser.newPage();
      await page.goto(`${server.origin}/${name}/`);
      await page.waitForFunction(
        () => (document.querySelector('loec-img') as HTMLImageElement | null)?.complete,
      );
      const { data } = PNG.sync.read(await page.locator('loec-img').screenshot());
      assert.equal([...data], [...canvasPixels(await decode(picture))]);
      await page.close();
    });
  }

  test.after(async () => {
    await browser.close();
    await server.close();
    await rm(out, { recursive: true });
  });
  test.run();
} else {
  skipped('web: examples', reason ?? 'there is no Chromium at /usr/bin/chromium');
}
