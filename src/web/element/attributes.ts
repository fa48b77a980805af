/** @file Properties that stand for attributes, as those of `<img>` do. */

/** By property. */
const ATTRIBUTES = {
  alt: 'alt',
  sizes: 'sizes',
  loading: 'loading',
  decoding: 'decoding',
  crossOrigin: 'crossorigin',
  fetchPriority: 'fetchpriority',
  referrerPolicy: 'referrerpolicy',
} as const;

export type Reflected = Pick<HTMLImageElement, keyof typeof ATTRIBUTES>;

/** A real `<img>`, of no source, says what an attribute stands for, and how a value is written. */
export function reflectAttributes(prototype: HTMLElement): void {
  for (const [property, attribute] of Object.entries(ATTRIBUTES)) {
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

/** What was set as plain properties before the element was defined becomes what it would be now. */
export function adoptProperties(element: HTMLElement): void {
  for (const name of ['src', 'width', 'height', ...Object.keys(ATTRIBUTES)]) {
    if (!Object.hasOwn(element, name)) continue;
    const value = Reflect.get(element, name);
    Reflect.deleteProperty(element, name);
    Reflect.set(element, name, value);
  }
}
