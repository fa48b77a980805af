/**
 * @file Makes the screenshots of docs/graphics.md as PNG files: `npm run screenshots -- --out out/screenshots`. Chromium must be installed
 * (`apt-get install chromium`); other versions of it, and other fonts than Liberation and DejaVu, give other pixels.
 */

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { PAGES, type Page } from './screenshots/pages.ts';

/** Letters without soft edges, which Chromium has no option for. */
const HARD_FONTS = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
  <include>/etc/fonts/fonts.conf</include>
  <match target="font"><edit name="antialias" mode="assign"><bool>false</bool></edit></match>
  <match target="pattern"><edit name="antialias" mode="assign"><bool>false</bool></edit></match>
</fontconfig>`;

async function takeScreenshot(page: Page, work: string, out: string): Promise<void> {
  const html = join(work, `${page.name}.html`);
  await writeFile(html, page.html);
  const options = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    '--disable-lcd-text',
    '--force-device-scale-factor=1',
    `--window-size=${page.width},${page.height}`,
    `--screenshot=${resolve(out, `${page.name}.png`)}`,
  ];
  const fonts = page.antialiased ? {} : { FONTCONFIG_FILE: join(work, 'fonts.conf') };
  await promisify(execFile)(values.chromium, [...options, `file://${html}`], {
    env: { ...process.env, ...fonts },
  });
}

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'out/screenshots' },
    chromium: { type: 'string', default: 'chromium' },
  },
});
const work = await mkdtemp(join(tmpdir(), 'screenshots-'));
try {
  await writeFile(join(work, 'fonts.conf'), HARD_FONTS);
  await mkdir(values.out, { recursive: true });
  for (const page of PAGES) await takeScreenshot(page, work, values.out);
} finally {
  await rm(work, { recursive: true });
}
