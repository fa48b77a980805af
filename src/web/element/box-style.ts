/** @file The style that gives the element the box that an `<img>` has. */

export interface Box {
  /** The picture's size in pixels; undefined before its first bytes are there. */
  readonly natural: { readonly width: number; readonly height: number } | undefined;
  /** The attributes. */
  readonly width: string | null;
  readonly height: string | null;
  /** Whether a flex container lays it out. */
  readonly isFlexItem: boolean;
  /** Whether what stands in for the picture is shown, and not the picture. */
  readonly isBroken: boolean;
}

/**
 * The host is no replaced element, but the canvas in it is. Its natural size is the picture's, as wide as the host it never makes
 * the host wider, and where the host's height is free it follows from the ratio. Bounds in per cent hold only where the host's height
 * is known, also in pages without a doctype, where `height` would be that of the window. An image of a template has the same box.
 */
const SHARED = `:host(:not([hidden])){display:inline-block;overflow:clip;overflow-clip-margin:content-box}canvas,slot>img{display:block;min-width:100%;max-width:100%;min-height:100%;max-height:100%;object-fit:inherit;object-position:inherit}`;

/** A declaration of `undefined` or, for a ratio, per cent is none. */
export function boxStyle({ natural, width, height, isFlexItem, isBroken }: Box): string {
  const [across, down] = [lengthOf(width), lengthOf(height)];
  const sizes = `inline-size:${isFlexItem ? 'auto' : 'max-content'};width:${across};height:${down}`;
  if (isBroken) return `${SHARED}:host{${sizes}}canvas{display:none}`;
  const ratio = natural ? `${natural.width}/${natural.height}` : `${across}/${down}`.replaceAll('px', '');
  return `${SHARED}:host{${sizes};aspect-ratio:auto ${ratio}}slot{display:none}`;
}

/** Pixels or per cent; what is neither is none, or none to CSS. */
function lengthOf(attribute: string | null): string | undefined {
  const [, number, percent] = /^\s*([\d.]+)(%?)/.exec(attribute ?? '') ?? [];
  return number && number + (percent || 'px');
}
