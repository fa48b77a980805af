/** @file What a picture is read from in a page. */

/** A whole file, or one that is still coming. A response or stream is read to its end, or until the reader stops. */
export type PictureSource =
  | Response
  | ReadableStream<Uint8Array<ArrayBuffer>>
  | Blob
  | ArrayBuffer
  | ArrayBufferView<ArrayBuffer>;

/** The whole file. */
export async function bytesOfSource(source: PictureSource): Promise<Uint8Array<ArrayBuffer>> {
  const body = source instanceof Response ? source : new Response(source);
  return new Uint8Array(await body.arrayBuffer());
}
