/** @file The attributes of `<loec-viewer>`, which are its properties too. */

import { addressIn } from '../dom/address.ts';
import { ElementBase } from '../dom/element-base.ts';
import type { CompareMode } from './stage.ts';

export class ViewerAttributes extends ElementBase {
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
    return addressIn(this, name) || null;
  }
}
