/** @file How far a flat picture's pixels have a part in what is drawn around them. */

/** Pixels around a position along an axis. */
export const TAPS = 4;

/** Pixels from one to the farthest whose class it has an indicator of. */
export const REACH = 2;

/** Times that indicators are smoothed. */
export const ROUNDS = 4;

/** Pixels from what is asked for to the farthest one that has a part in it: of each round, and of what is around a corner. */
export const INFLUENCE = ROUNDS + REACH;

/** Classes that a pixel has indicators of, at most. */
export const NEAR_CLASSES = (2 * REACH + 1) ** 2;
