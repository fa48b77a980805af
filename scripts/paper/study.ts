/** @file Fits every system to every picture, keeps what comes out, and writes the report. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PictureFile, readPicture, writePicture } from '../../src/bench/pictures.ts';
import { toMarkdown } from '../../src/bench/report/tables.ts';
import { fileName } from '../../src/bench/row.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { fitSystem } from './fit.ts';
import { errorMap, errorScale } from './maps.ts';
import { describe, paperPage, type View } from './page.ts';
import { croppedTo, type Protocol } from './protocol.ts';
import { type Result, Results } from './results.ts';
import { type PaperTable, type System, systemsOf, tablesOf } from './systems.ts';
import { psnrTable, sizesTable } from './tables.ts';

export interface Study {
  readonly pictures: readonly PictureFile[];
  readonly table: PaperTable | 'all';
  readonly protocol: Protocol;
  readonly folder: string;
}

export interface Watch {
  readonly signal: AbortSignal;
  /** Told of each fit that is done, the share of all, and whether it was there already. */
  readonly onFit: (result: Result, done: number, isOld: boolean) => void;
  /** Told where a fit stands: `kodim05.png siren`, and its share. */
  readonly onStep: (label: string, done: number) => void;
}

const IMAGES = 'images';
const FILES = 'files';

/** Names of the files of a fit. */
const stemOf = (picture: string, { name }: System): string =>
  fileName(`${picture.replace(/\.png$/i, '')}-${name}`);

/**
 * Fits what the folder does not hold yet.
 * @returns all fits of the study
 * @throws LoecError E_ABORTED; fits that were done until then are in the folder
 */
export async function runStudy(engine: Engine, study: Study, watch: Watch): Promise<Result[]> {
  const { pictures, table, protocol, folder } = study;
  const store = await Results.open(folder);
  for (const part of [IMAGES, FILES]) await mkdir(join(folder, part), { recursive: true });
  const systems = systemsOf(table);
  const results: Result[] = [];
  for (const file of pictures) {
    for (const system of systems) {
      const old = store.find(file.name, system.name, protocol);
      const result = old ?? (await fitOne(engine, study, file, system, watch));
      if (!old) await store.add(result);
      results.push(result);
      watch.onFit(result, results.length / (pictures.length * systems.length), old !== undefined);
    }
  }
  return results;
}

async function fitOne(
  engine: Engine,
  { protocol, folder }: Study,
  file: PictureFile,
  system: System,
  { signal, onStep }: Watch,
): Promise<Result> {
  const raster = croppedTo(protocol, await readPicture(file));
  const {
    file: bytes,
    decoded,
    ...figures
  } = await fitSystem(engine, system, protocol, raster, {
    signal,
    onStep: (step) => onStep(`${file.name} ${system.name}`, step / protocol.steps),
  });
  const stem = stemOf(file.name, system);
  await writeFile(join(folder, FILES, `${stem}.loe`), bytes);
  await writePicture(join(folder, IMAGES, `${stem}.png`), decoded);
  const { width, height } = raster;
  return {
    picture: file.name,
    width,
    height,
    system: system.name,
    protocol,
    engine: engine.name,
    ...figures,
  };
}

/** Writes report.md and report.html. @returns the former */
export async function writeReport(study: Study, results: readonly Result[]): Promise<string> {
  const { table, protocol, folder } = study;
  const markdown = [
    `${describe(protocol)}\n`,
    ...tablesOf(table).map(
      (number) => `Table ${number}, PSNR in dB:\n\n${toMarkdown(psnrTable(number, results))}`,
    ),
    `Sizes in bytes (bits per pixel):\n\n${toMarkdown(sizesTable(results))}`,
  ].join('\n');
  await writeFile(join(folder, 'report.md'), markdown);
  const views = await drawViews(study, results);
  await writeFile(join(folder, 'report.html'), paperPage(protocol, table, results, views));
  return markdown;
}

/** Error maps of a picture share their scale, so that systems can be compared. */
async function drawViews(
  { pictures, table, protocol, folder }: Study,
  results: readonly Result[],
): Promise<View[]> {
  const views: View[] = [];
  for (const file of pictures) {
    const original = croppedTo(protocol, await readPicture(file));
    const stems = systemsOf(table).map((system) => ({
      system: system.name,
      stem: stemOf(file.name, system),
    }));
    const decoded = await Promise.all(
      stems.map(({ stem }) => readPicture({ path: join(folder, IMAGES, `${stem}.png`), name: stem })),
    );
    const scale = errorScale(original, decoded);
    for (const [i, { system, stem }] of stems.entries()) {
      const [image, errors] = [`${IMAGES}/${stem}.png`, `${IMAGES}/${stem}-errors.png`];
      await writePicture(
        join(folder, errors),
        errorMap(original, decoded[i] as (typeof decoded)[number], scale),
      );
      const { psnr } = results.find(
        (result) => result.picture === file.name && result.system === system,
      ) as Result;
      views.push({ picture: file.name, system, psnr, decoded: image, errors });
    }
  }
  return views;
}
