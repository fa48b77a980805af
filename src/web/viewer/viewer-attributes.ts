/** @file The attributes of `<loec-viewer>`, which are its properties too. */

import type { CompareMode } from './stage.ts';

/** Where there is no DOM, as in servers that render pages, the class can be imported but not made. */
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

export class ViewerAttributes extends Base {
  static readonly observedAttributes = ['src', 'alt', 'compare', 'compare-mode'];

  get src(): string {
    return this.getAttribute('src') ?? '';
  }

  set src(address: string) {
    this.setAttribute('src', address);
  }

  get alt(): string {
    return this.getAttribute('alt') ?? '';
  }

  set alt(name: string) {
    this.setAttribute('alt', name);
  }

  get compare(): string {
    return this.getAttribute('compare') ?? '';
  }

  set compare(address: string) {
    this.setAttribute('compare', address);
  }

  get compareMode(): CompareMode {
    return this.getAttribute('compare-mode') === 'flip' ? 'flip' : 'slider';
  }

  set compareMode(mode: CompareMode) {
    this.setAttribute('compare-mode', mode);
  }

  /** As the page has it, resolved; null for none. */
  protected addressOf(name: 'src' | 'compare'): string | null {
    const { baseURI } = this;
    const address = this.getAttribute(name);
    if (!address) return null;
    return URL.canParse(address, baseURI) ? new URL(address, baseURI).href : address;
  }
}
