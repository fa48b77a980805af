/** @file The engine in use, and the one that takes over where its device fails. */

import { LoecError } from '../../errors.ts';
import type { Engine } from '../engine.ts';

export interface Fallback {
  /** Opens the engine that takes over. */
  readonly open: () => Promise<Engine>;
  /** Told why it has to, once. */
  readonly onFailure: (cause: LoecError) => void;
}

export class Failover {
  readonly #first: Engine;
  #current: Engine;
  readonly #fallback: Fallback;
  /** The one switch that there is; fits that fail while it is made wait for it too. */
  #switch: Promise<void> | null = null;

  constructor(first: Engine, fallback: Fallback) {
    this.#first = first;
    this.#current = first;
    this.#fallback = fallback;
  }

  /** The engine in use. */
  get current(): Engine {
    return this.#current;
  }

  /** Does the work, on the fallback engine if this one's device fails. */
  async attempt<Result>(work: (engine: Engine) => Promise<Result>): Promise<Result> {
    const engine = this.#current;
    try {
      return await work(engine);
    } catch (error) {
      await this.switchFrom(engine, error);
      return work(this.#current);
    }
  }

  /**
   * Switches to the fallback engine, unless another fit has done so already.
   * @param engine the one that failed
   * @throws the error itself where it is not the device's, or where no engine is left
   */
  async switchFrom(engine: Engine, error: unknown): Promise<void> {
    if (!isOfDevice(error)) throw error;
    if (engine !== this.#current) return;
    if (engine !== this.#first) throw error;
    this.#switch ??= this.#toFallback(error);
    await this.#switch;
  }

  /** Ends the engine in use, once there is one. */
  async dispose(): Promise<void> {
    // Where the fallback engine could not be opened, the first is still in use, and whoever asked for the switch knows.
    await this.#switch?.catch(() => {});
    await this.#current.dispose();
  }

  async #toFallback(cause: LoecError): Promise<void> {
    this.#fallback.onFailure(cause);
    this.#current = await this.#fallback.open();
    await this.#first.dispose();
  }
}

function isOfDevice(error: unknown): error is LoecError {
  return error instanceof LoecError && (error.code === 'E_ENGINE' || error.code === 'E_LIMIT');
}
