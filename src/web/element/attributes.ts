/** @file Properties that stand for attributes, as those of `<img>` do. */

/** Each has the attribute of its name in lower case. `src`, `width` and `height` are more than that. */
export const PROPERTIES = [
  'alt',
  'sizes',
  'loading',
  'decoding',
  'crossOrigin',
  'fetchPriority',
  'referrerPolicy',
] as const;

export type Reflected = Pick<HTMLImageElement, (typeof PROPERTIES)[number]>;

/** A real `<img>`, of no source, says what an attribute stands for, and how a value is written. */
export function reflectAttributes(prototype: HTMLElement): void {
  for (const property of PROPERTIES) {
    const attribute = property.toLowerCase();
    Object.defineProperty(prototype, property, {
      configurable: true,
      enumerable: true,
      get(this: HTMLElement) {
        const image = new Image();
        copyAttribute(attribute, this, image);
        return Reflect.get(image, property);
      },
      set(this: HTMLElement, value: unknown) {
        const image = new Image();
        Reflect.set(image, property, value);
        copyAttribute(attribute, image, this);
      },
    });
  }
}

function copyAttribute(name: string, from: Element, to: Element): void {
  const value = from.getAttribute(name);
  if (value === null) to.removeAttribute(name);
  else to.setAttribute(name, value);
}
