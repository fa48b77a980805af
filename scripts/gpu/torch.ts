/** @file The same steps in PyTorch (`torch_steps.py`), where Python and PyTorch are there. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface TorchSteps {
  /** `PyTorch 2.4.0, CUDA 12.4` */
  readonly version: string;
  readonly device: string;
  /** Milliseconds per step; null where torch.compile fails. */
  readonly fits: readonly {
    readonly name: string;
    readonly eager: number;
    readonly compiled: number | null;
  }[];
}

interface TorchOptions {
  readonly columns: number;
  readonly rows: number;
  readonly width: number;
  readonly steps: number;
}

/** @returns why not, where it can't be measured */
export function torchSteps({ columns, rows, width, steps }: TorchOptions): Promise<TorchSteps | string> {
  const script = fileURLToPath(new URL('torch_steps.py', import.meta.url));
  const args = [script, columns, rows, width, steps].map(String);
  const child = spawn('python3', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let complaints = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    complaints += data.toString();
  });
  return new Promise((resolve) => {
    child.on('error', () => resolve('there is no python3'));
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output) as TorchSteps);
      else resolve(complaints.trim().split('\n').at(-1) || `python3 ended with ${code}`);
    });
  });
}
