/** @file How elements tell that their picture is broken. */

/** An `error` event with the error, and a warning, as browsers have of images, unless a listener prevents it. */
export function tellError(element: HTMLElement, address: string, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const event = new ErrorEvent('error', { error, message, cancelable: true });
  if (!element.dispatchEvent(event)) return;
  console.warn(`loec: ${message.includes(address) ? '' : `${address}: `}${message}`);
}
