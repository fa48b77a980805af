/**
 * @file Numbers that the coder of latents and its kernels (`kernels`) share. AssemblyScript compiles
 * this file too, so it holds nothing but integers. Normative text: formats/loe.md, section 10.
 */

/** Rows of a plane that are coded together, in waves. */
export const BAND_ROWS = 32;

/** Cells left of a row that its latents see, zeros; right of a row are those of the next one. */
export const ROW_MARGIN = 4;
/** Rows above a band that its latents see. */
export const ROWS_ABOVE = 3;

/** Waves that the kernels code in a call: some 2000 latents, a fraction of a millisecond. */
export const WAVES = 64;

/** Rows that the neighbours lie in, at most. */
export const MAX_NEIGHBOUR_ROWS = ROWS_ABOVE + 1;

/** Inputs of the network and units of a hidden layer, at most. */
export const MAX_INPUTS = 32;
export const MAX_WIDTH = 64;

/** What the kernels keep of a latent: its inputs and both hidden layers, 16 bits each. */
export const FIRST_AT = 2 * MAX_INPUTS;
export const SECOND_AT = FIRST_AT + 2 * MAX_WIDTH;
/** The mixer's evidence takes the place of the hidden layers when these have been used. */
export const EVIDENCE_AT = FIRST_AT;
export const RECORD_BYTES = SECOND_AT + 2 * MAX_WIDTH;

/** The network's weights are of 2¹², its hidden units of 2⁸. */
export const WEIGHT_SHIFT = 12;
export const UNIT_SHIFT = 8;

/** The network sees latents within ± this. */
export const MAX_SEEN = 127;

/** Means and logits are of 256. */
export const MEAN_ONE = 256;

/** Scales b are e^(index/16 − 5), indices 0 … MAX_SCALE. */
export const SCALE_STEPS = 16;
export const MAX_SCALE = 160;

/** Distances of a mean from the nearest integer are of 64: 0 … 32. */
export const FRACTION_STEPS = 64;
export const FRACTIONS = 33;

/** Logits are clipped to ± this, those of the probabilities 65535/65536 and 1/65536. */
export const MAX_LOGIT = 2839;

/** Kinds of decisions: whether a residual is 0, its sign, and whether its magnitude is more than 1, than 2, than 3 or more. */
export const KINDS = 5;
/** Levels with statistics of their own; the last one's are those of all coarser levels too. */
export const LEVEL_CLASSES = 4;

/** Weights of the mixer are of 2²⁸. */
export const MIXER_ONE = 268435456;

/** Contexts of the five corrections, one kind after the other in a set. */
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

/** The information in a correction, in eighths: what its prior of 0 is worth, and the most that coding adds. */
export const PRIOR_EIGHTHS = 16;
export const MEMORY_EIGHTHS = 64;

/** Magnitudes from here on are escapes. */
export const ESCAPE = 15;
/** Bits below the leading one of an escape, at most. */
export const ESCAPE_BITS = 14;
/** Classes of scales for escapes: eight indices each. */
export const ESCAPE_CLASSES = 21;

/** Decisions on a latent, at most. */
export const MAX_DECISIONS = 1 + ESCAPE + 2 * ESCAPE_BITS;

/** What a decoder's kernels end with, where it is not 0: the bytes end too early, or stand for a latent beyond the bounds. */
export const OVERRUN = 1;
export const OUT_OF_RANGE = 2;
