/** @file Addresses that attributes of elements hold. */

/** As the page has it, resolved, or as it stands there if that can't be; empty for none. */
export function addressIn(element: Element, attribute: string): string {
  const { baseURI } = element;
  const address = element.getAttribute(attribute) ?? '';
  return address && URL.canParse(address, baseURI) ? new URL(address, baseURI).href : address;
}
