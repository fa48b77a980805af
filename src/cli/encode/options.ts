/** @file The options of `loec encode`. */

import { TUNES } from '../../distortion/tunes.ts';
import type { EncodeOptions } from '../../encode.ts';
import { ENGINE_NAMES } from '../../engine/names.ts';
import { PRESET_NAMES } from '../../field/presets.ts';
import { THRESHOLD_METHODS } from '../../field/thresholds.ts';
import { RANGES } from '../../fit/options.ts';
import { ICC_MODES } from '../../image/icc/reduce-chunks.ts';
import { byteCount, inRange, oneOf } from '../../parsers.ts';
import { inGroup, LIMIT_OPTIONS, type LimitArguments, type OptionTable } from '../arguments/options.ts';
import { BATCH_OPTIONS, BATCH_OUTPUT_OPTIONS, type BatchArguments } from '../batch/options.ts';
import { QUEUE_OPTIONS, type QueueArguments } from '../farm/options.ts';

/** What only programs give to the encoder. */
type OfPrograms = 'signal' | 'onProgress' | 'onNotice' | 'onCheckpoint' | 'checkpointInterval' | 'resume';

export type EncodeArguments = BatchArguments &
  LimitArguments &
  QueueArguments &
  Omit<EncodeOptions, OfPrograms> & {
    /** Whether a fit that was interrupted is taken up. */
    readonly resume: boolean;
    /** Whether pictures are turned as their EXIF says. */
    readonly orient: boolean;
    /** Whether a file is decoded before it takes its place. */
    readonly verify?: boolean | undefined;
    /** Whether a file that is not smaller than its input is left out. */
    readonly skipIfLarger?: boolean | undefined;
  };

/** What to aim at. */
export const TARGETS = inGroup('Target, at most one:', {
  quality: { alias: 'q', describe: 'how good', parser: inRange(RANGES.quality), byDefault: '50' },
  bpp: { describe: 'bits per pixel of the file', parser: inRange(RANGES.bpp) },
  size: { describe: 'size of the file', parser: byteCount },
  psnr: { describe: 'PSNR in dB of the decoded file', parser: inRange(RANGES.psnr) },
  ssimulacra2: {
    describe: 'SSIMULACRA2 of the decoded file: 90 looks lossless, 70 high, 50 medium',
    parser: inRange(RANGES.ssimulacra2),
  },
});

/** What goes to the API as it is. */
export const ENCODER_OPTIONS: OptionTable = {
  ...TARGETS,
  ...inGroup('Fit:', {
    tune: {
      describe: 'what to lower: error as the eye sees it, or the squared error',
      parser: oneOf(TUNES),
      byDefault: 'visual, with --psnr and float32 weights psnr',
    },
    effort: { describe: 'from a preview to patience', parser: inRange(RANGES.effort), byDefault: '5' },
    steps: { describe: 'training steps', parser: inRange(RANGES.steps), byDefault: "the effort's" },
    seed: { describe: 'of the random start', parser: inRange(RANGES.seed), byDefault: '1' },
    engine: { describe: 'what computes', parser: oneOf(['auto', ...ENGINE_NAMES]), byDefault: 'auto' },
    threads: {
      describe: 'threads on the CPU for each picture; the file does not depend on them',
      parser: inRange(RANGES.threads),
      byDefault: 'all cores, or the share of them that --jobs leaves',
    },
    'best-so-far': {
      describe: 'an interruption (Ctrl-C) ends the fit with a file of what there is',
      flag: 'off',
    },
  }),
  ...inGroup('Field:', {
    preset: {
      describe: 'the system; flat keeps graphics without loss',
      parser: oneOf(PRESET_NAMES),
      byDefault: 'pyramid, or flat where that is hardly larger',
    },
    width: {
      describe: 'coordinate presets: width of the hidden layers',
      parser: inRange(RANGES.width),
      byDefault: 'what the target affords',
    },
    depth: {
      describe: 'coordinate presets: linear layers',
      parser: inRange(RANGES.depth),
      byDefault: "the preset's",
    },
    'segment-layer': {
      describe: 'loe, seg-loe: the layer that the segmentation selects; 0 for none',
      parser: inRange(RANGES.segmentLayer),
      byDefault: 'the last',
    },
    thresholds: {
      describe: 'loe, seg-loe, pyramid-seg: how classes are cut',
      parser: oneOf(THRESHOLD_METHODS),
      byDefault: 'multi-otsu',
    },
    weights: {
      describe: 'coordinate presets: how weights are stored',
      parser: oneOf(['quantized', 'float32']),
      byDefault: 'quantized',
    },
  }),
  ...inGroup('Output:', {
    metadata: { describe: 'EXIF, XMP and text to keep', parser: oneOf(['none', 'all']), byDefault: 'none' },
    icc: {
      describe: 'the smallest colour profile that gives the same colours, or the very bytes',
      parser: oneOf(ICC_MODES),
      byDefault: 'smallest',
    },
  }),
};

/** All of them. */
export const ENCODE_OPTIONS: OptionTable = {
  ...ENCODER_OPTIONS,
  ...inGroup('Fit:', {
    resume: {
      describe: 'go on from the .part file of an interrupted fit; --no-resume begins anew',
      flag: 'on',
    },
  }),
  ...BATCH_OUTPUT_OPTIONS,
  ...inGroup('Output:', {
    orient: {
      describe: 'turn pictures upright as their EXIF says; --no-orient leaves them as stored',
      flag: 'on',
    },
    verify: { describe: 'read each file back and decode it before it takes its place', flag: 'off' },
    'skip-if-larger': { describe: 'keep no file that is not smaller than its input', flag: 'off' },
  }),
  ...BATCH_OPTIONS,
  ...QUEUE_OPTIONS,
  ...LIMIT_OPTIONS,
};
