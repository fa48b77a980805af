/** @file Which queue a command is to use. */

import { LoecError } from '../../errors.ts';
import { ADDRESS_EXPECTED, type FarmAddress, parseAddress } from '../../farm/address.ts';
import type { Context } from '../context.ts';

/** The variable that holds an address: others on the machine see what commands are called with. */
const VARIABLE = 'LOEC_QUEUE';

/**
 * @param given on the command line; `env`, or nothing, stands for the variable
 * @param place where it is to be on the command line, for people
 * @throws LoecError E_USAGE where there is none, or one that can't be understood
 */
export function queueOf({ env }: Context, given: string | undefined, place = 'by --queue'): FarmAddress {
  const text = given === undefined || given === 'env' ? env[VARIABLE] : given;
  if (text) return parseAddress(text);
  const message = `expected the address of a queue, ${ADDRESS_EXPECTED}, ${place} or by the variable ${VARIABLE}`;
  throw new LoecError('E_USAGE', message);
}
