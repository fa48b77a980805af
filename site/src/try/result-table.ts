/** @file The table of a file and those that it is compared with; a choice in it says which one is beside it in the viewer. */

import type { Compared } from './rivals/messages.ts';
import type { Scores } from './rivals/score.ts';

/** Made when they are there, in this order. */
const AWAITED = [
  ['JPEG', 'this browser'],
  ['WebP', 'this browser'],
  ['AVIF', 'libaom (jSquash), 4:4:4'],
] as const;

/** A row has the name, bytes, SSIMULACRA2, PSNR, and who made the file. */
export class ResultTable {
  readonly #body: HTMLTableSectionElement;
  readonly #choose: (address: string) => void;
  readonly #rows = new Map<string, HTMLTableRowElement>();

  /** @param choose told the address of the picture to compare with; empty for none */
  constructor(body: HTMLTableSectionElement, choose: (address: string) => void) {
    this.#body = body;
    this.#choose = choose;
    body.replaceChildren();
  }

  addLoec(bytes: number): void {
    this.#row('loec', ['loec alone', bytes.toLocaleString('en'), '…', '…', 'this page'], '').checked = true;
    for (const [name, madeBy] of AWAITED) this.#row(name, [name, '…', '…', '…', madeBy], null);
  }

  addOriginal(address: string): void {
    this.#row('original', ['the original', '', '', '', ''], address);
  }

  add(compared: Compared): void {
    const cells = this.#rows.get(compared.name)?.cells as HTMLCollectionOf<HTMLTableCellElement>;
    if ('reason' in compared) {
      cells[1]?.replaceChildren('–');
      cells[2]?.replaceChildren('–');
      cells[3]?.replaceChildren('–');
      cells[4]?.replaceChildren(compared.reason);
      return;
    }
    showScores(cells, compared.scores);
    if (!('file' in compared)) return;
    const { file, quality } = compared;
    cells[1]?.replaceChildren(`${file.size.toLocaleString('en')}`);
    cells[4]?.append(`, quality ${quality}`);
    const input = cells[0]?.querySelector('input') as HTMLInputElement;
    input.value = URL.createObjectURL(file);
    input.disabled = false;
  }

  /** @param address null where it is not there yet. @returns the choice */
  #row(name: string, texts: readonly string[], address: string | null): HTMLInputElement {
    const row = this.#body.insertRow();
    this.#rows.set(name, row);
    const input = Object.assign(document.createElement('input'), { type: 'radio', name: 'rival' });
    input.disabled = address === null;
    input.value = address ?? '';
    input.addEventListener('change', () => this.#choose(input.value));
    const label = document.createElement('label');
    label.append(input, texts[0] as string);
    const heading = Object.assign(document.createElement('th'), { scope: 'row' });
    heading.append(label);
    row.append(heading);
    for (const text of texts.slice(1)) row.insertCell().textContent = text;
    return input;
  }
}

function showScores(cells: HTMLCollectionOf<HTMLTableCellElement>, { ssimulacra2, psnr }: Scores): void {
  cells[2]?.replaceChildren(ssimulacra2.toFixed(1));
  cells[3]?.replaceChildren(psnr === Number.POSITIVE_INFINITY ? 'exact' : `${psnr.toFixed(1)} dB`);
}
