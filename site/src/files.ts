/** @file Files that are dropped on a page, pasted or chosen: a .loe is shown, a picture is for who wants it. */

import { notify } from './notice.ts';
import { openViewer } from './viewer-dialog.ts';

/** Told the document of a picture that came; a page that takes it prevents the default. */
export class PictureEvent extends Event {
  static readonly type = 'picturefile';

  constructor(readonly file: File) {
    super(PictureEvent.type, { cancelable: true });
  }
}

export function takeFile(file: File): void {
  if (file.name.endsWith('.loe')) {
    void openLoe(file);
  } else if (document.dispatchEvent(new PictureEvent(file))) {
    const link = Object.assign(document.createElement('a'), { textContent: 'Try it' });
    link.href = (document.querySelector('.top a[href$="try.html"]') as HTMLAnchorElement).href;
    notify('Pictures become .loe files on the page ', link, '.');
  }
}

async function openLoe(file: File): Promise<void> {
  const src = URL.createObjectURL(file);
  await openViewer({ src, alt: file.name, title: file.name });
}

/** What is dropped or pasted anywhere in the document. */
export function hearFiles(): void {
  const { documentElement } = document;
  document.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    documentElement.classList.add('is-dragging');
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) documentElement.classList.remove('is-dragging');
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    documentElement.classList.remove('is-dragging');
    takeFirst(event.dataTransfer);
  });
  document.addEventListener('paste', (event) => takeFirst(event.clipboardData));
}

function takeFirst(data: DataTransfer | null): void {
  const file = data?.files[0];
  if (file) takeFile(file);
}

/** Files that an input of the page chooses. */
export function hearInput(input: HTMLInputElement): void {
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file) takeFile(file);
    input.value = '';
  });
}
