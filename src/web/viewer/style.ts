/** @file How a viewer looks. Colours are the page's own (`Canvas`, `CanvasText`), light or dark as its `color-scheme` says. */

/**
 * With a height alone the aspect ratio would give the host any width. Of a whole picture there is nothing to move, so a finger scrolls the page.
 * The focus is drawn within the box, whose edges are cut, and over any picture. In forced colours the line, and what is pressed, would not be seen.
 */
const CSS = `
:host {
  display: block;
  position: relative;
  overflow: hidden;
  contain: content;
  max-inline-size: 100%;
  container-type: inline-size;
  min-height: 48px;
  background: var(--loec-viewer-background, color-mix(in srgb, CanvasText 8%, Canvas));
  color: CanvasText;
  font: 14px/1.4 system-ui, sans-serif;
}
:host([hidden]), [hidden] { display: none !important; }
[part=stage] { position: absolute; inset: 0; outline: none; cursor: grab; touch-action: none; user-select: none; }
[part=stage].whole { touch-action: pan-y; }
[part=stage]:active { cursor: grabbing; }
[part=stage] canvas { display: block; width: 100%; height: 100%; }
[part=stage]:focus-visible::after {
  content: "";
  position: absolute;
  inset: 0;
  border: 3px solid var(--loec-viewer-focus, Highlight);
  box-shadow: inset 0 0 0 2px Canvas;
  pointer-events: none;
}
[part=controls] {
  position: absolute;
  right: 8px;
  bottom: 8px;
  display: flex;
  gap: 2px;
  padding: 2px;
  border-radius: 8px;
  background: var(--loec-viewer-controls, color-mix(in srgb, Canvas 86%, transparent));
  color: var(--loec-viewer-controls-color, CanvasText);
}
button {
  all: unset;
  display: grid;
  place-items: center;
  width: 32px;
  height: 32px;
  border-radius: 6px;
  cursor: pointer;
}
button:hover { background: color-mix(in srgb, currentColor 14%, transparent); }
button[aria-pressed=true] { background: color-mix(in srgb, currentColor 24%, transparent); }
button[aria-disabled=true] { opacity: .4; cursor: default; }
button:focus-visible { outline: 2px solid var(--loec-viewer-focus, Highlight); outline-offset: 1px; }
svg { width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
[part=divider] {
  position: absolute;
  top: 0;
  bottom: 0;
  width: 32px;
  margin-left: -16px;
  cursor: ew-resize;
  touch-action: none;
  outline: none;
  background: linear-gradient(90deg, transparent 14px, #0006 14px 15px, #fff 15px 17px, #0006 17px 18px, transparent 18px);
}
[part=handle] {
  position: absolute;
  top: 50%;
  left: -2px;
  display: grid;
  place-items: center;
  width: 36px;
  height: 36px;
  margin-top: -18px;
  border-radius: 50%;
  background: Canvas;
  color: CanvasText;
  box-shadow: 0 0 0 1px #0006;
}
[part=divider]:focus-visible [part=handle] { outline: 3px solid var(--loec-viewer-focus, Highlight); outline-offset: 1px; }
[part=minimap] {
  position: absolute;
  left: 8px;
  top: 8px;
  overflow: hidden;
  border-radius: 4px;
  box-shadow: 0 0 0 1px #fff, 0 0 0 2px #0008;
  cursor: crosshair;
  touch-action: none;
}
[part=minimap] canvas { display: block; width: 100%; height: 100%; }
[part=minimap-view] {
  position: absolute;
  box-sizing: border-box;
  min-width: 6px;
  min-height: 6px;
  border: 1px solid #fff;
  outline: 1px solid #000;
  box-shadow: 0 0 0 999px #0006;
}
@container (max-width: 360px) {
  [part=minimap] { transform: scale(.6); transform-origin: 0 0; }
}
[part=message] { position: absolute; inset: 0; overflow: auto; padding: 12px; }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (forced-colors: active) {
  [part=divider], [part=minimap], button { forced-color-adjust: none; }
}
@media (pointer: coarse) {
  button { width: 44px; height: 44px; }
  [part=divider] { width: 44px; margin-left: -22px; background: linear-gradient(90deg, transparent 20px, #0006 20px 21px, #fff 21px 23px, #0006 23px 24px, transparent 24px); }
  [part=handle] { left: 0; width: 44px; height: 44px; margin-top: -22px; }
}
`;

/** By the window of its document: sheets are of one. */
const sheets = new WeakMap<object, CSSStyleSheet>();

/** Sheets that scripts make need no exception from a page's security policy. */
export function styleSheet(view: typeof globalThis): CSSStyleSheet {
  const known = sheets.get(view);
  if (known) return known;
  const sheet = new view.CSSStyleSheet();
  sheet.replaceSync(CSS);
  sheets.set(view, sheet);
  return sheet;
}
