/**
 * @file What evaluating a field costs, and how an evaluation is cut into pieces by it. Work is counted in multiply-adds; what is
 * something else counts as many as take its time (docs/experiments.md, "What reading a file counts as work").
 */

import type { Model } from '../field/model.ts';
import { type FieldSpec, tensorsOf } from '../field/spec.ts';
import type { Size } from '../image/raster.ts';
import { roundUp } from '../wasm/pages.ts';
import { type Geometry, latticesOf } from './geometry.ts';
import { COLUMN_QUANTUM } from './pyramid/axis.ts';
import { TILE_COLUMNS, TILE_ROWS } from './pyramid/evaluator.ts';
import { isLattice, LATTICE_TAPS, type LatticeAxis } from './pyramid/lattice.ts';

/** Of a position: its coordinates and experts before, what is interpolated, and its sample after the evaluation. */
const POSITION_WORK = 600;
/** Of a cell of a lattice, besides its features and layers. */
const CELL_WORK = 50;
/** Of laying a tile out: a tenth of a millisecond. */
const TILE_WORK = 2 ** 20;
/** Of a class on a label map, or an opacity in a mask. */
const CLASS_WORK = 1000;
/** Of an enhancement layer's plane, and of adding it to the outputs. */
const ENHANCEMENT_WORK = 200;
/** Of a sine, and of a latent plane's interpolation. */
const SINE_WORK = 8;
const PLANE_WORK = 10;

/** Work of a piece: some 10 ms. */
const PIECE_WORK = 2 ** 27;

/** Columns of a piece if it has several rows: kernels work in groups of columns, and tiles have edges. */
const PIECE_COLUMNS = 64;

/** Positions of a band: threads have a part each, and what writes rows need not wait for the last one. */
const BAND_POSITIONS = 2 ** 18;
/** Filters see rows around a band, and around each of its phases, which are few beside so many, unless they are so long that memory would grow. */
const BAND_ROWS = 128;
const MOST_POSITIONS = 2 ** 21;

/** What evaluating takes. */
export interface Work {
  /** Positions at which the layers are evaluated: those asked for, and those that filters see around them. */
  readonly positions: number;
  readonly multiplyAdds: number;
}

/** Of an evaluation at crossings of so many columns and rows, both of samples. */
export type CostOf = (columns: number, rows: number) => Work;

/** A field, whether or not its weights and latents have been read. */
export interface EvaluatedField {
  readonly spec: FieldSpec;
  readonly model: Model | null;
  readonly hasDerivedClasses: boolean;
  /** Whether a label map tells classes that select experts. */
  readonly hasLabels: boolean;
  /** Whether one tells a position's class of alpha, or its opacity. */
  readonly hasAlphaClasses: boolean;
  /** Planes of an enhancement layer. */
  readonly enhancementPlanes: number;
}

/** Rows of output pixels that are rendered together. */
export function rowsOfBand({ crop, samplesX, samplesY }: Geometry): number {
  const positions = crop.width * samplesX * samplesY;
  const rows = Math.max(BAND_POSITIONS / positions, Math.min(BAND_ROWS, MOST_POSITIONS / positions));
  return Math.min(crop.height, Math.max(1, Math.floor(rows)));
}

/** What is evaluated between two looks at the clock. */
export interface PieceSize {
  /** Of output pixels. */
  readonly columns: number;
  /** Of samples. */
  readonly sampleRows: number;
}

/** @param rows of the band that is cut into pieces, in output pixels */
export function pieceOf(cost: CostOf, { crop, samplesX, samplesY }: Geometry, rows: number): PieceSize {
  let columns = crop.width;
  let sampleRows = rows * samplesY;
  while (columns * sampleRows > 1 && cost(columns * samplesX, sampleRows).multiplyAdds > PIECE_WORK) {
    const isWide = columns * samplesX > Math.max(PIECE_COLUMNS, sampleRows);
    if (columns > 1 && (isWide || sampleRows === 1)) columns = Math.ceil(columns / 2);
    else sampleRows = Math.ceil(sampleRows / 2);
  }
  return { columns, sampleRows };
}

export function pyramidCost(field: EvaluatedField, model: Model, geometry: Geometry, picture: Size): CostOf {
  const layers = CELL_WORK + (field.hasDerivedClasses ? 2 : 1) * layerWork(field);
  const filters = model.field.filters.length;
  const filterWork = filters * 9 * model.channels * (model.channels + 1);
  const { across, down } = latticesOf(geometry, picture);
  const columnAxis = axisOf(across, geometry.width * geometry.samplesX, filters, COLUMN_TILES);
  const rowAxis = axisOf(down, geometry.height * geometry.samplesY, filters, ROW_TILES);
  return (columns, rows) => {
    const [x, y] = [columnAxis(columns), rowAxis(rows)];
    // Corners are evaluated for both of their edges.
    const positions = (x.cells + x.edges) * (y.cells + y.edges) + x.edges * y.edges;
    const cells = (layers + filterWork) * positions + TILE_WORK * x.tiles * y.tiles;
    const work = cells + positionWork(field) * columns * rows;
    return { positions, multiplyAdds: work };
  };
}

/** How cells of a phase are cut along an axis. */
interface Tiling {
  /** Cells of a tile, without its halo. */
  readonly most: number;
  /** Cells of a tile with its halo are filled up to a multiple of this. */
  readonly quantum: number;
}

const COLUMN_TILES: Tiling = { most: TILE_COLUMNS, quantum: COLUMN_QUANTUM };
const ROW_TILES: Tiling = { most: TILE_ROWS, quantum: 1 };

/** Cells along an axis that the layers are evaluated at. */
interface AxisCells {
  /** Those of tiles with their halos. */
  readonly cells: number;
  /** Those at the centres of the edges' pixels, which filters see beyond them: the mean of all pieces. */
  readonly edges: number;
  readonly tiles: number;
}

/**
 * What is evaluated for the sake of `length` positions: in tiles of each phase of the lattice, and what filters see around a tile is evaluated
 * anew for the next one.
 * @param count positions of the whole axis
 */
function axisOf(
  lattice: LatticeAxis,
  count: number,
  filters: number,
  { most, quantum }: Tiling,
): (length: number) => AxisCells {
  const isBetween = !isLattice(count, lattice);
  const whole = lattice.count / Math.max(1, lattice.density);
  const hasEdges = filters > 0 && lattice.density > 1;
  const edges = hasEdges ? 2 * roundUp(Math.min(filters + 1, whole), quantum) : 0;
  return (length) => {
    const seen = (length * lattice.count) / count + (isBetween ? LATTICE_TAPS : 0);
    const cells = Math.min(lattice.count, Math.ceil(seen));
    const phases = Math.min(cells, Math.max(1, lattice.density));
    const tiles = Math.ceil(cells / phases / most);
    const withHalo = Math.min(whole, Math.ceil(cells / phases / tiles) + 2 * filters);
    const share = Math.min(1, (tiles * withHalo) / whole);
    return {
      cells: phases * tiles * roundUp(withHalo, quantum),
      edges: phases * share * edges,
      tiles: phases * tiles,
    };
  };
}

export function positionWork({ hasAlphaClasses }: EvaluatedField): number {
  return POSITION_WORK + CLASS_WORK * Number(hasAlphaClasses);
}

/** Of a position's or a cell's class and layers. In a pyramid field every expert that occurs near a position is evaluated there. */
export function layerWork({ spec, model, hasLabels, enhancementPlanes }: EvaluatedField): number {
  const hidden = spec.layers.slice(0, -1).reduce((sum, { width }) => sum + width, 0);
  const weights = tensorsOf({ ...spec, filters: 0 }).filter(({ kind }) => kind === 'weight');
  const products = weights.map(({ experts, rows, columns }) => (model ? experts : 1) * rows * columns);
  const planes = PLANE_WORK * (model?.planes.length ?? 0);
  const besides = CLASS_WORK * Number(hasLabels) + ENHANCEMENT_WORK * enhancementPlanes;
  return besides + products.reduce((sum, count) => sum + count, SINE_WORK * hidden + planes);
}

/** Whether all positions of an output are pixel centres of the picture. */
export function isNative({ width, height, samplesX, samplesY }: Geometry, picture: Size): boolean {
  return width * samplesX === picture.width && height * samplesY === picture.height;
}
