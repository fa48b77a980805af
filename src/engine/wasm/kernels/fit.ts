/** @file The kernels of both families of fields, in one module. */

export { accumulate, evaluate, fold, measure, reduce, update } from './coordinates/kernels';
export { accumulateBands, descendLatents, gatherGradients, layOutThread, quantizeLatents } from './pyramid/kernels';
