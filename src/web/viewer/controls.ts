/** @file The buttons of a viewer. */

import { icon, make } from './dom.ts';
import type { Commands } from './keys.ts';

const BUTTONS = [
  ['zoom-in', 'Zoom in', 'M12 5v14M5 12h14', 'zoomIn'],
  ['zoom-out', 'Zoom out', 'M5 12h14', 'zoomOut'],
  ['fit', 'Whole picture', 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5', 'fit'],
  ['actual-pixels', 'Actual pixels', 'M5 8l2-2v12M17 8l2-2v12M12 9v.5M12 15v.5', 'actualPixels'],
] as const;

export interface Controls {
  readonly element: HTMLElement;
  /** @param isFlipped null where there is nothing to flip @param name what the button does */
  showFlip(isFlipped: boolean | null, name: string): void;
  /** Buttons that would do nothing say so. */
  showZoom(range: { readonly canZoomIn: boolean; readonly canZoomOut: boolean }): void;
}

export function makeControls(commands: Commands): Controls {
  const buttons = BUTTONS.map(([part, name, path, command]) => {
    const button = makeButton(part, name, path);
    button.addEventListener('click', () => {
      if (button.ariaDisabled !== 'true') commands[command]();
    });
    return button;
  });
  const flip = makeFlip(commands);
  const [zoomIn, zoomOut] = buttons as [HTMLButtonElement, HTMLButtonElement];
  const element = make('div', { part: 'controls', role: 'group', 'aria-label': 'View' }, ...buttons, flip);
  return {
    element,
    showFlip(isFlipped, name) {
      flip.title = name;
      flip.ariaLabel = name;
      flip.hidden = isFlipped === null;
      flip.ariaPressed = String(isFlipped === true);
    },
    showZoom({ canZoomIn, canZoomOut }) {
      // Not `disabled`, which would take the focus from a button that has just been pressed.
      zoomIn.ariaDisabled = String(!canZoomIn);
      zoomOut.ariaDisabled = String(!canZoomOut);
    },
  };
}

function makeButton(part: string, name: string, path: string): HTMLButtonElement {
  return make(
    'button',
    { type: 'button', part: `button ${part}`, 'aria-label': name, title: name },
    icon(path),
  );
}

/** A click flips; held, it shows the other picture as long. */
function makeFlip(commands: Commands): HTMLButtonElement {
  const button = makeButton('flip', '', 'M12 4v16M9 7L4 12l5 5M15 7l5 5-5 5');
  button.addEventListener('pointerdown', ({ button: which, pointerId }) => {
    if (which !== 0) return;
    button.setPointerCapture(pointerId);
    commands.flip();
  });
  for (const end of ['pointerup', 'pointercancel']) button.addEventListener(end, commands.unflip);
  // Of the keyboard and of assistive programs: their clicks have no pointer before them.
  button.addEventListener('click', ({ detail }) => {
    if (detail !== 0) return;
    commands.flip();
    commands.unflip();
  });
  return button;
}
