/** @file What a pool gives back for a picture. */

import type { EncodedFile } from '../../encode-file.ts';

/** What has become of it: written; not wanted; or neither, so that it may be asked for again. */
export type Fate = 'kept' | 'left out' | 'unfinished';

export interface Fitted extends EncodedFile {
  /** To be called once: what was kept for it meanwhile may go, as its fate allows. */
  readonly release: (fate: Fate) => Promise<void>;
}
