import type { FieldContents } from '../../container/contents.ts';
import type { FittedFile } from '../fitted.ts';

/** What a pyramid's fit comes to as a file. */
export interface FittedPyramid extends FittedFile {
  /** What the file holds. */
  readonly contents: FieldContents;
  /** D of the decoded file. */
  readonly distortion: number;
}
