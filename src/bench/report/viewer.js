/** @file What the report does in a browser: pictures against each other, and tips at points and dashes. Its page holds it as a script. */

/**
 * @typedef {{ bpp: number, caption: string, source: string }} View
 * @typedef {{ original: View, codecs: View[][] }} Picture views of each codec, none where it has no point on the picture
 */

/** How near a pointer must be to a point, in pixels. */
const REACH = 24;

/**
 * @template {Element} Type
 * @param {ParentNode} parent
 * @param {string} selector
 * @returns {Type}
 */
function find(parent, selector) {
  return /** @type {Type} */ (parent.querySelector(selector));
}

/** @param {Picture} picture @param {string} codec @param {number} bpp @returns {View} the nearest point of the codec */
function viewOf({ original, codecs }, codec, bpp) {
  const distance = (/** @type {View} */ { bpp: other }) => Math.abs(Math.log(other / bpp));
  const [nearest] = codecs[Number(codec)]?.toSorted((a, b) => distance(a) - distance(b)) ?? [original];
  return nearest ?? { ...original, caption: 'not measured; this is the original' };
}

/** @param {HTMLElement} figure @param {'left' | 'right'} side @param {View} shown */
function showSide(figure, side, { caption, source }) {
  /** @type {HTMLImageElement} */
  const image = find(figure, `img.${side}`);
  image.src = source;
  image.alt = caption;
  find(figure, `p.${side}`).textContent = `${side}: ${caption}`;
}

/** @param {HTMLElement} viewer */
function startViewer(viewer) {
  /** @type {Picture[]} */
  const pictures = JSON.parse(find(viewer, 'script').textContent ?? '');
  /** @type {NodeListOf<HTMLElement>} */
  const figures = viewer.querySelectorAll('.comparison');
  /** @type {HTMLFormElement} */
  const form = find(viewer, 'form');
  /** @type {HTMLSelectElement} */
  const left = find(form, '[name=left]');
  /** @type {HTMLSelectElement} */
  const right = find(form, '[name=right]');
  /** @type {HTMLInputElement} */
  const rate = find(form, '[name=rate]');
  const view = /** @type {RadioNodeList} */ (form.elements.namedItem('view'));

  const show = () => {
    const wanted = 2 ** Number(rate.value);
    find(form, 'output').textContent = `${wanted.toPrecision(2)} bits per pixel`;
    for (const [i, picture] of pictures.entries()) {
      const figure = /** @type {HTMLElement} */ (figures[i]);
      const first = viewOf(picture, left.value, wanted);
      // Two codecs are compared at sizes as equal as their points allow.
      const second = viewOf(picture, right.value, first.bpp || wanted);
      showSide(figure, 'left', first);
      showSide(figure, 'right', second);
    }
    tell();
  };

  const tell = () => {
    const { factor, shown } = viewer.dataset;
    const [first, second] = [left, right].map(({ selectedOptions }) => selectedOptions[0]?.textContent);
    viewer.dataset.view = view.value;
    find(form, '[role=status]').textContent =
      {
        border: `Left of the border ${first}, right of it ${second}.`,
        flip: `Shown: ${shown === 'left' ? first : second}, the ${shown} one.`,
        difference: `The difference of ${first} and ${second}, ${factor} times as bright: black where they are equal.`,
      }[view.value] ?? '';
  };

  const flip = () => {
    if (view.value === 'flip') viewer.dataset.shown = viewer.dataset.shown === 'left' ? 'right' : 'left';
    view.value = 'flip';
    tell();
  };

  form.addEventListener('input', show);
  form.addEventListener('submit', (event) => event.preventDefault());
  find(form, 'button').addEventListener('click', flip);
  // Keys work where the viewer has the focus, which a click gives it.
  viewer.addEventListener('keydown', (event) => {
    const isTyped =
      event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLSelectElement;
    if (isTyped) return;
    if (event.key === 'f') flip();
    if (event.key !== 'd') return;
    view.value = view.value === 'difference' ? 'border' : 'difference';
    tell();
  });

  for (const figure of figures) {
    /** @type {HTMLElement} */
    const frame = find(figure, '.frame');
    /** @type {HTMLInputElement} */
    const slider = find(figure, 'input');
    const cut = () => frame.style.setProperty('--border', `${slider.value}%`);
    slider.addEventListener('input', cut);
    cut();
    /** @param {PointerEvent} event */
    const follow = ({ buttons, clientX }) => {
      if (view.value !== 'border' || buttons === 0) return;
      const { left: start, width } = frame.getBoundingClientRect();
      slider.value = String((100 * (clientX - start)) / width);
      cut();
    };
    frame.addEventListener('pointerdown', follow);
    frame.addEventListener('pointermove', follow);
    frame.addEventListener('click', () => {
      if (view.value === 'flip') flip();
    });
    // Each pixel of the picture takes a whole number of the screen's.
    new ResizeObserver(() => {
      const width = Number(find(frame, 'img').getAttribute('width'));
      const times = Math.max(1, Math.floor((figure.clientWidth * devicePixelRatio) / width));
      figure.style.setProperty('--shown-width', `${(times * width) / devicePixelRatio}px`);
    }).observe(figure);
  }
  show();
}

const tip = document.createElement('div');
tip.className = 'tip';
tip.hidden = true;
// What it says is said by the element itself.
tip.ariaHidden = 'true';
document.body.append(tip);
/** @type {Element} */
let explained = document.body;

/** @param {Element} element */
function showTip(element) {
  explained = element;
  tip.textContent = hintOf(element) ?? '';
  tip.hidden = false;
  placeTip();
}

function placeTip() {
  if (tip.hidden) return;
  const at = explained.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = tip;
  const left = Math.min(at.left + at.width / 2 - width / 2, document.documentElement.clientWidth - width - 8);
  const above = at.top - height - 8;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${above < 8 ? at.bottom + 8 : above}px`;
}

function hideTip() {
  tip.hidden = true;
}

/** @param {EventTarget | null} target @returns {string | undefined} what is told of a point or a dash */
function hintOf(target) {
  if (target instanceof SVGCircleElement) return target.getAttribute('aria-label') ?? undefined;
  return target instanceof HTMLElement ? target.dataset.hint : undefined;
}

/** A plot is one stop of the Tab key; arrow keys go from point to point. @param {SVGElement} plot */
function startPlot(plot) {
  const points = [...plot.querySelectorAll('circle')];
  const stopAt = (/** @type {SVGElement | undefined} */ stop) => {
    for (const point of points) point.tabIndex = point === stop ? 0 : -1;
  };
  stopAt(points[0]);
  plot.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = points[points.indexOf(/** @type {SVGCircleElement} */ (event.target)) + step];
    if (!next) return;
    stopAt(next);
    next.focus();
  });
  /** @param {PointerEvent} event */
  const follow = ({ clientX, clientY }) => {
    const distance = (/** @type {Element} */ point) => {
      const { left, top, width, height } = point.getBoundingClientRect();
      return Math.hypot(left + width / 2 - clientX, top + height / 2 - clientY);
    };
    const [nearest] = points.toSorted((a, b) => distance(a) - distance(b));
    if (nearest && distance(nearest) < REACH) showTip(nearest);
    else hideTip();
  };
  plot.addEventListener('pointermove', follow);
  plot.addEventListener('pointerdown', follow);
  plot.addEventListener('pointerleave', ({ pointerType }) => {
    // A finger that is lifted leaves the tip to be read.
    if (pointerType !== 'touch') hideTip();
  });
}

for (const viewer of document.querySelectorAll('.viewer')) startViewer(/** @type {HTMLElement} */ (viewer));
for (const plot of document.querySelectorAll('svg')) startPlot(plot);
for (const element of document.querySelectorAll('[data-hint]')) {
  element.addEventListener('pointerenter', () => showTip(element));
  element.addEventListener('pointerleave', hideTip);
}
// A plot that listened itself would be a stop of the Tab key in Chromium.
addEventListener('focusin', ({ target }) => {
  if (hintOf(target)) showTip(/** @type {Element} */ (target));
});
addEventListener('focusout', hideTip);
addEventListener('scroll', placeTip, { capture: true, passive: true });
addEventListener('pointerdown', hideTip, { capture: true });
addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') hideTip();
});
