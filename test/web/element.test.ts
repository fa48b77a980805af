/** @file `<loec-img>` loads, shows and gives back pictures as `<img>` does. */

import { readFile } from 'node:fs/promises';
import { LoecImgElement } from '../../src/element.ts';
import { assert, skipped, suite } from '../harness.ts';
import { openBrowser, serve } from './browser.ts';
import { PAGE } from './element-page.ts';
