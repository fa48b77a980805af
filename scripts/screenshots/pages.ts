/** @file Web pages that stand for what people take screenshots of. Their text is this repository's own; their shapes come from a seeded generator. */

import { readFileSync } from 'node:fs';
import { seededRandom } from '../../src/field/random.ts';

/** What is drawn, and how. */
export interface Page {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly html: string;
  /** Whether letters and shapes have soft edges. */
  readonly antialiased: boolean;
}

const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const document = (style: string, body: string): string =>
  `<!DOCTYPE html><meta charset="utf-8"><style>body{margin:0;overflow:hidden}${style}</style><body>${body}`;

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Paragraphs with headings and links, as a browser shows an article. */
function article(): string {
  const blocks = textOf('CONTRIBUTING.md')
    .split(/\n\n/)
    .filter((block) => !block.startsWith('|'))
    .map((block) => {
      const text = escaped(block.replace(/^#+ /, '')).replace(/`([^`]+)`/g, '<code>$1</code>');
      const linked = text
        .replace(/\[([^\]]+)\]\([^)]*\)/g, '<a>$1</a>')
        .replace(/\*\*([^*]+)\*\*/g, '<b>$1</b>');
      return block.startsWith('#') ? `<h2>${linked}</h2>` : `<p>${linked}</p>`;
    });
  const style = `body{font:16px/1.5 'Liberation Serif';margin:24px 120px;color:#222;background:#fff}
    h2{font-family:'Liberation Sans';border-bottom:1px solid #ccc}a{color:#0645ad}code{background:#eee;font-size:14px}`;
  return document(style, blocks.join(''));
}

/** Source text in the colours of an editor. */
function terminal(): string {
  const words = /\b(const|function|return|import|from|export|for|if|let|type|new)\b/g;
  const lines = escaped(textOf('src/entropy/range-coder.ts'))
    .split('\n')
    .map((line) => {
      if (/^\s*(\/\*|\*|\/\/)/.test(line)) return `<i>${line}</i>`;
      return line
        .replace(/'[^']*'/g, '<u>$&</u>')
        .replace(/\b\d\w*\b/g, '<s>$&</s>')
        .replace(words, '<b>$1</b>');
    });
  const style = `body{background:#1e1e2e;color:#cdd6f4;font:14px/18px 'DejaVu Sans Mono'}pre{margin:4px 8px;font:inherit}
    i{color:#7f849c;font-style:normal}u{color:#a6e3a1;text-decoration:none}s{color:#fab387;text-decoration:none}b{color:#cba6f7}
    div{background:#313244;padding:4px 8px}`;
  const prompt = '<u>~/loec</u> <b>main</b> $ less src/entropy/range-coder.ts';
  return document(style, `<div>${prompt}</div><pre>${lines.join('\n')}</pre>`);
}

/** A grid of names, dates and amounts. */
function spreadsheet(): string {
  const random = seededRandom(7);
  const towns = ['Harbour', 'Mill', 'Station', 'Market', 'Bridge', 'Old Town', 'North', 'Riverside'];
  const cell = (row: number, column: number): string => {
    if (column === 0) return `<td>${towns[Math.floor(random() * towns.length)]} ${row}`;
    if (column === 1)
      return `<td>2024-${String(1 + (row % 12)).padStart(2, '0')}-${String(1 + Math.floor(random() * 28)).padStart(2, '0')}`;
    const amount = (random() * 4 - 1) * 10 ** (2 + (column % 3));
    const style = amount < 0 ? ' class=n' : '';
    return `<td align=right${style}>${amount.toFixed(2)}`;
  };
  const header = range(11).map((i) => `<th>${String.fromCharCode(65 + i)}`);
  const rows = range(40).map((row) => {
    const cells = range(11)
      .map((column) => cell(row, column))
      .join('');
    return `<tr${row % 8 === 5 ? ' class=t' : ''}><th>${row + 1}${cells}`;
  });
  const style = `table{border-collapse:collapse;font:13px 'Liberation Sans';width:1024px}td,th{border:1px solid #d4d4d4;padding:1px 4px;height:16px}
    th{background:#f3f3f3;color:#555;font-weight:normal}.n{color:#c00000}.t td{background:#e2efda;font-weight:bold}
    div{background:#217346;color:#fff;font:14px 'Liberation Sans';padding:8px}`;
  return document(style, `<div>Accounts</div><table><tr><th>${header.join('')}${rows.join('')}</table>`);
}

/** Windows, buttons and icons in the sixteen colours of VGA. */
function oldGui(): string {
  const random = seededRandom(16);
  const dark = [
    '#000',
    '#800000',
    '#008000',
    '#808000',
    '#000080',
    '#800080',
    '#008080',
    '#808080',
    '#c0c0c0',
  ];
  const bright = ['#f00', '#0f0', '#ff0', '#00f', '#f0f', '#0ff', '#fff'];
  const all = [...dark, ...bright];
  const below = (count: number): number => Math.floor(random() * count);
  const colour = (): string => all[below(all.length)] as string;
  const icon = (): string => {
    const shapes = range(6).map(() => {
      const [x, y, width, height] = [below(20), below(20), 4 + below(12), 4 + below(12)];
      const corner = random() < 0.4 ? width / 2 : 0;
      return `<rect x=${x} y=${y} width=${width} height=${height} rx=${corner} fill=${colour()} stroke=#000 />`;
    });
    return `<svg width=32 height=32 shape-rendering=crispEdges>${shapes.join('')}</svg>`;
  };
  const lines = escaped(textOf('LICENSE')).split('\n').slice(0, 60).join('\n');
  const files = [
    'README',
    'SETUP',
    'WIN',
    'CONFIG',
    'AUTOEXEC',
    'MOUSE',
    'PAINT',
    'NOTES',
    'GAME',
    'FONTS',
    'DRIVERS',
    'LETTER',
  ];
  const icons = files.map((name) => `<div class=i>${icon()}<br>${name}.EXE</div>`).join('');
  const bar = (title: string): string =>
    `<div class=bar>${title}<span class=b>x</span><span class=b>_</span></div>`;
  const style = `body{background:#008080;font:12px 'Liberation Sans';color:#000}pre{margin:2px;background:#fff;height:250px;overflow:hidden;font:12px 'Liberation Mono';border:2px solid;border-color:#808080 #fff #fff #808080}
    .w{position:absolute;background:#c0c0c0;border:2px solid;border-color:#fff #000 #000 #fff;padding:2px}
    .bar{background:#000080;color:#fff;font-weight:bold;padding:2px 4px}.b{float:right;background:#c0c0c0;color:#000;width:14px;text-align:center;border:1px solid;border-color:#fff #808080 #808080 #fff}
    .i{display:inline-block;width:76px;text-align:center;margin:6px 0;vertical-align:top}button{font:12px 'Liberation Sans';background:#c0c0c0;border:2px solid;border-color:#fff #808080 #808080 #fff;margin:6px;width:80px;border-radius:0}`;
  const notepad = `<div class=w style="left:20px;top:16px;width:420px">${bar('Notepad - LICENSE.TXT')}File Edit Search Help<pre>${lines}</pre></div>`;
  const folder = `<div class=w style="left:270px;top:170px;width:340px;background:#fff">${bar('Program Manager')}${icons}</div>`;
  const dialog = `<div class=w style="left:60px;top:330px;width:240px">${bar('Question')}<p style="margin:12px">Save changes to LICENSE.TXT?</p><button>Yes</button><button>No</button></div>`;
  const tasks = `<div class=w style="left:0;top:450px;width:634px;height:24px"><button style="margin:0">Start</button></div>`;
  return document(style, notepad + folder + dialog + tasks);
}

/** Land, water, woods, blocks of houses, roads and names. */
function map(): string {
  const random = seededRandom(3);
  const at = (): [number, number] => [random() * 1024, random() * 768];
  const blob = (size: number, fill: string): string => {
    const [x, y] = at();
    const points = range(14).map((i) => {
      const [angle, radius] = [(i / 14) * 2 * Math.PI, size * (0.6 + 0.6 * random())];
      return `${(x + radius * Math.cos(angle)).toFixed(1)},${(y + radius * Math.sin(angle)).toFixed(1)}`;
    });
    return `<polygon points="${points.join(' ')}" fill="${fill}"/>`;
  };
  const road = (): string => {
    const points = range(4)
      .map(at)
      .map((point) => point.map(Math.round).join(' '));
    return `M${points[0]} C${points.slice(1).join(' ')}`;
  };
  const house = (): string => {
    const [x, y] = at();
    const [width, height, turn] = [6 + random() * 14, 6 + random() * 10, random() * 90];
    return `<rect x="${x}" y="${y}" width="${width}" height="${height}" transform="rotate(${turn} ${x} ${y})" fill="#d9d0c9" stroke="#bfb2a8"/>`;
  };
  const minor = range(16).map(road);
  const major = range(4).map(road);
  const name = (text: string): string => {
    const [x, y] = at();
    return `<text x="${x}" y="${y}">${text}</text>`;
  };
  const names = [...textOf('README.md').matchAll(/\b[A-Z][a-z]{4,9}\b/g)]
    .map(([word]) => word)
    .slice(0, 60)
    .map(name);
  const paths = (roads: string[], colour: string, width: number): string =>
    `<path d="${roads.join('')}" fill="none" stroke="${colour}" stroke-width="${width}"/>`;
  const shapes = [
    ...range(14).map(() => blob(70, '#add19e')),
    ...range(6).map(() => blob(60, '#aad3df')),
    ...range(8).map(() => blob(50, '#e0dfdf')),
    ...range(240).map(house),
    paths(minor, '#bbb', 7),
    paths(minor, '#fff', 5),
    paths(major, '#a06b00', 9),
    paths(major, '#fcd6a4', 7),
    `<g font-family="DejaVu Sans" font-size="11" text-anchor="middle" fill="#333" stroke="#fff" stroke-width="3" paint-order="stroke">${names.join('')}</g>`,
  ];
  return document(
    '',
    `<svg width=1024 height=768 style="background:#f2efe9;display:block">${shapes.join('')}</svg>`,
  );
}

const LARGE = { width: 1024, height: 768 };

export const PAGES: readonly Page[] = [
  { name: 'text', ...LARGE, html: article(), antialiased: true },
  { name: 'text-hard', ...LARGE, html: article(), antialiased: false },
  { name: 'terminal', ...LARGE, html: terminal(), antialiased: true },
  { name: 'spreadsheet', ...LARGE, html: spreadsheet(), antialiased: true },
  { name: 'old-gui', width: 640, height: 480, html: oldGui(), antialiased: false },
  { name: 'map', ...LARGE, html: map(), antialiased: true },
];
