/** @file What a worker is told at its start, and whom it tells what it does. */

import type { EngineName } from '../../engine/names.ts';
import type { Need } from '../lane.ts';
import type { Transfers } from '../transfer/transfers.ts';
import type { CheckpointTimes } from './attempt-checkpoint.ts';
import type { Bounds } from './bounds.ts';
import type { JobReport } from './job-report.ts';
import type { MachineCores } from './machine-cores.ts';
import type { Tools } from './tools.ts';

export interface WorkerSettings {
  /** No other worker has it. */
  readonly name: string;
  /** For pictures that leave it to the machine. */
  readonly engine: 'auto' | EngineName;
  /** Of lanes that it serves. */
  readonly needs: readonly Need[];
  /** Jobs of the lane `any` at a time. Other lanes have one, as their device has. */
  readonly places: number;
  /** For each job. */
  readonly threads: number;
  /** Shared with other workers of the machine; null where something else computes. */
  readonly cores: MachineCores | null;
  readonly bounds: Bounds;
  readonly transfers: Transfers;
  readonly checkpoints: CheckpointTimes;
  /** Seconds after which its jobs are taken by others if it is silent. */
  readonly lock: number;
  /** Seconds that fits may still take when it is to stop. */
  readonly grace: number;
}

export interface WorkerHearing {
  readonly onJob: (report: JobReport) => void;
  /** A person is to know. */
  readonly onWarning: (text: string) => void;
  /** @param name of the picture */
  readonly onNote: Tools['onNote'];
  /** What only those who ask for details want to know. */
  readonly onDetail: (text: string) => void;
}
