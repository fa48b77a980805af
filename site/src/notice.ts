/** @file A line at the foot of the window that is also read aloud. */

const line = document.createElement('p');
line.className = 'notice';
line.setAttribute('role', 'status');
document.body.append(line);

/** Milliseconds. */
const SHOWN_FOR = 6000;

let clearing: ReturnType<typeof setTimeout> | undefined;

/** Says something for a while. */
export function notify(...content: (Node | string)[]): void {
  clearTimeout(clearing);
  line.replaceChildren(...content);
  clearing = setTimeout(() => line.replaceChildren(), SHOWN_FOR);
}
