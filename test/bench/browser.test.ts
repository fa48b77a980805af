/** @file The report in Chromium: nothing distorted, nothing that makes a phone scroll sideways, and what keys and choices do. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import sharp from 'sharp';
import type { View } from '../../src/bench/report/compare.ts';
import { toHtml } from '../../src/bench/report/html.ts';
import { escapeHtml } from '../../src/bench/report/page.ts';
import { summarize } from '../../src/bench/summary.ts';
import { assert, skipped, suite } from '../harness.ts';
import { curveRows } from './rows.ts';

const test = suite('bench report in Chromium');
const CHROMIUM = '/usr/bin/chromium';

/** Of the pictures: higher than wide, so that a wrong side shows. */
const SIZE = { width: 60, height: 90 };

async function view(name: string, bpp: number, level: number): Promise<View> {
  const background = { r: level, g: level, b: level };
  const image = sharp({ create: { ...SIZE, channels: 3, background } });
  return { bpp, caption: `${name} at ${bpp}`, webp: await image.webp({ lossless: true }).toBuffer() };
}

async function reportPage(): Promise<string> {
  const names = ['loe effort=1', 'a codec whose name has many words'];
  const pictures = ['a.png', 'b.png', 'c.png', 'd.png'];
  const rows = pictures.flatMap((picture) =>
    names.flatMap((name, i) => curveRows(picture, name, 0.1 + i / 10)),
  );
  const codecs = await Promise.all(
    names.map((name, i) => Promise.all([0.1, 0.4, 1.6].map((bpp, k) => view(name, bpp, 90 + 10 * i + k)))),
  );
  const original = await view('original', 0, 95);
  const comparisons = pictures.map((picture) => ({ picture, ...SIZE, original, codecs }));
  const summary = summarize(rows, 1);
  const command = `loec bench ${'a-long-name'.repeat(30)}`;
  return toHtml({ summary, upscale: 1, anchor: names[0] as string, comparisons, compared: names, command });
}

/** Runs in a page that has the report in frames of several widths, and sends what it finds. */
const PROBE = `
const found = {};
for (const frame of document.querySelectorAll('iframe')) {
  const page = frame.contentDocument;
  const viewer = page.querySelector('.viewer');
  const images = [...page.querySelectorAll('.frame img')];
  await Promise.all(images.map((image) => image.decode()));
  const captions = () => [...page.querySelectorAll('figure:first-child p')].map((p) => p.textContent);
  const press = (target, key) => target.dispatchEvent(new frame.contentWindow.KeyboardEvent('keydown', { key, bubbles: true }));
  const seen = () => [viewer.dataset.view, ...images.slice(0, 2).map((image) => {
    const { visibility, mixBlendMode, clipPath } = frame.contentWindow.getComputedStyle(image);
    return [visibility, mixBlendMode, clipPath].join(' ');
  }), frame.contentWindow.getComputedStyle(images[0].parentElement).filter];
  const states = [seen()];
  for (const key of ['d', 'f', 'f']) { press(viewer, key); states.push(seen()); }
  const before = captions();
  const { left, right, rate } = viewer.querySelector('form').elements;
  rate.value = 5;
  right.value = 'original';
  viewer.querySelector('form').dispatchEvent(new Event('input'));
  const after = captions();
  const circles = [...page.querySelectorAll('svg')].find((svg) => svg.clientWidth > 0).querySelectorAll('circle');
  circles[0].focus();
  press(circles[0], 'ArrowRight');
  found[frame.width] = {
    overflow: page.documentElement.scrollWidth - page.documentElement.clientWidth,
    ratios: images.map((image) => {
      const { width, height } = image.getBoundingClientRect();
      return [image.naturalWidth, image.naturalHeight, width * devicePixelRatio / image.naturalWidth, width / height];
    }),
    states, before, after,
    tip: page.querySelector('.tip:not([hidden])')?.textContent,
    focused: page.activeElement === circles[1],
    stops: [...circles].filter((circle) => circle.tabIndex === 0).length,
  };
}
return found;
`;

interface Found {
  readonly overflow: number;
  readonly ratios: readonly (readonly [number, number, number, number])[];
  readonly states: readonly (readonly string[])[];
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly tip?: string;
  readonly focused: boolean;
  readonly stops: number;
}

/** What the probe finds in frames of these widths. */
async function probe(html: string, widths: readonly number[]): Promise<Record<string, Found>> {
  const frames = widths.map(
    (width) => `<iframe width="${width}" height="800" srcdoc="${escapeHtml(html)}"></iframe>`,
  );
  const script = `onload = async () => {
    const answer = await (async () => { ${PROBE} })().catch((error) => ({ error: String(error) }));
    await fetch('/', { method: 'POST', body: JSON.stringify(answer) });
  };`;
  const page = `<!doctype html><script>${script}</script><body>${frames.join('')}`;
  const folder = mkdtempSync(join(tmpdir(), 'loec-report-'));
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const options = ['--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-port=0'];
  const chromium = spawn(CHROMIUM, [...options, `--user-data-dir=${folder}`, `http://127.0.0.1:${port}/`]);
  const answer = new Promise<string>((resolve, reject) => {
    chromium.once('exit', (code) => reject(new Error(`Chromium ended with ${code}`)));
    server.on('request', async (request, response) => {
      if (request.method === 'POST') resolve(await text(request));
      response.setHeader('content-type', 'text/html; charset=utf-8').end(page);
    });
  });
  try {
    return JSON.parse(await answer);
  } finally {
    server.close();
    chromium.kill('SIGKILL');
    if (chromium.exitCode === null && chromium.signalCode === null) await once(chromium, 'exit');
    server.closeAllConnections();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

if (existsSync(CHROMIUM)) {
  const found = await probe(await reportPage(), [390, 1280]);

  for (const width of ['390', '1280']) {
    const { overflow, ratios, states, before, after, tip, focused, stops } = found[width] as Found;

    test(`${width} pixels wide: pictures have their shape, each pixel a whole number of the screen's`, () => {
      assert.is(ratios.length, 8);
      for (const [naturalWidth, naturalHeight, times, shape] of ratios) {
        assert.equal([naturalWidth, naturalHeight], [SIZE.width, SIZE.height]);
        assert.ok(times >= 1 && Math.abs(times - Math.round(times)) < 0.01, `${times} times`);
        assert.ok(Math.abs(shape / (SIZE.width / SIZE.height) - 1) < 0.01, `${shape}`);
      }
    });

    test(`${width} pixels wide: the page does not scroll sideways`, () => assert.is(overflow, 0));

    test(`${width} pixels wide: a border, the difference, one picture and the other`, () => {
      const plain = 'visible normal none';
      assert.equal(states, [
        ['border', plain, 'visible normal inset(0px 0px 0px 50%)', 'none'],
        ['difference', plain, 'visible difference none', 'brightness(8)'],
        ['flip', plain, 'hidden normal none', 'none'],
        ['flip', plain, plain, 'none'],
      ]);
    });

    test(`${width} pixels wide: captions say what is shown, at the rate that is chosen`, () => {
      assert.equal(before, ['left: loe effort=1 at 0.4', 'right: a codec whose name has many words at 0.4']);
      assert.equal(after, ['left: loe effort=1 at 1.6', 'right: original at 0']);
    });

    test(`${width} pixels wide: a plot is one stop, arrow keys go through its points and tell of them`, () => {
      assert.is(stops, 1);
      assert.ok(focused);
      assert.match(tip ?? '', /^loe effort=1 q=1: 0\.200 bpp, PSNR 33\.00 dB, encoded in 2\.0 s, decoded in/);
    });
  }
} else skipped('the report in a browser', `there is no ${CHROMIUM}`);

test.run();
