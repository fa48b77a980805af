/** @file A file's contents, without what a decode checks in between. */

import type { Contents, FieldContents } from '../../src/container/contents.ts';
import { openFile, readContents } from '../../src/container/read.ts';
import { checkedLimits, type Limits } from '../../src/limits.ts';
import { finish, TimeSlices } from '../../src/time-slices.ts';

export async function contentsOf(file: Uint8Array, limits: Partial<Limits> = {}): Promise<Contents> {
  return readContents(finish(openFile(file, checkedLimits(limits))), new TimeSlices());
}

export async function fieldContentsOf(
  file: Uint8Array,
  limits: Partial<Limits> = {},
): Promise<FieldContents> {
  const contents = await contentsOf(file, limits);
  if (contents.kind !== 'field') throw new Error('the file has no field');
  return contents;
}
