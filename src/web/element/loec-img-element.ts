/** @file The element `<loec-img>`: what `<img>` is, for `.loe` files. */

import { addressIn } from '../dom/address.ts';
import { adoptProperties } from '../dom/adopt-properties.ts';
import { ElementBase } from '../dom/element-base.ts';
import { PROPERTIES, type Reflected, reflectAttributes } from './attributes.ts';
import { boxStyle } from './box-style.ts';
import { PictureLoader } from './picture-loader.ts';

export interface LoecImgElement extends Reflected {}

/**
 * Attributes, properties and events are those of `<img>`, as far as it has them. `load` comes once the picture is there and, if it is
 * near what is seen, shown; `error` is an `ErrorEvent` with a `LoecError`, and where nobody prevents its default the console tells it;
 * `preview` comes with each preview that is shown.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: reflectAttributes defines the properties.
export class LoecImgElement extends ElementBase {
  static readonly observedAttributes = ['src', 'alt', 'width', 'height', 'loading', 'crossorigin'];

  static {
    if (globalThis.HTMLElement) reflectAttributes(LoecImgElement.prototype);
  }

  readonly #internals = this.attachInternals();
  readonly #root = this.attachShadow({ mode: 'open' });
  readonly #slot = document.createElement('slot');
  readonly #loader = new PictureLoader(this, () => this.#describe());
  readonly #presentation = this.#loader.presentation;
  #sheet = new CSSStyleSheet();

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [this.#sheet];
    this.#root.append(this.#presentation.canvas, this.#slot);
    adoptProperties(this, ['src', 'width', 'height', ...PROPERTIES]);
  }

  connectedCallback(): void {
    this.#presentation.connect();
    this.#loader.startSoon();
    this.#describe();
  }

  /** An element that is only moved is in a page again when its turn ends. */
  disconnectedCallback(): void {
    setTimeout(() => {
      if (this.isConnected) return;
      this.#loader.close();
      this.#presentation.release();
    });
  }

  /** Sheets are of one document. */
  adoptedCallback(): void {
    const view = this.ownerDocument.defaultView as (Window & typeof globalThis) | null;
    if (!view) return;
    this.#sheet = new view.CSSStyleSheet();
    this.#root.adoptedStyleSheets = [this.#sheet];
  }

  attributeChangedCallback(name: string): void {
    if (name === 'src' || name === 'crossorigin') this.#loader.restart();
    else if (name === 'loading') this.#loader.start();
    if (this.isConnected) this.#describe();
  }

  /** As the page has it, resolved. */
  get src(): string {
    return addressIn(this, 'src');
  }
  set src(source: string) {
    this.setAttribute('src', source);
  }

  /** In pixels of CSS: as it is laid out, or else the picture's own. */
  get width(): number {
    return this.#presentation.canvas.offsetWidth || this.naturalWidth;
  }
  set width(pixels: number) {
    this.setAttribute('width', String(pixels));
  }

  get height(): number {
    return this.#presentation.canvas.offsetHeight || this.naturalHeight;
  }
  set height(pixels: number) {
    this.setAttribute('height', String(pixels));
  }

  /** 0 until the first bytes of the file are there, and where it is broken. */
  get naturalWidth(): number {
    return this.#presentation.natural?.width ?? 0;
  }
  get naturalHeight(): number {
    return this.#presentation.natural?.height ?? 0;
  }

  /** Whether there is nothing to wait for. */
  get complete(): boolean {
    return this.#loader.isLoaded || this.#loader.error !== undefined || !this.hasAttribute('src');
  }

  /** The address of what is shown or is on its way. */
  get currentSrc(): string {
    return this.#loader.url;
  }

  /** Resolves once the picture is shown as sharp as it is seen. @throws LoecError */
  decode(): Promise<void> {
    return this.#loader.decode();
  }

  /** Tells styles and screen readers what there is; nobody asks before the element is in a page. */
  #describe(): void {
    const alt = this.getAttribute('alt');
    const isBroken = this.#loader.error !== undefined;
    const hasFallback = this.#describeFallback(alt, isBroken);
    this.#internals.ariaLabel = alt;
    if (alt === null) this.#internals.role = isBroken && hasFallback ? null : 'img';
    else this.#internals.role = alt === '' ? 'none' : 'img';
    const [width, height] = [this.getAttribute('width'), this.getAttribute('height')];
    const { natural } = this.#presentation;
    const isFlexItem = natural !== undefined && isInFlexContainer(this);
    this.#sheet.replaceSync(boxStyle({ natural, width, height, isFlexItem, isBroken }));
  }

  /**
   * What stands in for the picture: children, or else a copy of a template, or else the alternative text.
   * @returns whether there is more than the text
   */
  #describeFallback(alt: string | null, isBroken: boolean): boolean {
    const slot = this.#slot;
    const template = this.querySelector<HTMLTemplateElement>(':scope>template');
    const isShown = [...this.childNodes].some(isShownByItself);
    // A slot shows what it has itself where nothing has its name.
    slot.name = isShown ? '' : 'alt';
    if (!template || isShown || !isBroken) slot.textContent = alt;
    else if (!slot.childElementCount) slot.replaceChildren(template.content.cloneNode(true));
    return isShown || template !== null;
  }
}

function isShownByItself({ nodeName, nodeValue }: Node): boolean {
  return !/^(#comment|template|noscript)$/i.test(nodeName) && nodeValue?.trim() !== '';
}

function isInFlexContainer({ parentElement }: Element): boolean {
  return parentElement !== null && getComputedStyle(parentElement).display.endsWith('flex');
}
