/** @file Another host for tests: a network namespace of Linux, with a cable to this machine that can be pulled. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';

/** Only whoever may change the machine's network can make one. */
export class TestHost {
  readonly #name: string;
  readonly #cable: string;
  /** This machine, as the host sees it. */
  readonly gateway: string;

  private constructor(name: string, cable: string, gateway: string) {
    this.#name = name;
    this.#cable = cable;
    this.gateway = gateway;
  }

  /** @returns null where the machine allows none */
  static create(): TestHost | null {
    const id = process.pid % 16_384;
    // Sixteen thousand networks of four addresses, of those that tests of networks are for (RFC 2544).
    const network = 4 * id;
    const at = (host: number): string => `198.18.${(network + host) >> 8}.${(network + host) & 255}`;
    const [name, cable] = [`loec-test-${id}`, `loec${id}`];
    try {
      ip('netns', 'add', name);
    } catch {
      return null;
    }
    const host = new TestHost(name, cable, at(1));
    try {
      ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
      ip('addr', 'add', `${at(1)}/30`, 'dev', cable);
      ip('link', 'set', cable, 'up');
      ip('-n', name, 'addr', 'add', `${at(2)}/30`, 'dev', 'eth0');
      ip('-n', name, 'link', 'set', 'eth0', 'up');
      return host;
    } catch {
      host.remove();
      return null;
    }
  }

  /** Starts a program on the host. */
  start(argv: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
    return spawn('ip', ['netns', 'exec', this.#name, ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  pullCable(): void {
    ip('link', 'set', this.#cable, 'down');
  }

  plugIn(): void {
    ip('link', 'set', this.#cable, 'up');
  }

  remove(): void {
    ip('netns', 'delete', this.#name);
  }
}

function ip(...argv: string[]): void {
  execFileSync('ip', argv, { stdio: 'ignore' });
}
