/** @file The pictures of the gallery: of the corpus, which is in the public domain. */

export interface GalleryPicture {
  /** Of `corpus/NAME.png` and `public/gallery/NAME.loe`. */
  readonly name: string;
  readonly title: string;
  /** What is to be seen, for those who don't see it. */
  readonly alt: string;
  readonly text: string;
}

export const GALLERY: readonly GalleryPicture[] = [
  {
    name: 'harbour',
    title: 'Harbour',
    alt: 'A red sailing boat on the water at sunset, before hills and a house with lit windows',
    text: 'Gradients, hard edges and reflections.',
  },
  {
    name: 'marble',
    title: 'Marble',
    alt: 'Veined marble beside the grain of wood',
    text: 'Veins and grain with a hard seam.',
  },
  {
    name: 'moon',
    title: 'Moon',
    alt: 'A cratered moon, lit from the upper left',
    text: 'Grey, of 16 bits.',
  },
  {
    name: 'badge',
    title: 'Badge',
    alt: 'A round blue badge with the letters LOEC',
    text: 'Alpha with a soft edge.',
  },
];
