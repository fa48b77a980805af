/** @file What every page does. */

import { hearFiles } from './files.ts';
import { makeScrollable } from './scrollable.ts';

hearFiles();
makeScrollable(document.querySelectorAll<HTMLElement>('.wide'));
