/**
 * @file Numbers that the coder of latents and its kernels (`src/engine/wasm/assembly/latents`) share. AssemblyScript compiles
 * this file too, so it holds nothing but plain integers. Normative text: formats/loe.md, section 8.
 */

/** Rows of a grid that are coded together, in waves. */
export const BAND_ROWS = 32;

/** Cells left of a row that its latents see, zeros; the right of a row sees those of the next. */
export const ROW_MARGIN = 4;
/** Rows above a band that its latents see. */
export const ROWS_ABOVE = 3;

/** Coarser grids that a latent sees, at most. */
export const COARSER_LEVELS = 3;

/** Means, and logits, are of 256. */
export const MEAN_ONE = 256;

/** Weights of the network are of 4096, its hidden units of 256. */
export const WEIGHT_SHIFT = 12;
export const UNIT_SHIFT = 8;

/** The network sees latents within ± this, of which a 16-bit product of 256ths has room. */
export const MAX_SEEN = 127;

/** Scales b are e^(index/16 − 5), indices 0 … MAX_SCALE. */
export const SCALE_STEPS = 16;
export const MAX_SCALE = 160;

/** Distances of the mean from its integer that the table of zeros has, of 64: 0 … 32. */
export const FRACTION_STEPS = 64;
export const FRACTIONS = 33;

/** Logits are clipped to ± this: beyond it a probability of 65536 is 0 or 65536. */
export const MAX_LOGIT = 2839;

/** Inputs of the network, at most, and units of a hidden layer. */
export const MAX_INPUTS = 32;
export const MAX_WIDTH = 64;

/** What the kernels keep of a latent: its inputs and both hidden layers, 16 bits each. */
export const FIRST_AT = 2 * MAX_INPUTS;
export const SECOND_AT = FIRST_AT + 2 * MAX_WIDTH;
export const RECORD_BYTES = SECOND_AT + 2 * MAX_WIDTH;

/** Kinds of decisions: zero or not, the sign, and "is the magnitude more than" 1, 2, 3 and so on. */
export const KINDS = 5;
/** Grids that have statistics of their own, the finest ones; the coarsest of these stands for all coarser ones. */
export const GRID_CLASSES = 4;

/** Contexts of the five corrections, and where each one's begin in a set. */
export const EXPECTATIONS = 15 * 8;
export const PATTERNS = 3 * 3 * 3 * 3;
export const ACTIVITIES = 24 * 24;
export const PLACES = 16 * 16;
export const TRIPLES = 5 * 5 * 5;
export const PATTERNS_AT = EXPECTATIONS;
export const ACTIVITIES_AT = PATTERNS_AT + PATTERNS;
export const PLACES_AT = ACTIVITIES_AT + ACTIVITIES;
export const TRIPLES_AT = PLACES_AT + PLACES;
export const CORRECTIONS = TRIPLES_AT + TRIPLES;

/** A correction is trusted like this many halves of a coin's throw before the first, and follows the last so many throws. */
export const PRIOR_EIGHTHS = 16;
export const MEMORY_EIGHTHS = 128;

/** Weights of the mixer are of 2²⁸. */
export const WEIGHT_ONE = 268435456;

/** Magnitudes from here on are escapes. */
export const ESCAPE = 15;
/** Bits below the leading one of an escape, at most. */
export const ESCAPE_BITS = 12;
/** Classes of scales for escapes: eight indices each. */
export const ESCAPE_CLASSES = 21;

/** Decisions that one latent takes, at most. */
export const MAX_DECISIONS = 48;
