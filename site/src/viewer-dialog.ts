/** @file A picture in the viewer, over the whole page. */

import { notify } from './notice.ts';

export interface View {
  readonly src: string;
  readonly alt: string;
  readonly title: string;
  /** The picture that it was made from. */
  readonly original?: string | undefined;
}

/** How the original is shown, and what that is called. */
const MODES = [
  ['', 'alone'],
  ['slider', 'original at the right'],
  ['flip', 'flip with the original'],
] as const;

/** Loads the viewer, and opens it until it is closed. */
export async function openViewer(view: View): Promise<void> {
  await import('loec/viewer');
  const dialog = document.createElement('dialog');
  dialog.className = 'viewer-dialog';
  dialog.setAttribute('aria-label', view.title);
  const viewer = document.createElement('loec-viewer');
  viewer.setAttribute('src', view.src);
  viewer.setAttribute('alt', view.alt);
  viewer.addEventListener('error', () => {
    dialog.close();
    notify(`${view.title} can't be shown: it is damaged, too large, or no .loe file.`);
  });
  dialog.append(headOf(dialog, viewer, view), viewer);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function headOf(dialog: HTMLDialogElement, viewer: HTMLElement, { title, original }: View): HTMLElement {
  const head = document.createElement('header');
  const heading = document.createElement('h2');
  heading.textContent = title;
  const close = document.createElement('button');
  close.className = 'button';
  close.textContent = 'Close';
  close.addEventListener('click', () => dialog.close());
  head.append(heading);
  if (original !== undefined) head.append(modeChoice(viewer, original));
  head.append(close);
  return head;
}

function modeChoice(viewer: HTMLElement, original: string): HTMLElement {
  const choice = document.createElement('fieldset');
  choice.className = 'choices';
  choice.setAttribute('aria-label', 'Compare');
  for (const [mode, title] of MODES) {
    const input = Object.assign(document.createElement('input'), {
      type: 'radio',
      name: 'compare',
      value: mode,
    });
    input.checked = mode === '';
    input.addEventListener('change', () => compareWith(viewer, mode && original, mode));
    const label = document.createElement('label');
    label.append(input, title);
    choice.append(label);
  }
  return choice;
}

/** Shows another picture beside the viewer's own; none where `other` is empty. */
export function compareWith(viewer: HTMLElement, other: string, mode: string): void {
  if (other === '') viewer.removeAttribute('compare');
  else viewer.setAttribute('compare', other);
  if (mode !== '') viewer.setAttribute('compare-mode', mode);
}
