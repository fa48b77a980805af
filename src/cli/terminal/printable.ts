/** @file Text for terminals. Names and files of strangers may hold characters that a terminal obeys. */

/** Control characters, also those from U+0080 on, other ends of lines, and what turns the direction of writing. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** User and password of the address of a queue, which may be typed where something else is expected; not the pattern of the help. A password may hold another @. */
const SECRET = /(rediss?:\/\/)(?!\[user:password@\]).*@/gis;

/** The text on one line, with each character that is not to be seen as an escape: `\u001b`, and without the password of a queue. */
export function printable(text: string): string {
  return withoutSecret(text).replace(UNPRINTABLE, escaped);
}

/** The record as one line of JSON, which keeps its meaning and is as safe on a terminal. JSON has no Infinity: it becomes null. */
export function toJsonLine(record: object): string {
  const text = JSON.stringify(record, (_, value) =>
    typeof value === 'string' ? withoutSecret(value) : value,
  );
  return text.replace(UNPRINTABLE, escaped);
}

function withoutSecret(text: string): string {
  return text.replace(SECRET, '$1***@');
}

/** All of them are of the basic plane, which four digits hold. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
