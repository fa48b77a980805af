/** @file Names of options in messages of the API, which has no command line. */

/** Where a message names an option: `segmentLayer belongs to`, `for crop, received`. */
const OPTION_NAME = /^[a-z]\w*(?= belongs )|(?<= for )[a-z]\w*(?=, received )/g;

/** The message with names as the command line has them: `segmentLayer` is `--segment-layer`. */
export function withDashes(message: string): string {
  return message.replace(
    OPTION_NAME,
    (name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  );
}
