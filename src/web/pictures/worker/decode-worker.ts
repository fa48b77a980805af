/** @file The worker in which pictures of pages are decoded. */

import { servePictures } from './serve-pictures.ts';

servePictures(globalThis);
