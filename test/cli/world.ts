/** @file A world for the command line without a process: streams in memory, a folder that goes away, tiny pictures. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { PNG } from 'pngjs';
import type { Context } from '../../src/cli/context.ts';
import { checkDestination, type Destination } from '../../src/cli/files/destinations.ts';
import { main } from '../../src/cli/main.ts';
import type { EncodeOptions, EncodeResult } from '../../src/encode.ts';
import type { RasterInput } from '../../src/image/raster-input.ts';

/** A stream that keeps what is written. */
export class Sink extends Writable {
  readonly isTTY: boolean;
  readonly columns = 80;
  /** Each write of its own. */
  readonly writes: Buffer[] = [];
  onWrite: () => void = () => {};

  constructor(isTTY = false) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.writes.push(chunk);
    this.onWrite();
    done();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.writes);
  }

  get text(): string {
    return this.bytes.toString();
  }
}

export interface World {
  readonly context: Context & { readonly stdout: Sink; readonly stderr: Sink };
  readonly controller: AbortController;
}

interface WorldOptions {
  readonly stdin?: Buffer;
  /** Whether stdout and stderr are terminals. */
  readonly terminal?: boolean;
  readonly env?: Context['env'];
}

export function createWorld(options: WorldOptions = {}): World {
  const { stdin = Buffer.alloc(0), terminal = false, env = {} } = options;
  const controller = new AbortController();
  const [stdout, stderr] = [new Sink(terminal), new Sink(terminal)];
  const { signal } = controller;
  const whileSaving: Context['whileSaving'] = (work) => work();
  const context = { stdin: Readable.from([stdin]), stdout, stderr, env, signal, whileSaving };
  return { context, controller };
}

export interface Outcome {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** The objects of stdout's lines. */
  readonly json: () => Record<string, unknown>[];
}

/** Runs `loec` with the arguments in this process. */
export async function loec(argv: readonly string[], world: World = createWorld()): Promise<Outcome> {
  const { context } = world;
  const code = await main(argv, context);
  const lines = () => context.stdout.text.trim().split('\n');
  return {
    code,
    stdout: context.stdout.bytes,
    stderr: context.stderr.text,
    json: () => lines().map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

/** An encoder that takes no time. */
export async function instant(
  { width = 0, height = 0 }: RasterInput,
  _options?: EncodeOptions,
): Promise<EncodeResult> {
  const figures = { bpp: 1, psnr: Number.POSITIVE_INFINITY, steps: 1, seconds: 93.4 };
  return {
    file: new Uint8Array(14_700),
    width,
    height,
    tune: 'psnr',
    preset: 'loe',
    engine: 'wasm',
    isBestSoFar: false,
    ...figures,
  };
}

/** Where `-o` leads, with `--force`. */
export function destinationOf(output: string): Promise<Destination> {
  const job = { input: 'input', output, isNamed: true };
  return checkDestination(job, { outDir: undefined, force: true }, new Map());
}

/** Flags of a fit that takes a fraction of a second. */
export const QUICK = '--preset pyramid --effort 1 --steps 20 --threads 1 --size 600'.split(' ');

const ROOT = mkdtempSync(join(tmpdir(), 'loec-cli-'));
process.once('exit', () => rmSync(ROOT, { recursive: true, force: true }));

/** A new folder with `files`; it goes away when the process ends. @returns paths in it by name */
export function createFolder(files: Readonly<Record<string, Uint8Array>> = {}): (name?: string) => string {
  const folder = mkdtempSync(join(ROOT, 'test-'));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return (name = '') => join(folder, name);
}

/** A smooth RGB picture. */
export function tinyPng(width = 16, height = 16): Buffer {
  const png = new PNG({ width, height, colorType: 2 });
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      png.data.set([(255 * x) / width, (255 * y) / height, 128 + 100 * Math.sin(x / 3), 255], at);
    }
  }
  return PNG.sync.write(png, { colorType: 2 });
}

/** The PNG with a chunk more, in front of its pixel data. */
export function withChunk(png: Buffer, type: string, data: string): Buffer {
  const at = png.indexOf('IDAT') - 4;
  return Buffer.concat([png.subarray(0, at), pngChunk(type, Buffer.from(data)), png.subarray(at)]);
}

/** A PNG that claims a size and has no pixels. */
export function hollowPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const signature = tinyPng().subarray(0, 8);
  return Buffer.concat([signature, pngChunk('IHDR', header), pngChunk('IEND', Buffer.alloc(0))]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const covered = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(covered), 4);
  return Buffer.concat([frame.subarray(0, 4), covered, frame.subarray(4)]);
}

let tinyFile: Promise<Buffer> | undefined;

/** A .loe file of the tiny picture; encoded once. */
export function tinyLoe(): Promise<Buffer> {
  tinyFile ??= loec(['encode', '-', ...QUICK], createWorld({ stdin: tinyPng() })).then(
    ({ stdout }) => stdout,
  );
  return tinyFile;
}
