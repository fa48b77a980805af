/** @file The frame of the report: a page that opens from disk, without a network. */

const STYLE = `
:root { color-scheme: light; --ink: #1d2733; --soft: #5d6b7a; --line: #dde3ea; --tint: #f5f7fa; --accent: #0072b2; }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: white; }
main { max-width: 1080px; margin: 0 auto; padding: 40px 24px 80px; }
h1 { font-size: 28px; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 19px; margin: 48px 0 12px; }
p { max-width: 75ch; margin: 8px 0; }
.soft { color: var(--soft); }
svg { display: block; max-width: 100%; height: auto; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 12px 0 4px; padding: 0; list-style: none; font-size: 13px; }
.legend i { display: inline-block; width: 22px; height: 0; border-top: 3px solid; margin-right: 7px; vertical-align: middle; }
.legend i.published { border-top: 2px dashed; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(320px, 1fr)); gap: 20px; }
figure { margin: 0; }
figcaption { font-size: 13px; color: var(--soft); margin-bottom: 4px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 12px; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
th { font-weight: 600; color: var(--soft); }
td.better { color: #00704f; }
td.none { color: #a9b3be; }
.compare { position: relative; overflow: hidden; width: 100%; max-width: 512px; background: var(--tint); border-radius: 6px; }
.compare img { display: block; width: 100%; image-rendering: pixelated; }
.compare img + img { position: absolute; inset: 0; clip-path: inset(0 0 0 var(--cut, 50%)); }
.compare::after { content: ''; position: absolute; top: 0; bottom: 0; left: var(--cut, 50%); width: 2px; background: white; box-shadow: 0 0 3px #000a; }
.comparison { display: grid; grid-template-columns: minmax(0, 1fr); gap: 8px; margin-bottom: 28px; max-width: 512px; }
.comparison input { width: 100%; margin: 0; accent-color: var(--accent); }
.sides { display: flex; justify-content: space-between; gap: 12px; }
.sides select { font: inherit; font-size: 13px; min-width: 0; flex: 1; }
.comparisons { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 460px), 1fr)); gap: 12px 32px; }
pre { background: var(--tint); padding: 12px 14px; border-radius: 6px; overflow-x: auto; font-size: 13px; }
`;

const SCRIPT = `
for (const box of document.querySelectorAll('.comparison')) {
  const [left, right] = box.querySelectorAll('.compare img');
  const views = JSON.parse(box.querySelector('script').textContent);
  const [leftSelect, rightSelect] = box.querySelectorAll('select');
  const show = () => { left.src = views[leftSelect.value]; right.src = views[rightSelect.value]; };
  leftSelect.onchange = rightSelect.onchange = show;
  const slider = box.querySelector('input');
  const cut = () => box.querySelector('.compare').style.setProperty('--cut', slider.value + '%');
  slider.oninput = cut;
  cut();
}
`;

/** @param body HTML */
export function pageOf(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
<main>
${body}
</main>
<script>${SCRIPT}</script>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A cell of a table: text, with what sets it apart. */
export interface Cell {
  readonly text: string;
  readonly kind?: 'better' | 'none';
  /** Shown when pointed at. */
  readonly hint?: string;
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | Cell)[])[];
}

/** The first column is to the left, figures to the right. */
export function tableOf({ head, rows }: Table): string {
  const headings = head.map((text) => `<th>${escapeHtml(text)}</th>`).join('');
  const lines = rows.map((cells) => `<tr>${cells.map(cellOf).join('')}</tr>`);
  return `<div class="scroll"><table>\n<tr>${headings}</tr>\n${lines.join('\n')}\n</table></div>`;
}

function cellOf(cell: string | Cell): string {
  if (typeof cell === 'string') return `<td>${escapeHtml(cell)}</td>`;
  const kind = cell.kind ? ` class="${cell.kind}"` : '';
  const hint = cell.hint ? ` title="${escapeHtml(cell.hint)}"` : '';
  return `<td${kind}${hint}>${escapeHtml(cell.text)}</td>`;
}
