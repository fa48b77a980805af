/** @file `<rate-chart>`: the size of the file and the quality as a fit goes on, one curve above the other. */

const SVG = 'http://www.w3.org/2000/svg';

/** In units of the drawing. */
const WIDTH = 400;
const HEIGHT = 100;
const LEFT = 4;
const RIGHT = 92;
const TOP = 22;

interface Point {
  /** Share of the fit that is done. */
  readonly done: number;
  readonly value: number;
}

export class RateChart extends HTMLElement {
  readonly #curves = new Map<string, Point[]>();

  /** Begins anew. */
  clear(): void {
    this.#curves.clear();
    this.replaceChildren();
  }

  /** @param name what is drawn: a curve of its own. @param text the value for people */
  add(name: string, point: Point, text: string): void {
    const points = this.#curves.get(name) ?? [];
    this.#curves.set(name, [...points, point]);
    const id = `curve-${[...this.#curves.keys()].indexOf(name)}`;
    const drawing = drawCurve(name, [...points, point], text);
    drawing.id = id;
    const old = this.querySelector(`#${id}`);
    if (old) old.replaceWith(drawing);
    else this.append(drawing);
  }
}

function drawCurve(name: string, points: readonly Point[], text: string): SVGElement {
  const values = points.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const y = (value: number): number =>
    most === least ? HEIGHT / 2 : HEIGHT - 6 - ((value - least) / (most - least)) * (HEIGHT - TOP - 12);
  const x = (done: number): number => LEFT + done * (WIDTH - LEFT - RIGHT);
  const last = points.at(-1) as Point;
  const path = points.map(
    ({ done, value }, i) => `${i === 0 ? 'M' : 'L'}${x(done).toFixed(1)} ${y(value).toFixed(1)}`,
  );
  const drawing = element('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: 'img',
    'aria-label': `${name}: ${text}`,
  });
  drawing.append(
    element('text', { x: LEFT, y: 13 }, name),
    element('path', { class: 'axis', d: `M${LEFT} ${HEIGHT - 1}H${WIDTH - RIGHT}` }),
    element('path', { class: 'curve', d: path.join('') }),
    element('circle', { class: 'last', cx: x(last.done), cy: y(last.value), r: 4 }),
    element('text', { class: 'value', x: x(last.done) + 10, y: y(last.value) + 5 }, text),
  );
  return drawing;
}

function element(name: string, attributes: Readonly<Record<string, string | number>>, text = ''): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = text;
  return made;
}

customElements.define('rate-chart', RateChart);
