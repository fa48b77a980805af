/** @file Names of picture files. */

/** Extensions of pictures that are read here, most of them by way of sharp; in lower case. */
export const READ_EXTENSIONS = [
  'png',
  'jpg',
  'jpeg',
  'webp',
  'avif',
  'gif',
  'tif',
  'tiff',
  'heic',
  'heif',
] as const;

/** Of pictures that are not. */
const OTHER_EXTENSIONS = [
  ...['apng', 'jpe', 'jfif', 'jxl', 'jp2', 'bmp', 'qoi', 'svg', 'pdf', 'psd', 'exr'],
  ...['pbm', 'pgm', 'pnm', 'ppm'],
];

function extensionOf(name: string): string {
  return /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** Whether the name is one of a picture that is read here. */
export function isReadName(name: string): boolean {
  return READ_EXTENSIONS.some((known) => known === extensionOf(name));
}

/** Whether the name is one of a picture. */
export function isPictureName(name: string): boolean {
  return isReadName(name) || OTHER_EXTENSIONS.includes(extensionOf(name));
}
