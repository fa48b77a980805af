/** @file What a worker does its jobs with. */

import type { Note } from '../../encode-file.ts';
import type { EngineName } from '../../engine/names.ts';
import type { Farm } from '../farm.ts';
import type { Need } from '../lane.ts';
import type { Transfers } from '../transfer/transfers.ts';
import type { CheckpointTimes } from './attempt-checkpoint.ts';
import type { Bounds } from './bounds.ts';
import type { MachineCores } from './machine-cores.ts';

/** What all jobs of a worker are done with. */
export interface Tools {
  readonly farm: Farm;
  readonly transfers: Transfers;
  readonly bounds: Bounds;
  /** For pictures that leave it to the machine. */
  readonly engine: 'auto' | EngineName;
  /** Of lanes that it serves. */
  readonly needs: readonly Need[];
  /** Of the machine; null where something else computes. */
  readonly cores: MachineCores | null;
  /** On the CPU, for each job. */
  readonly threads: number;
  readonly checkpoints: CheckpointTimes;
  readonly onNote: (name: string, note: Note) => void;
}

/** A job as it was taken from the queue. */
export interface TakenJob {
  readonly id: string;
  /** Whoever can write to the queue may have written it. */
  readonly data: unknown;
  /** How often it was begun, this time included. */
  readonly attempt: number;
}
