/** @file Runs programs of others: without a shell, to their end or to the signal. */

import { type ExecFileException, execFile } from 'node:child_process';
import { LoecError, throwIfAborted } from '../errors.ts';

/** What a program may print, in bytes, before it is taken for broken and killed. */
const MAX_OUTPUT = 2 ** 26;

/** The words of a command line. Spaces part them, quotes mean nothing: for more there are scripts. */
export function commandWords(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}

/**
 * @param words the program and its arguments
 * @param advice what to do where the program is missing: for example `apt-get install libjxl-tools`
 * @returns what it printed on stdout
 * @throws LoecError E_ENGINE where it can't be run or fails, E_ABORTED once it is killed
 */
export function runCommand(
  words: readonly string[],
  signal: AbortSignal | undefined,
  advice?: string,
): Promise<string> {
  const [program = '', ...args] = words;
  return new Promise((resolve, reject) => {
    throwIfAborted(signal);
    const child = execFile(program, args, { maxBuffer: MAX_OUTPUT }, (error, stdout, stderr) => {
      signal?.removeEventListener('abort', stop);
      if (signal?.aborted)
        reject(new LoecError('E_ABORTED', `${program} was stopped`, { cause: signal.reason }));
      else if (error) reject(failureOf(words, error, stderr, advice));
      else resolve(stdout);
    });
    // A program that the child has started itself may hold the pipes open long after the child is gone.
    const stop = (): void => {
      child.kill('SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    signal?.addEventListener('abort', stop);
    child.stdin?.end();
  });
}

function failureOf(
  words: readonly string[],
  { code, signal }: ExecFileException,
  stderr: string,
  advice: string | undefined,
): LoecError {
  if (typeof code === 'string') {
    const hint = advice ? `: ${advice}` : '; check its name and the PATH';
    return new LoecError('E_ENGINE', `can't run ${words[0]} (${code})${hint}`);
  }
  const [line = 'it says nothing on stderr'] = stderr.split('\n').filter((text) => text.trim() !== '');
  const end = signal ?? `exit code ${code}`;
  const cause = new Error(stderr);
  return new LoecError('E_ENGINE', `${words.join(' ')} ended with ${end}: ${line.trim()}`, { cause });
}
