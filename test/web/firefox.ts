/**
 * @file A page in Debian's Firefox, which asks for scripts and posts what they come to: Playwright drives no Firefox but its own and the newest, and
 * these tests press nothing.
 */

import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Route, serve } from './browser.ts';

const EXECUTABLE = process.env.FIREFOX ?? '/usr/bin/firefox-esr';

/** Milliseconds for all tests: a Firefox that hangs is ended. */
const PATIENCE = 180_000;

/** What asks people something, or others on the network. */
const PREFERENCES = {
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
  'toolkit.telemetry.enabled': false,
};

/** Functions of tests come as texts, in which tsx has put its own helper. */
const PAGE = `<!doctype html><style>body { margin: 0 }</style><script>
  const __name = (named) => named;
  async function answerTo(script) {
    try {
      return { value: await (0, eval)(script) };
    } catch (error) {
      return { error: String(error) };
    }
  }
  (async () => {
    let body = '{}';
    for (;;) {
      const asked = await fetch('/next', { method: 'POST', body });
      body = JSON.stringify(await answerTo(await asked.text()));
    }
  })();
</script>`;

export interface FirefoxPage {
  /** What a function comes to there, which sees nothing of the test but `argument`. */
  evaluate<T, A>(script: (argument: A) => T | Promise<T>, argument: A): Promise<T>;
  close(): Promise<void>;
}

/** null where there is no Firefox. It starts with the first script: tests of other files may come before. */
export function openFirefox(route: Route): FirefoxPage | null {
  if (!existsSync(EXECUTABLE)) return null;
  let started: Promise<FirefoxPage> | undefined;
  return {
    evaluate: async (script, argument) => {
      started ??= startFirefox(route);
      return (await started).evaluate(script, argument);
    },
    close: async () => (await started)?.close(),
  };
}

async function startFirefox(route: Route): Promise<FirefoxPage> {
  const exchange = new EventEmitter();
  const server = await serve(async (path, request) => {
    if (path !== '/next') return path === '/' ? { body: PAGE } : route(path, request);
    exchange.emit('answer', JSON.parse(await text(request)));
    const [body] = await once(exchange, 'script');
    return { body };
  });
  const profile = await makeProfile();
  const firefox = spawn(EXECUTABLE, ['--headless', '--no-remote', '--profile', profile, server.origin], {
    stdio: 'ignore',
    timeout: PATIENCE,
  });
  const ended = once(firefox, 'exit');
  const nextAnswer = (): Promise<Answer> =>
    Promise.race([
      once(exchange, 'answer').then(([answer]) => answer),
      ended.then(() => ({ error: 'Firefox has ended' })),
    ]);
  const ready = nextAnswer();
  return {
    evaluate: async (script, argument) => {
      await ready;
      exchange.emit('script', `(${script})(${JSON.stringify(argument)})`);
      const { value, error } = await nextAnswer();
      if (error !== undefined) throw new Error(error);
      return value as never;
    },
    close: async () => {
      firefox.kill();
      await ended;
      await server.close();
      await rm(profile, { recursive: true, maxRetries: 5 });
    },
  };
}

interface Answer {
  readonly value?: unknown;
  readonly error?: string;
}

async function makeProfile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'loec-firefox-'));
  const lines = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  await writeFile(join(folder, 'user.js'), lines.join('\n'));
  return folder;
}
