/** @file `--addresses FILE`: at which signed addresses workers find the pictures that lie here, as CSV `input,get[,put]`. */

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { csvRows } from '../../csv.ts';
import { LoecError } from '../../errors.ts';
import type { PictureSource } from '../job.ts';
import { plainAddress } from './allowed-address.ts';
import type { Offering } from './transfer.ts';

type AddressSource = Extract<PictureSource, { kind: 'address' }>;

const EXPECTED = 'a line `input,get` or `input,get,put` at first';

/** What the producer says of pictures at addresses. */
export class AddressList implements Offering {
  readonly #file: string;
  readonly #sources: ReadonlyMap<string, AddressSource>;

  private constructor(file: string, sources: ReadonlyMap<string, AddressSource>) {
    this.#file = file;
    this.#sources = sources;
  }

  /** @throws LoecError E_INPUT for a file that can't be read, E_USAGE for a line of it that is wrong */
  static async read(file: string): Promise<AddressList> {
    const text = await readFile(file, 'utf8').catch((cause) => {
      throw new LoecError('E_INPUT', `${file}, which --addresses names, can't be read: ${cause.code}`, {
        cause,
      });
    });
    return new AddressList(file, sourcesOf(file, text));
  }

  async sourceOf(path: string): Promise<PictureSource> {
    const source = this.#sources.get(resolve(path));
    if (source !== undefined) return source;
    throw new LoecError('E_USAGE', `${path} has no line in ${this.#file}, which --addresses names`);
  }

  /** They are at their addresses already. */
  async offer(): Promise<void> {}
}

function sourcesOf(file: string, text: string): Map<string, AddressSource> {
  const wrong = (line: number, found: string): LoecError =>
    new LoecError('E_USAGE', `${file}, line ${line}: ${found}`);
  const rows = csvRows(text);
  if (rows === null) throw wrong(1, 'expected CSV, found a quote that does not end, or text after one');
  const [head, ...lines] = rows;
  if (!['input,get', 'input,get,put'].includes(head?.cells.join(',') ?? '')) {
    throw wrong(1, `expected ${EXPECTED}`);
  }
  const sources = new Map<string, AddressSource>();
  for (const { line, cells } of lines) {
    const [input = '', get = '', put = '', ...others] = cells;
    if (others.length > 0) throw wrong(line, `expected three values at most, found ${cells.length}`);
    if (input === '') throw wrong(line, 'expected the name of a picture before the first comma');
    if (plainAddress(get) === null) throw wrong(line, 'expected an http(s) address after the first comma');
    if (put !== '' && plainAddress(put) === null)
      throw wrong(line, 'expected an http(s) address after the second comma');
    const path = resolve(input);
    if (sources.has(path)) throw wrong(line, `${input} has a line already`);
    sources.set(path, { kind: 'address', get, ...(put !== '' && { put }) });
  }
  return sources;
}
