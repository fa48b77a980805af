/** @file The first page: its pictures, which open in the viewer. */

import 'loec/element';
import { hearInput } from './files.ts';
import { openViewer } from './viewer-dialog.ts';

for (const link of document.querySelectorAll<HTMLAnchorElement>('[data-view]')) {
  link.addEventListener('click', (event) => {
    event.preventDefault();
    const { view: alt = '', title = '', original } = link.dataset;
    void openViewer({ src: link.href, alt, title, original });
  });
}
hearInput(document.querySelector('[data-open-loe]') as HTMLInputElement);
