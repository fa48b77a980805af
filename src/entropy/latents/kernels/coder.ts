/**
 * @file The state of a coder of latents, as `src/entropy/latents/coder.ts` lays it out: addresses and strides are in bytes. The
 * host writes the fields of a plane and of a band before each of these, the others once.
 */

import { OVERRUN } from '../constants';

@unmanaged
export class Coder {
  /** Latents are within ± this. */
  maxLatent: i32;
  /** u16 probabilities of 65536 of the logits −MAX_LOGIT … MAX_LOGIT; this is where that of 0 is. */
  squash: usize;
  /** i16 logits of "not zero": [MAX_SCALE + 1][FRACTIONS]. */
  nonzero: usize;
  /** i16 logits of "more": [MAX_SCALE + 1]. */
  more: usize;
  /** i32, 1/b of 256: [MAX_SCALE + 1]. */
  sharpness: usize;
  /** u16 rates of corrections by their information in eighths. */
  rates: usize;

  /** Neighbours come first among the network's inputs. ContextRow [rowCount] */
  neighbourRows: usize;
  neighbourRowCount: u32;
  neighbours: u32;
  /** ContextCell [coarser + 1]: inputs from coarser planes, and then the parent. */
  cells: usize;
  coarser: u32;
  /** Vectors of eight inputs, the last one filled up with zeros. */
  inputVectors: u32;
  width: u32;
  /** [width / 8][8 biases, i32; [inputs / 2][8][2], i16] */
  first: usize;
  second: usize;
  /** i16 [2][width], then i16 [2][inputs in vectors], then the biases, i32 [2]. */
  last: usize;

  /** The latents of a wave: RECORD_BYTES each. */
  records: usize;
  /** i32 [BAND_ROWS]: means of 256, and indices of scales. */
  means: usize;
  scales: usize;
  /** i32 [BAND_ROWS]: running means of residual magnitudes in each row, of 64. */
  activity: usize;

  /** i32 [KINDS][LEVEL_CLASSES][vectors][even or odd][4], of 2²⁸: per vector of eight inputs of the mixer. */
  weights: usize;
  setBytes: usize;
  /** u32 [KINDS][LEVEL_CLASSES]: decisions so far. */
  counts: usize;
  /** [KINDS][LEVEL_CLASSES][CORRECTIONS] of a correction of 65536 and its information of 65536, both i32. */
  corrections: usize;
  /** u16 [ESCAPE_CLASSES][ESCAPE_BITS]: probabilities of 65536. */
  escapes: usize;

  levelClass: u32;
  planeWidth: u32;
  stride: usize;
  /** Waves are latents of equal x + slope·y. */
  slope: u32;
  /** Bits of a coordinate within a place. */
  placeShift: u32;
  /** The band's rows, their number and the first one. */
  rows: u32;
  firstRow: u32;
  /** The band's cell (0, 0). */
  band: usize;

  /** u32 [decisions]: bit · 65536 + probability of a 1, for the encoder; `decisions` is 0 in a decoder. */
  decisions: usize;
  /** Where the next one goes. */
  recorded: usize;
  range: u32;
  code: u32;
  /** The next coded byte, and the first one that must not be read. */
  next: usize;
  end: usize;
  /** 0 while all is well, then OVERRUN or OUT_OF_RANGE. */
  status: u32;

  @inline cell(index: u32): ContextCell {
    return changetype<ContextCell>(this.cells + offsetof<ContextCell>() * index);
  }
}

/** The neighbours of a latent in one row, next to each other: up to eight. */
@unmanaged
export class ContextRow {
  /** Bytes from the latent to the first of them. */
  offset: i32;
  /** Place of the first one among the inputs. */
  input: u32;
}

/** A cell of a coarser plane that the network sees of a latent; see `ContextInput` in `src/field/context.ts`. */
@unmanaged
export class ContextCell {
  levels: u32;
  /** 1 or 0 */
  towardsY: u32;
  towardsX: u32;
  /** What the latent (0, 0) sees, or would see were these rows of the plane in memory. */
  origin: usize;
  stride: usize;
}

const TOP: u32 = 1 << 24;

/**
 * Decodes a bit as `src/entropy/range-coder.ts` does, or leaves it to the host to encode.
 * @param one probability of a 1, of 65536
 */
export function codeBit(coder: Coder, bit: u32, one: u32): u32 {
  if (!coder.decisions) return decodeBit(coder, one);
  store<u32>(coder.recorded, (bit << 16) | one);
  coder.recorded += 4;
  return bit;
}

function decodeBit(coder: Coder, one: u32): u32 {
  let range = coder.range, code = coder.code;
  const bound = <u32>((<u64>range * one) >> 16);
  const bit: u32 = code < bound ? 1 : 0;
  // Without branches, which could not be predicted.
  range = select<u32>(bound, range - bound, bit);
  code = select<u32>(code, code - bound, bit);
  while (range < TOP) {
    code = (code << 8) | nextByte(coder);
    range <<= 8;
  }
  coder.range = range;
  coder.code = code;
  return bit;
}

function nextByte(coder: Coder): u32 {
  if (coder.next >= coder.end) {
    coder.status = OVERRUN;
    return 0;
  }
  return load<u8>(coder.next++);
}

/** Reads the first four bytes. */
export function startDecoding(coder: Coder): void {
  coder.range = u32.MAX_VALUE;
  coder.code = 0;
  for (let i = 0; i < 4; i++) coder.code = (coder.code << 8) | nextByte(coder);
}
