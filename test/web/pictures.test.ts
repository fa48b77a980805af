/** @file Pictures that are open in pages: files that still come, work that is stopped, pages with and without workers. */

import { readFile } from 'node:fs/promises';
import { assert, skipped, suite } from '../harness.ts';
import { openBrowser, openPage, type Served, serve } from './browser.ts';

const file = await readFile(new URL('../../formats/vectors/pyramid-large.loe', import.meta.url));
const damaged = Uint8Array.from(file, (byte, i) => (i === 5000 ? byte ^ 1 : byte));

/** Sends the second half when it is told to. */
let sendRest = (): void => undefined;
async function* inHalves(): AsyncGenerator<Uint8Array> {
  yield file.subarray(0, file.length / 2);
  await new Promise<void>((resolve) => {
    sendRest = resolve;
  });
  yield file.subarray(file.length / 2);
}

const strict = "default-src 'none'; connect-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const HTML = { type: 'text/html', body: '<!doctype html><script type="module" src="/loec/web.js"></script>' };
const ROUTES: Readonly<Record<string, () => Served>> = {
  '/': () => HTML,
  '/strict': () => ({ ...HTML, headers: { 'content-security-policy': strict } }),
  '/no-worker': () => ({
    ...HTML,
    headers: { 'content-security-policy': `${strict}; worker-src 'none'` },
  }),
  '/isolated': () => ({
    ...HTML,
    headers: {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    },
  }),
  '/a.loe': () => ({ body: file }),
  '/damaged.loe': () => ({ body: damaged }),
  '/truncated.loe': () => ({ body: file.subarray(0, 6000) }),
  '/halves.loe': () => ({ body: inHalves() }),
  '/failing.js': () => ({ body: "postMessage('ready'); onmessage = () => { throw Error('no memory'); };" }),
  '/rest': () => {
    sendRest();
    return { body: '' };
  },
};

const browser = await openBrowser();
if (browser) {
  const test = suite('web: pictures');
  const server = await serve((path) => ROUTES[path]?.() ?? null);
  const page = await openPage(browser, server.origin);

  test('the head and a preview are there before the second half of the file is sent', async () => {
    const seen = await page.evaluate(async () => {
      const web = '/loec/web.js';
      const { openPicture } = await import(web);
      const seen: unknown[] = [];
      const picture = await openPicture(await fetch('/halves.loe'), {
        onHead: ({ width, height, colorSpace }: { width: number; height: number; colorSpace: string }) =>
          seen.push([width, height, colorSpace]),
        onPreview: (preview: ImageBitmap) => {
          seen.push([preview.width, preview.height]);
          void fetch('/rest');
        },
      });
      seen.push((await picture.toBitmap()).width);
      picture.close();
      return seen;
    });
    assert.equal(seen.slice(0, 2), [
      [110, 90, 'srgb'],
      [14, 12],
    ]);
    assert.is(seen.at(-1), 110);
  });

  test('whoever stops has E_ABORTED at once, waiting or at work, and others go on', async () => {
    const results = await page.evaluate(async () => {
      const web = '/loec/web.js';
      const { openPicture } = await import(web);
      const codeOf = (work: Promise<unknown>): Promise<unknown> =>
        work.then(
          () => 'done',
          ({ code }) => code,
        );
      const picture = await openPicture(await fetch('/a.loe'));
      const [atWork, waiting] = [new AbortController(), new AbortController()];
      const stopped = [atWork, waiting].map(({ signal }) =>
        codeOf(picture.toBitmap({ scale: 30, priority: () => -1, signal })),
      );
      const other = codeOf(picture.toBitmap());
      setTimeout(() => waiting.abort(), 50);
      setTimeout(() => atWork.abort(), 100);
      const results = await Promise.all([...stopped, other]);
      const closed = codeOf(picture.toBitmap({ scale: 30 }));
      setTimeout(() => picture.close(), 50);
      const opening = new AbortController();
      const coming = fetch('/halves.loe').then((response) =>
        openPicture(response, { signal: opening.signal, onHead: () => opening.abort() }),
      );
      results.push(await closed, await codeOf(picture.toBitmap()), await codeOf(coming));
      return results;
    });
    assert.equal(results, ['E_ABORTED', 'E_ABORTED', 'done', 'E_ABORTED', 'E_USAGE', 'E_ABORTED']);
  });

  // That a is urgent now is known when the second has begun.
  test('the most urgent is done first, as it is when a worker is free', async () => {
    const order = await page.evaluate(async () => {
      const web = '/loec/web.js';
      const { openPicture } = await import(web);
      const picture = await openPicture(await fetch('/a.loe'));
      const urgencies: Record<string, number> = { a: 3, b: 1, c: 2, d: 1 };
      const order: string[] = [];
      const all = Object.keys(urgencies).map(async (name) => {
        await picture.toBitmap({ priority: () => urgencies[name] as number });
        order.push(name);
        urgencies.a = 0;
      });
      await Promise.all(all);
      picture.close();
      return order.join('');
    });
    assert.is(order, 'bdac');
  });

  test('what goes wrong is told: nothing there, damaged, cut off, no picture, no bytes', async () => {
    const errors = await page.evaluate(async () => {
      const web = '/loec/web.js';
      const { openPicture } = await import(web);
      const sources = [
        fetch('/none.loe'),
        fetch('/damaged.loe'),
        fetch('/truncated.loe'),
        fetch('/'),
        new Blob([]),
        7,
        new ReadableStream({ start: (controller) => controller.error(new Error('the line is cut')) }),
      ];
      const errors: unknown[] = [];
      for (const source of sources) {
        await openPicture(await source).catch(({ code, message }: { code: string; message: string }) =>
          errors.push([code, message]),
        );
      }
      return errors as [string, string][];
    });
    assert.equal(
      errors.map(([code]) => code),
      ['E_INPUT', 'E_FORMAT', 'E_FORMAT', 'E_FORMAT', 'E_FORMAT', 'E_USAGE', 'E_INPUT'],
    );
    assert.match(errors[0]?.[1] as string, /^the server answered 404 Not Found for http.*\/none\.loe$/);
    assert.match(errors[3]?.[1] as string, /^the server sent a page \(text\/html\)/);
    assert.match(errors[6]?.[1] as string, /the line is cut$/);
  });

  test('wrong options and parts are E_USAGE that names them, and the stream is cancelled', async () => {
    const found = await page.evaluate(async () => {
      const web = '/loec/web.js';
      const { decodeToBlob, openPicture } = await import(web);
      const cancelled: unknown[] = [];
      const streamOf = (part: unknown): ReadableStream =>
        new ReadableStream({
          start: (controller) => controller.enqueue(part),
          cancel: () => void cancelled.push(part),
        });
      const file = await (await fetch('/a.loe')).arrayBuffer();
      const works = [
        openPicture(streamOf('text')),
        openPicture(streamOf(null)),
        openPicture(streamOf(new Uint8Array(9)), { limits: { pixels: -1 } }),
        openPicture(file, { limits: { bytes: () => 1 } }),
        decodeToBlob(file, () => 'image/png'),
        decodeToBlob(file, 'image/jpeg', { quality: 1.5 }),
      ];
      const given = new Uint8Array(9);
      structuredClone(given, { transfer: [given.buffer] });
      works.push(openPicture(given));
      const told = (await Promise.allSettled(works)).map((result) => {
        const { code, message } = (result as PromiseRejectedResult).reason;
        return `${code} ${message}`;
      });
      return { told, cancelled: cancelled.length };
    });
    const expected = [
      /^E_USAGE .* parts of a stream, received text/,
      /^E_USAGE .* parts of a stream, received null/,
      /^E_USAGE .* limits\.pixels/,
      /^E_USAGE .* for limits/,
      /^E_USAGE .* for type/,
      /^E_USAGE .* for quality/,
      /^E_FORMAT .* empty/,
    ];
    for (const [i, pattern] of expected.entries()) assert.match(found.told[i] as string, pattern);
    assert.is(found.cancelled, 3);
  });

  test('priorities that are no numbers keep nobody waiting', async () => {
    const widths = await page.evaluate(async () => {
      const web = '/loec/web.js';
      const { openPicture } = await import(web);
      const picture = await openPicture(await fetch('/a.loe'));
      const priorities = [() => 5n, () => Symbol('soon'), () => undefined, async () => 1];
      const all = priorities.map((priority) => picture.toBitmap({ scale: 0.1, priority }));
      const bitmaps: ImageBitmap[] = await Promise.all(all);
      picture.close();
      return bitmaps.map(({ width }) => width);
    });
    assert.equal(widths, [11, 11, 11, 11]);
  });

  test('who stops does not wait for a worker that never begins', async () => {
    const code = await page.evaluate(async () => {
      const web = '/loec/web.js';
      const { openPicture, setDecodeWorker } = await import(web);
      setDecodeWorker(() => new Worker(URL.createObjectURL(new Blob([]))));
      const stop = AbortSignal.timeout(50);
      const opening = openPicture(await fetch('/a.loe'), { signal: stop });
      const code = await opening.catch((error: { code: string }) => error.code);
      setDecodeWorker(null);
      return code;
    });
    assert.is(code, 'E_ABORTED');
  });

  /** Width of the picture, and what the page was told. */
  async function shownAt(path: string): Promise<{ width: number; workers: number; messages: string[] }> {
    const messages: string[] = [];
    const other = await openPage(browser as NonNullable<typeof browser>, server.origin + path, messages);
    const width = await other.evaluate(async () => {
      const web = '/loec/web.js';
      const { decodeToBitmap } = await import(web);
      return (await decodeToBitmap(await fetch('/a.loe'))).width;
    });
    const workers = other.workers().length;
    await other.close();
    return { width, workers, messages };
  }

  test('pages with a strict policy, and pages isolated from other origins, have their worker', async () => {
    for (const path of ['/strict', '/isolated']) {
      assert.equal(await shownAt(path), { width: 110, workers: 1, messages: [] }, path);
    }
  });

  test('a page that may have no worker decodes by itself, and says what would help', async () => {
    const { width, workers, messages } = await shownAt('/no-worker');
    assert.equal([width, workers], [110, 0]);
    assert.ok(
      messages.some((message) => /setDecodeWorker/.test(message)),
      messages.join('\n'),
    );
  });

  test('a page may start workers its own way; of one that fails the pictures fail, and the next are well', async () => {
    const results = await page.evaluate(async () => {
      const web = '/loec/web.js';
      const { decodeToBitmap, setDecodeWorker } = await import(web);
      const widthBy = async (script: string): Promise<unknown> => {
        setDecodeWorker(() => new Worker(script, { type: 'module' }));
        return decodeToBitmap(await fetch('/a.loe')).then(
          ({ width }: ImageBitmap) => width,
          ({ code, message }: { code: string; message: string }) => [code, message],
        );
      };
      return [await widthBy('/failing.js'), await widthBy('/loec/decode-worker.js?own')];
    });
    const [[code, message], width] = results as [[string, string], number];
    assert.is(code, 'E_ENGINE');
    assert.match(message, /has failed: .*no memory$/);
    assert.is(width, 110);
    assert.ok(page.workers().some((worker) => worker.url().endsWith('?own')));
  });

  test('scripts of another origin have their worker, too', async () => {
    const messages: string[] = [];
    const other = await openPage(browser, server.origin.replace('localhost', '127.0.0.1'), messages);
    const width = await other.evaluate(async (origin) => {
      const { decodeToBitmap } = await import(`${origin}/loec/web.js`);
      return (await decodeToBitmap(await fetch('/a.loe'))).width;
    }, server.origin);
    assert.equal([width, other.workers().length, messages], [110, 1, []]);
    await other.close();
  });

  test('a hundred pictures that were opened, shown and closed leave no worker', async () => {
    const other = await openPage(browser, server.origin);
    await other.evaluate(async () => {
      const web = '/loec/web.js';
      const { openPicture } = await import(web);
      const show = async (): Promise<void> => {
        const picture = await openPicture(await fetch('/a.loe'));
        (await picture.toBitmap({ scale: 0.5 })).close();
        picture.close();
      };
      await Promise.all(Array.from({ length: 100 }, show));
    });
    const [worker] = other.workers();
    assert.ok(worker);
    await worker.waitForEvent('close');
    await other.close();
  });

  test.after(async () => {
    await browser.close();
    await server.close();
  });
  test.run();
} else {
  skipped('web: pictures', 'there is no Chromium at /usr/bin/chromium');
}
