/** @file What a raster of four classes is coded with. Normative text: formats/loe.md, section 7. */

/** Context k takes the first ORDERS[k] neighbours. */
export const ORDERS = [2, 4, 6, 8, 10, 16];

/** Contexts of more neighbours than 4^HASH_BITS/2 can index share slots. */
export const HASH_BITS = 20;

/** A label is two bits, the high one first: three binary decisions, of which two are made. */
export const NODES = 3;

export const MODEL = {
  tables: ORDERS.map((order) => NODES * 2 ** Math.min(HASH_BITS, 2 * order)),
  sets: NODES * 256,
  rate: 6,
};

/** Bytes of the model: a probability and a count per context, and its weights. */
export const LABEL_MODEL_MEMORY =
  3 * MODEL.tables.reduce((sum, length) => sum + length, 0) + 4 * MODEL.sets * MODEL.tables.length;
