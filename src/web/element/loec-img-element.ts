/** @file The element `<loec-img>`: what `<img>` is, for `.loe` files. */

import { abortError, LoecError } from '../../errors.ts';
import { adoptProperties, type Reflected, reflectAttributes } from './attributes.ts';
import { boxStyle } from './box-style.ts';
import { screensAway } from './distance.ts';
import { PictureRequest } from './picture-request.ts';
import { Presentation } from './presentation.ts';

/** On servers, which may load the module too, there are no elements. */
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

export interface LoecImgElement extends Reflected {}

/**
 * Attributes, properties and events are those of `<img>`, as far as it has them. `load` comes once the picture is there and, if it is
 * near what is seen, shown; `error` is an `ErrorEvent` with a `LoecError`; `preview` comes with each preview that is shown.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: reflectAttributes defines the properties.
export class LoecImgElement extends Base {
  static readonly observedAttributes = ['src', 'alt', 'width', 'height', 'loading', 'crossorigin'];

  static {
    if (globalThis.HTMLElement) reflectAttributes(LoecImgElement.prototype);
  }

  readonly #internals = this.attachInternals();
  readonly #root = this.attachShadow({ mode: 'open' });
  readonly #slot = document.createElement('slot');
  readonly #presentation = new Presentation(
    this,
    () => this.#start(),
    (error) => this.#fail(error),
  );
  #sheet = new CSSStyleSheet();
  #request: PictureRequest | undefined;
  #url = '';
  #error: unknown;
  #isLoaded = false;

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [this.#sheet];
    this.#root.append(this.#presentation.canvas, this.#slot);
    this.#describe();
    adoptProperties(this);
  }

  connectedCallback(): void {
    this.#describe();
    this.#presentation.connect();
    this.#start();
  }

  /** An element that is only moved is in a page again when its turn ends. */
  disconnectedCallback(): void {
    setTimeout(() => {
      if (!this.isConnected) this.#release();
    });
  }

  /** Sheets are of one document. */
  adoptedCallback(): void {
    const view = this.ownerDocument.defaultView as (Window & typeof globalThis) | null;
    if (!view) return;
    this.#sheet = new view.CSSStyleSheet();
    this.#root.adoptedStyleSheets = [this.#sheet];
    this.#describe();
  }

  attributeChangedCallback(name: string): void {
    if (name === 'src' || name === 'crossorigin') this.#restart();
    else if (name === 'loading') this.#start();
    this.#describe();
  }

  /** As the page has it, resolved. */
  get src(): string {
    const source = this.getAttribute('src') ?? '';
    return source && URL.canParse(source, this.baseURI) ? new URL(source, this.baseURI).href : source;
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
    return this.#isLoaded || this.#error !== undefined || !this.hasAttribute('src');
  }

  /** The address of what is shown or is on its way. */
  get currentSrc(): string {
    return this.#url;
  }

  /** Resolves once the picture is shown as sharp as it is seen. @throws LoecError */
  async decode(): Promise<void> {
    this.#presentation.bringNear();
    this.#start();
    const request = this.#request;
    if (!request) throw this.#error ?? new LoecError('E_USAGE', 'expected a src to decode');
    await request.picture;
    await this.#presentation.update();
    if (this.#request !== request) throw abortError(AbortSignal.abort());
  }

  #restart(): void {
    this.#close();
    this.#error = undefined;
    this.#isLoaded = false;
    this.#url = '';
    // Attributes that are set in the same turn count.
    queueMicrotask(() => this.#start());
  }

  #start(): void {
    const isWanted = this.hasAttribute('src') && !this.#error && !this.#request;
    if (!isWanted || (this.loading === 'lazy' && !this.#presentation.isKnownNear)) return;
    this.#url = this.src;
    this.#request = new PictureRequest(this.#url, this.#init(), {
      priority: () => screensAway(this),
      onHead: (head) => {
        this.#presentation.expect(head);
        this.#describe();
      },
      onPreview: (preview) => {
        if (this.#presentation.preview(preview)) this.dispatchEvent(new Event('preview'));
      },
    });
    void this.#finish(this.#request);
  }

  #init(): RequestInit {
    return {
      credentials: this.crossOrigin === 'use-credentials' ? 'include' : 'same-origin',
      priority: this.fetchPriority as RequestPriority,
      referrerPolicy: this.referrerPolicy as ReferrerPolicy,
    };
  }

  async #finish(request: PictureRequest): Promise<void> {
    try {
      const picture = await request.picture;
      if (this.#request === request) await this.#presentation.show(picture);
    } catch (error) {
      if (this.#request === request) this.#fail(error);
    }
    // An element that has come back has said so before.
    if (this.#request !== request || this.#isLoaded) return;
    this.#isLoaded = true;
    this.dispatchEvent(new Event('load'));
  }

  #fail(error: unknown): void {
    if (!this.#request) return;
    this.#close();
    this.#presentation.fail();
    this.#error = error;
    this.#describe();
    this.dispatchEvent(new ErrorEvent('error', { error, message: String(error) }));
  }

  #close(): void {
    this.#presentation.drop();
    this.#request?.close();
    this.#request = undefined;
  }

  #release(): void {
    this.#close();
    this.#presentation.release();
  }

  /** Tells styles and screen readers what there is. */
  #describe(): void {
    const alt = this.getAttribute('alt');
    const isBroken = this.#error !== undefined;
    const hasFallback = this.childElementCount > 0 || this.textContent?.trim() !== '';
    // A slot shows its own text, here the alternative one, where nothing has its name.
    this.#slot.name = hasFallback ? '' : 'alt';
    this.#slot.textContent = alt;
    this.#internals.ariaLabel = alt;
    if (alt === null) this.#internals.role = isBroken && hasFallback ? null : 'img';
    else this.#internals.role = alt === '' ? 'none' : 'img';
    const [width, height] = [this.getAttribute('width'), this.getAttribute('height')];
    const { natural } = this.#presentation;
    const isFlexItem = natural !== undefined && isInFlexContainer(this);
    this.#sheet.replaceSync(boxStyle({ natural, width, height, isFlexItem, isBroken }));
  }
}

function isInFlexContainer({ parentElement }: Element): boolean {
  return parentElement !== null && getComputedStyle(parentElement).display.endsWith('flex');
}
