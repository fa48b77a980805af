/**
 * @file The distortion of a band and its gradient. Rows go through *stages*: the layers' outputs, each filter's outputs,
 * then the gradient at each of these, and last the layers backwards. A filter needs the rows above and below, so each
 * stage follows one row behind the one before, and only the last few rows of a stage are kept. Rows beyond the band are
 * evaluated as far as its own rows depend on them; errors and sums count the band's own.
 *
 * Without a fused distortion the bands are walked through twice: once for the outputs of the whole picture, and again from the gradient at them.
 *
 * The layers are evaluated twice: that costs less than keeping a row's activations until its gradient is known.
 */

import { align } from '../../../../wasm/kernels/vector';
import { measurePlane } from '../../../../distortion/kernels/squared-error';
import { filterAdjoint, filterRow, filterSums, foldEdges, MARGIN, replicateEdges } from './filters';
import { combinePair, firstOfPair, scatterPair, StretchedPlane } from './interpolate';
import { backwardLayers, blockPixels, forwardLayers, Layers, planesOf, pointTo } from '../../../../field/kernels/layers';
import { addPlane } from '../../../../wasm/kernels/planar';
import { CHECKED, workIn } from '../../../../wasm/kernels/checks';
import { GRADIENT } from '../../pyramid/constants';
import { Band, PyramidProblem, Thread } from './problem';

/** A thread's work on a band. */
@unmanaged
export class BandField {
  problem: PyramidProblem;
  layers: Layers;
  firstRow: i32;
  lastRow: i32;
  sums: usize;
  /** Pixels of a row with fillers, a multiple of 8. */
  columns: u32;
  /** Between the channels of a row, and the rows of a stage. */
  stride: usize;
  rowBytes: usize;
  /** Rows that a stage keeps, and the bytes of a stage. */
  kept: u32;
  stageBytes: usize;
  /** Stage by stage, (row mod kept) by row: outputs of layers and filters, then the gradients at them. */
  outputs: usize;
  deltas: usize;
  /** A row of zeros, and one for what lies above or below the picture. */
  zeros: usize;
  beyond: usize;
  /** Addresses of a filter's taps. */
  tapPointers: usize;
  /** Addresses of the layers' inputs. */
  inputPointers: usize;
  /** Kept like a stage, the layers' inputs but the planes that are read directly, and the gradient at all inputs of two rows. */
  inputs: usize;
  inputDeltas: usize;
  /** StretchedPlane records; those of planes that are read directly are not used. */
  stretchedPlanes: usize;
  /** What is laid out lies from `start` to `end` − 1. */
  start: usize;
  end: usize;

  /** Lays everything out from `area` on, a multiple of 64. @returns the first byte after it */
  layOut(problem: PyramidProblem, thread: Thread, area: usize): usize {
    const stages = problem.filters + 1;
    this.problem = problem;
    this.start = area;
    this.columns = (problem.width + 7) & ~7;
    this.stride = 4 * this.columns + 8 * MARGIN;
    this.rowBytes = this.stride * planesOf(problem.channels);
    this.kept = 2 * stages;
    this.stageBytes = this.rowBytes * this.kept;
    this.layers = changetype<Layers>(thread.layers);
    const end = this.layers.layOut(problem.affines, problem.depth, area);
    this.outputs = align(end) + 4 * MARGIN;
    this.deltas = this.outputs + this.stageBytes * stages;
    this.zeros = this.deltas + this.stageBytes * stages;
    this.beyond = this.zeros + this.rowBytes;
    this.tapPointers = this.beyond + this.rowBytes - 4 * MARGIN;
    this.inputPointers = this.tapPointers + align(4 * 9 * problem.channels);
    this.inputs = this.inputPointers + align(4 * problem.planes);
    this.inputDeltas = this.inputs + 4 * this.columns * problem.planes * this.kept;
    this.stretchedPlanes = thread.stretchedPlanes;
    this.end = this.layOutPlanes(align(this.inputDeltas + 8 * this.columns * planesOf(problem.planes)));
    return this.end;
  }

  private layOutPlanes(area: usize): usize {
    const problem = this.problem;
    const around: i32 = 2 * problem.filters, height: i32 = problem.height;
    for (let plane: u32 = 0; plane < problem.planes; plane++) {
      if (problem.plane(plane).isDirect) continue;
      const stretched = this.stretchedPlane(plane);
      area = stretched.layOut(problem.plane(plane), this.columns, area);
      let most: u32 = 0, mostOwn: u32 = 0;
      for (let index: u32 = 0; index < problem.bands; index++) {
        const first: i32 = problem.band(index).firstRow, last: i32 = problem.band(index).lastRow;
        most = max(most, stretched.rowsSeen(max(0, first - around), min(height, last + around)));
        mostOwn = max(mostOwn, stretched.rowsSeen(first, last));
      }
      area = stretched.layOutRows(most, mostOwn, area);
    }
    return area;
  }

  /** Makes ready for a band. */
  open(band: Band): void {
    this.firstRow = band.firstRow;
    this.lastRow = band.lastRow;
    this.sums = band.sums;
    if (CHECKED) workIn(this.start, this.end);
    // Gradients beside the picture are zero.
    memory.fill(this.deltas - 4 * MARGIN, 0, this.stageBytes * (this.problem.filters + 1) + 2 * this.rowBytes);
  }

  @inline outputsAt(stage: u32, row: i32): usize {
    if (CHECKED) assert(stage <= this.problem.filters && row >= 0, 'no such row of a stage');
    return this.outputs + this.stageBytes * stage + this.rowBytes * (<u32>row % this.kept);
  }
  @inline deltasAt(stage: u32, row: i32): usize {
    if (CHECKED) assert(stage <= this.problem.filters && row >= 0, 'no such row of a stage');
    return this.deltas + this.stageBytes * stage + this.rowBytes * (<u32>row % this.kept);
  }
  @inline inputsAt(plane: u32, row: i32): usize {
    return this.inputs + 4 * this.columns * (this.problem.planes * (<u32>row % this.kept) + plane);
  }
  @inline inputDeltasAt(plane: u32, row: i32): usize {
    return this.inputDeltas + 4 * this.columns * (<u32>planesOf(this.problem.planes) * (row & 1) + plane);
  }
  @inline stretchedPlane(plane: u32): StretchedPlane {
    return changetype<StretchedPlane>(this.stretchedPlanes + offsetof<StretchedPlane>() * plane);
  }
  /** Whether a row is the picture's, and the band's or up to `around` rows off. */
  has(row: i32, around: i32): bool {
    return row >= max(0, this.firstRow - around) && row < min(<i32>this.problem.height, this.lastRow + around);
  }
}

/**
 * Writes the band's squared error, or its rows of the outputs where the problem has them; with GRADIENT adds its gradient to the band's sums and
 * `BandPlane.gradient`.
 */
export function fieldBand(field: BandField, index: u32): void {
  const problem = field.problem;
  const band = problem.band(index);
  field.open(band);
  const filters = <i32>problem.filters;
  const backward = (problem.parts & GRADIENT) != 0;
  const around = backward ? 2 * filters : filters;
  // Where the gradient at the last filter's outputs is given, they are not needed, and of all others only what the band's own sums see.
  const isGiven = problem.outputs && backward;
  const applied = isGiven ? filters - 1 : filters, evaluated = isGiven ? filters : around;
  stretchPlanes(field, evaluated, backward);
  const start = max(0, field.firstRow - evaluated);
  let squaredError: f64 = 0;
  for (let row = max(0, field.firstRow - around); row < field.lastRow + around; row++) {
    if (field.has(row, evaluated)) {
      interpolate(field, row, row == start);
      evaluateRow(field, row);
    }
    for (let filter = 0; filter < applied; filter++) {
      if (field.has(row - filter - 1, evaluated - filter - 1)) applyFilter(field, filter, row - filter - 1);
    }
    if (field.has(row - filters, around - filters)) {
      if (!problem.outputs) squaredError += measureRow(field, row - filters);
      else if (backward) readDeltas(field, row - filters);
      else if (field.has(row - filters, 0)) writeOutputs(field, row - filters);
    }
    if (!backward) continue;
    for (let filter = filters - 1; filter >= 0; filter--) {
      if (field.has(row - 2 * filters + filter, filter)) differentiateFilter(field, filter, row - 2 * filters + filter);
    }
    if (field.has(row - 2 * filters, 0)) {
      differentiateRow(field, row - 2 * filters);
      scatter(field, index, row - 2 * filters);
    }
  }
  if (backward) gatherPlanes(field, index);
  store<f64>(band.squaredError, squaredError);
}

function stretchPlanes(field: BandField, around: i32, backward: bool): void {
  const problem = field.problem;
  const firstRow = max(0, field.firstRow - around);
  const lastRow = min(<i32>problem.height, field.lastRow + around);
  for (let index: u32 = 0; index < problem.planes; index++) {
    const plane = problem.plane(index);
    if (plane.isDirect) continue;
    const stretched = field.stretchedPlane(index);
    stretched.open();
    stretched.stretchRows(plane, firstRow, lastRow);
    if (backward) stretched.clearGradient(field.firstRow, field.lastRow);
  }
}

function gatherPlanes(field: BandField, band: u32): void {
  const problem = field.problem;
  for (let index: u32 = 0; index < problem.planes; index++) {
    const plane = problem.plane(index);
    if (plane.isDirect) continue;
    field.stretchedPlane(index).gatherRows(plane, problem.bandPlane(band, index), field.lastRow);
  }
}

/** The layers at a row. */
function evaluateRow(field: BandField, y: i32): void {
  const out = field.outputsAt(0, y);
  for (let x: u32 = 0; x < field.columns; ) {
    const tuples = tuplesAt(field, y, x);
    const pixels = blockPixels(tuples, field.columns - x);
    forwardLayers(field.layers, inputsAt(field, y, x), tuples, pixels, out + 4 * x, field.stride);
    x += pixels;
  }
  replicateEdges(out, field.stride, field.problem.channels, field.problem.width, field.columns);
}

/** From the gradient at the layers' outputs to that of weights and inputs. */
function differentiateRow(field: BandField, y: i32): void {
  const deltas = field.deltasAt(0, y);
  const inputDeltas = field.inputDeltasAt(0, y);
  for (let x: u32 = 0; x < field.columns; ) {
    const tuples = tuplesAt(field, y, x);
    const pixels = blockPixels(tuples, field.columns - x);
    backwardLayers(
      field.layers, inputsAt(field, y, x), tuples, pixels, deltas + 4 * x, field.stride, field.sums,
      inputDeltas + 4 * x, 4 * field.columns,
    );
    x += pixels;
  }
}

/** The planes at row y, and at the other row of a pair where it is to come. */
function interpolate(field: BandField, y: i32, isFirst: bool): void {
  const problem = field.problem;
  for (let index: u32 = 0; index < problem.planes; index++) {
    const plane = problem.plane(index);
    const pair = firstOfPair(y, plane.level);
    if (plane.isDirect || (y > pair && !isFirst)) continue;
    combinePair(field.stretchedPlane(index), pair, field.inputsAt(index, pair), field.inputsAt(index, pair + 1));
  }
}

/** Adds the gradient at row y of the inputs to that of the latents, for pairs when both rows have one. */
function scatter(field: BandField, band: u32, y: i32): void {
  const problem = field.problem;
  for (let index: u32 = 0; index < problem.planes; index++) {
    const plane = problem.plane(index), part = problem.bandPlane(band, index);
    if (plane.isDirect) {
      const gradient = part.gradient + plane.stride * <usize>(y - part.low);
      addPlane(gradient, field.inputDeltasAt(index, y), field.columns);
      continue;
    }
    const pair = firstOfPair(y, plane.level);
    const last = plane.level ? pair + 1 : pair;
    if (y < last && y + 1 < field.lastRow) continue;
    const deltas = pair >= field.firstRow ? field.inputDeltasAt(index, pair) : 0;
    const next = y > pair ? field.inputDeltasAt(index, y) : 0;
    scatterPair(field.stretchedPlane(index), pair, deltas, next);
  }
}

/** Addresses of the layers' inputs in a block of row y. */
function inputsAt(field: BandField, y: i32, x: u32): usize {
  const problem = field.problem;
  pointTo(field.inputPointers, field.inputsAt(0, y) + 4 * x, problem.planes, 4 * field.columns);
  for (let index: u32 = 0; index < problem.planes; index++) {
    const plane = problem.plane(index);
    if (!plane.isDirect) continue;
    store<u32>(field.inputPointers + 4 * index, <u32>(plane.values + plane.stride * <usize>y + 4 * x));
  }
  return field.inputPointers;
}

/** The experts from a pixel on, or 0 where no layer has several. */
function tuplesAt(field: BandField, y: i32, x: u32): usize {
  if (!field.problem.tuples) return 0;
  return field.problem.tuples + field.problem.tuplePitch * <usize>y + 4 * x;
}

/** Row y of a filter's outputs. */
function applyFilter(field: BandField, index: u32, y: i32): void {
  const problem = field.problem;
  const out = field.outputsAt(index + 1, y);
  filterRow(
    problem.filter(index), field.outputsAt(index, max(0, y - 1)), field.outputsAt(index, y),
    field.outputsAt(index, min(<i32>problem.height - 1, y + 1)), field.stride, field.columns, field.tapPointers, out,
  );
  replicateEdges(out, field.stride, problem.channels, problem.width, field.columns);
}

/** Row y of the gradient at a filter's inputs, and the filter's sums if the row is the band's own. */
function differentiateFilter(field: BandField, index: u32, y: i32): void {
  const problem = field.problem;
  const channels = problem.channels;
  const last = <i32>problem.height - 1;
  const row = field.deltasAt(index + 1, y);
  const out = field.deltasAt(index, y);
  if (field.has(y, 0)) {
    filterSums(
      problem.filter(index), field.outputsAt(index, max(0, y - 1)), field.outputsAt(index, y),
      field.outputsAt(index, min(last, y + 1)), row, field.stride, field.columns, field.tapPointers,
      field.sums + problem.filter(index).sumsAt,
    );
  }
  mirrorFilter(field, index, y, out);
  // Rows beyond the picture are copies of its edges: what they got is the edges'.
  if (y == 0) addMirrored(field, index, -1, out);
  if (y == last) addMirrored(field, index, last + 1, out);
  foldEdges(out, field.stride, channels, problem.width, field.columns);
  for (let channel: u32 = 0; channel < channels; channel++) {
    addPlane(out + field.stride * channel, row + field.stride * channel, field.columns);
  }
}

function addMirrored(field: BandField, index: u32, y: i32, out: usize): void {
  mirrorFilter(field, index, y, field.beyond);
  // Margins included, which `foldEdges` is to see.
  addPlane(out - 4 * MARGIN, field.beyond - 4 * MARGIN, <u32>(field.rowBytes / 4));
}

/** What a row gets through a filter, but not past it. */
function mirrorFilter(field: BandField, index: u32, y: i32, out: usize): void {
  filterAdjoint(
    field.problem.filter(index), deltasOrZeros(field, index + 1, y - 1), deltasOrZeros(field, index + 1, y),
    deltasOrZeros(field, index + 1, y + 1), field.stride, field.columns, field.tapPointers, out,
  );
}

function deltasOrZeros(field: BandField, stage: u32, y: i32): usize {
  return y >= 0 && y < <i32>field.problem.height ? field.deltasAt(stage, y) : field.zeros;
}

/** Errors of a row of the last stage as the gradient at it. @returns their squares' sum if the row is the band's own, else 0 */
function measureRow(field: BandField, y: i32): f64 {
  const problem = field.problem;
  let output = field.outputsAt(problem.filters, y);
  let deltas = field.deltasAt(problem.filters, y);
  let samples = problem.samples + problem.samplePitch * <usize>y;
  let squares: f64 = 0;
  for (let channel: u32 = 0; channel < problem.channels; channel++) {
    // Beside the picture, samples are 0, which is the value −1: no errors there.
    for (let x = problem.width; x < field.columns; x++) store<f32>(output + 4 * x, -1);
    squares += measurePlane(
      output, samples, problem.sampleBytes, problem.sampleScale, problem.errorScale, deltas, field.columns,
    );
    output += field.stride;
    deltas += field.stride;
    samples += problem.samplePitch * problem.height;
  }
  return field.has(y, 0) ? squares : 0;
}

/** Row y of the last stage in the outputs of the picture. */
function writeOutputs(field: BandField, y: i32): void {
  const problem = field.problem;
  for (let channel: u32 = 0; channel < problem.channels; channel++) {
    const output = field.outputsAt(problem.filters, y) + field.stride * channel;
    memory.copy(problem.outputRow(channel, y), output, 4 * problem.width);
  }
}

/** The gradient at row y of the last stage from the problem's outputs; beside the picture it stays 0. */
function readDeltas(field: BandField, y: i32): void {
  const problem = field.problem;
  for (let channel: u32 = 0; channel < problem.channels; channel++) {
    const deltas = field.deltasAt(problem.filters, y) + field.stride * channel;
    memory.copy(deltas, problem.outputRow(channel, y), 4 * problem.width);
  }
}
