/** @file What keys do in a viewer. */

/** What a viewer can be told by keys and buttons. */
export interface Commands {
  /** @param right, down in steps, of which some cross the screen */
  move(right: number, down: number): void;
  zoomIn(): void;
  zoomOut(): void;
  fit(): void;
  isFit(): boolean;
  /** A pixel of the screen for each of the picture. */
  actualPixels(): void;
  /** Of two pictures the other one. */
  flip(): void;
  /** Ends what `flip` began, if the key or button was held to have a look. */
  unflip(): void;
}

/** Steps that PageUp and PageDown move by. */
const PAGE = 6;

const KEYS: Readonly<Record<string, (commands: Commands) => void>> = {
  ArrowLeft: ({ move }) => move(-1, 0),
  ArrowRight: ({ move }) => move(1, 0),
  ArrowUp: ({ move }) => move(0, -1),
  ArrowDown: ({ move }) => move(0, 1),
  PageUp: ({ move }) => move(0, -PAGE),
  PageDown: ({ move }) => move(0, PAGE),
  '+': ({ zoomIn }) => zoomIn(),
  // The key of + without shift.
  '=': ({ zoomIn }) => zoomIn(),
  '-': ({ zoomOut }) => zoomOut(),
  '0': ({ fit }) => fit(),
  Home: ({ fit }) => fit(),
  Escape: ({ fit }) => fit(),
  '1': ({ actualPixels }) => actualPixels(),
};

/** As `aria-keyshortcuts` names them. */
export const SHORTCUTS = 'ArrowLeft ArrowRight ArrowUp ArrowDown PageUp PageDown Plus - 0 1 c';

export function listenToKeys(element: HTMLElement, commands: Commands): void {
  element.addEventListener('keydown', (event) => {
    // What a slider has taken is its own, and these are the browser's: the page's zoom, and going back.
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.toLowerCase() === 'c') {
      if (!event.repeat) commands.flip();
      return;
    }
    const run = KEYS[event.key];
    // A dialog that the viewer lies in is closed by the next Escape.
    if (!run || (event.key === 'Escape' && commands.isFit())) return;
    event.preventDefault();
    run(commands);
  });
  element.addEventListener('keyup', ({ key }) => {
    if (key.toLowerCase() === 'c') commands.unflip();
  });
}
