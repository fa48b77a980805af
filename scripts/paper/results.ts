/** @file What was measured, a line per fit in results.ndjson. */

import { join } from 'node:path';
import { addLine, openLines } from '../../src/bench/lines.ts';
import { LoecError } from '../../src/errors.ts';
import type { Fitted } from './fit.ts';
import type { Protocol } from './protocol.ts';

/** A fit of one system to one picture. */
export interface Result extends Omit<Fitted, 'file' | 'decoded'> {
  /** File name of the picture. */
  readonly picture: string;
  /** Of what was fitted of it, in pixels. */
  readonly width: number;
  readonly height: number;
  /** The system's name. */
  readonly system: string;
  readonly protocol: Protocol;
  /** The engine that ended the fit. */
  readonly engine: string;
}

export class Results {
  readonly #path: string;
  readonly #results: Result[];

  private constructor(path: string, results: Result[]) {
    this.#path = path;
    this.#results = results;
  }

  /** @throws LoecError E_INPUT where the folder holds something else */
  static async open(folder: string): Promise<Results> {
    const path = join(folder, 'results.ndjson');
    const lines = await openLines(path);
    const results = lines.map(({ text, place }) => {
      const result = JSON.parse(text) as Partial<Result>;
      if (result.picture && result.system && result.protocol) return result as Result;
      throw new LoecError(
        'E_INPUT',
        `${place} is not a fit of the paper's systems; name another folder with --out`,
      );
    });
    return new Results(path, results);
  }

  find(picture: string, system: string, protocol: Protocol): Result | undefined {
    const own = JSON.stringify(protocol);
    return this.#results.find(
      (result) =>
        result.picture === picture && result.system === system && JSON.stringify(result.protocol) === own,
    );
  }

  async add(result: Result): Promise<void> {
    this.#results.push(result);
    await addLine(this.#path, result);
  }
}
