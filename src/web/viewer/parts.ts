/** @file The elements inside a viewer. */

import { type Controls, makeControls } from './controls.ts';
import { COMPARE_INSTRUCTIONS, INSTRUCTIONS } from './describe.ts';
import { type Divider, makeDivider } from './divider.ts';
import { make } from './dom.ts';
import { type Commands, SHORTCUTS } from './keys.ts';
import { type Minimap, makeMinimap } from './minimap.ts';
import { styleSheet } from './style.ts';
import type { Point, Size } from './view.ts';

export interface PartsOptions {
  readonly canvas: HTMLCanvasElement;
  readonly commands: Commands;
  readonly onBorder: (border: number) => void;
  readonly onMinimap: (at: Point) => void;
}

export interface Parts {
  /** All that is for the picture; wheels and keys are its own wherever they are turned and pressed. */
  readonly area: HTMLElement;
  /** The picture, which takes the focus, drags and pinches; the divider lies on it. */
  readonly box: HTMLElement;
  readonly controls: Controls;
  readonly divider: Divider;
  readonly minimap: Minimap;
  /** What is written into it is said. */
  readonly status: HTMLElement;
  /** Where an `<img>` to compare with may be put. */
  readonly slot: HTMLSlotElement;
  /** Shows the page's own content, or the name, where there is no picture to show; null for the picture. */
  fail(name: string | null): void;
  showName(name: string): void;
  showComparison(isCompared: boolean): void;
  /** The box has the shape of the picture where the page gives it no other. */
  shape(picture: Size): void;
  /** Another document takes other sheets. @param view its window */
  dress(view: typeof globalThis): void;
}

export function makeParts(root: ShadowRoot, options: PartsOptions): Parts {
  const { canvas, commands, onBorder, onMinimap } = options;
  const divider = makeDivider(onBorder);
  const help = make('p', { class: 'heard', id: 'help' }, INSTRUCTIONS);
  const box = make(
    'div',
    {
      part: 'stage',
      // Keys are for the picture, so screen readers leave them to it.
      role: 'application',
      tabindex: '0',
      'aria-roledescription': 'picture viewer',
      'aria-describedby': help.id,
      'aria-keyshortcuts': SHORTCUTS,
    },
    canvas,
    divider.element,
  );
  const controls = makeControls(commands);
  const minimap = makeMinimap(onMinimap);
  const area = make('div', {}, box, minimap.element, controls.element);
  const status = make('p', { class: 'heard', role: 'status' });
  const slot = make('slot', { name: 'compare', hidden: '' });
  const fallback = make('slot');
  const message = make('div', { part: 'message', hidden: '' }, fallback);
  let ratio: CSSStyleSheet;
  let shape = '';
  const dress = (view: typeof globalThis): void => {
    ratio = new view.CSSStyleSheet();
    ratio.replaceSync(shape);
    root.adoptedStyleSheets = [styleSheet(view), ratio];
  };
  dress(globalThis);
  root.append(area, status, help, slot, message);
  return {
    area,
    box,
    controls,
    divider,
    minimap,
    status,
    slot,
    fail(name) {
      fallback.textContent = name;
      message.hidden = name === null;
      area.hidden = name !== null;
    },
    showName(name) {
      box.ariaLabel = name || 'Picture';
    },
    showComparison(isCompared) {
      help.textContent = isCompared ? COMPARE_INSTRUCTIONS : INSTRUCTIONS;
    },
    shape({ width, height }) {
      shape = `:host { aspect-ratio: ${width} / ${height}; }`;
      ratio.replaceSync(shape);
    },
    dress,
  };
}
