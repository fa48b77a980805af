import type { FittedFile } from '../fitted.ts';

/** What a pyramid's fit comes to as a file. */
export interface FittedPyramid extends FittedFile {
  /** D of the decoded file. */
  readonly distortion: number;
}
