/** @file A field file's contents, without what a decode checks in between. */

import type { FieldContents } from '../../src/container/contents.ts';
import { openFile, readContents } from '../../src/container/read.ts';
import { checkedLimits, type Limits } from '../../src/limits.ts';
import { finish, TimeSlices } from '../../src/time-slices.ts';

export async function contentsOf(file: Uint8Array, limits: Partial<Limits> = {}): Promise<FieldContents> {
  const contents = await readContents(finish(openFile(file, checkedLimits(limits))), new TimeSlices());
  if (contents.kind !== 'field') throw new Error('the file has no field');
  return contents;
}
