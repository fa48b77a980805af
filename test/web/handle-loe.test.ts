/** @file Which requests a service worker answers, and what it asks servers for. */

import { type HandleLoeOptions, handleLoe } from '../../src/web/service-worker/handle.ts';
import { assert, suite } from '../harness.ts';

const test = suite('web: handleLoe');
const fetched = globalThis.fetch;
test.after(() => {
  globalThis.fetch = fetched;
});

/** What is answered to a page's request, null for nothing. */
async function answerTo(request: Partial<Request>, options?: HandleLoeOptions): Promise<Response | null> {
  let answer: Promise<Response> | null = null;
  const headers = new Headers({ accept: 'image/avif,*/*' });
  const whole = { method: 'GET', destination: 'image', mode: 'no-cors', headers, ...request } as Request;
  const event = {
    request: whole,
    respondWith: (response: Promise<Response>) => {
      answer = response;
    },
  };
  assert.is(handleLoe(event, options), answer !== null);
  return answer;
}

test('only images whose path ends in .loe are answered', async () => {
  globalThis.fetch = async () => new Response(null, { status: 410 });
  assert.is((await answerTo({ url: 'https://a.test/x.loe?y' }))?.status, 410);
  for (const other of [
    { url: 'https://a.test/x.png?x.loe' },
    { url: 'https://a.test/x.loe', destination: '' as const },
    { url: 'https://a.test/x.loe', method: 'POST' },
  ])
    assert.is(await answerTo(other), null);
});

test('servers may choose: what is no .loe file goes to the page as it is', async () => {
  let accepted: unknown;
  let asked: unknown;
  const jpeg = new Response('a JPEG', { headers: { 'content-type': 'image/jpeg' } });
  globalThis.fetch = async (url, init) => {
    asked = String(url);
    accepted = new Headers(init?.headers).get('accept');
    return jpeg;
  };
  const answer = await answerTo({ url: 'https://a.test/x.jpg?v=1&loec-width=8' }, { mayBeLoe: () => true });
  assert.is(answer, jpeg);
  assert.is(accepted, 'image/x-loe,image/avif,*/*');
  assert.is(asked, 'https://a.test/x.jpg?v=1');
});

test.run();
