/** @file What is for pages says so in Node, and what else there is. */

import { readFile } from 'node:fs/promises';
import * as web from '../../src/web.ts';
import { assert, suite } from '../harness.ts';

const test = suite('web: in Node');
const file = Uint8Array.from(await readFile(new URL('../../formats/vectors/pyramid.loe', import.meta.url)));
const input = { width: 1, height: 1, data: Uint8Array.of(7) };

test('functions of pages fail as E_ENGINE, and name what to use instead', async () => {
  const tries = [
    () => web.decodeToImageData(file),
    () => web.decodeToBitmap(file),
    () => web.decodeToBlob(file),
    () => web.imageDataOf(input),
    () => web.encode(input),
    () => web.rasterOf(new Blob([file])),
  ];
  for (const attempt of tries) {
    const { code, message } = await attempt().then(
      () => assert.unreachable(),
      (error) => error,
    );
    assert.is(code, 'E_ENGINE');
    assert.match(message, /in Node use decode and encode of loec/);
  }
  assert.is(await web.registerLoe('/worker.js').catch(({ code }) => code), 'E_ENGINE');
});

test('a picture opens with its size, and previews that can not be made are left out', async () => {
  const heads: web.PictureHead[] = [];
  const onPreview = (): void => assert.unreachable();
  const picture = await web.openPicture(file, { onHead: (head) => heads.push(head), onPreview });
  assert.equal(heads, [{ width: picture.width, height: picture.height, colorSpace: 'srgb' }]);
  assert.is(await picture.toBitmap().catch(({ code }) => code), 'E_ENGINE');
  picture.close();
});

test.run();
