/** @file Arrays as large as a file or a caller asks for. */

import { LoecError } from './errors.ts';

/** @param make makes an array and nothing else @throws LoecError E_LIMIT where the machine has not the memory, or arrays are not that long */
export function allocate<Values>(make: () => Values): Values {
  try {
    return make();
  } catch (cause) {
    throw new LoecError(
      'E_LIMIT',
      'this needs more memory than can be had here: use a smaller picture, or ask for a smaller output or a part of it',
      {
        cause,
      },
    );
  }
}
