/**
 * The city's tiles out of one file, a few kilobytes at a time (PMTiles, version 3): a header, a directory of runs of
 * tiles in the order of a Hilbert curve, perhaps leaf directories, and the tiles. Unpacked by the browser itself.
 */
import type { AddProtocolAction } from "maplibre-gl";

const HEAD_BYTES = 127;
/** The header and the root directory lie within these. */
const FIRST_BYTES = 16_384;
const DEPTH_MOST = 4;
const LEAVES_MOST = 100;
const PLAIN = 1;
const GZIP = 2;

/** `run` tiles from `id` on are this one; 0: here begins a leaf directory. */
export interface Entry {
  id: number;
  run: number;
  offset: number;
  length: number;
}

interface Opened {
  etag: string | null;
  head: DataView;
  root: Entry[];
}

class FileChanged extends Error {}

/** The place of a tile on the curve, all zooms one after the other. */
export function tileId(z: number, x: number, y: number): number {
  let id = (4 ** z - 1) / 3;
  for (let side = 2 ** (z - 1); side >= 1; side /= 2) {
    const right = (x & side) !== 0;
    const low = (y & side) !== 0;
    id += side * side * (right ? (low ? 2 : 3) : low ? 1 : 0);
    [x, y] = [x % side, y % side];
    if (low) continue;
    [x, y] = right ? [side - 1 - y, side - 1 - x] : [y, x];
  }
  return id;
}

/** A directory: four columns of numbers of seven bits a byte, ids as differences. */
export function readDirectory(data: ArrayBuffer): Entry[] {
  const bytes = new Uint8Array(data);
  let at = 0;
  const next = () => {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte % 128) * weight;
      if (byte < 128) return value;
    }
  };
  const entries: Entry[] = [];
  const count = next();
  for (let i = 0, id = 0; i < count; i++) entries.push({ id: (id += next()), run: 1, offset: 0, length: 0 });
  for (const entry of entries) entry.run = next();
  for (const entry of entries) entry.length = next();
  entries.forEach((entry, i) => {
    const before = entries[i - 1];
    const offset = next();
    entry.offset = offset === 0 && before ? before.offset + before.length : offset - 1;
  });
  return entries;
}

/** The entry that holds a tile, or the leaf in which it would be. */
export function findEntry(entries: readonly Entry[], id: number): Entry | undefined {
  const found = entries.findLast((entry) => entry.id <= id);
  return found !== undefined && (found.run === 0 || id < found.id + found.run) ? found : undefined;
}

async function unpack(data: ArrayBuffer, how: number): Promise<ArrayBuffer> {
  if (how <= PLAIN) return data;
  if (how !== GZIP) throw new Error(`tiles packed in a way (${how}) that no browser unpacks`);
  return new Response(new Blob([data]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/** A file of 64-bit numbers holds none beyond 2^53. */
function numberAt(head: DataView, at: number): number {
  return head.getUint32(at, true) + head.getUint32(at + 4, true) * 2 ** 32;
}

class TileFile {
  private opened: Promise<Opened> | null = null;
  private readonly leaves = new Map<number, Promise<Entry[]>>();

  constructor(private readonly url: string) {}

  async describe() {
    const { head } = await this.open();
    const bounds = [102, 106, 110, 114].map((at) => head.getInt32(at, true) / 1e7);
    return { tilejson: "3.0.0", tiles: [`pmtiles://${this.url}/{z}/{x}/{y}`], minzoom: head.getUint8(100), maxzoom: head.getUint8(101), bounds };
  }

  /** Empty where the city has nothing. A city built anew meanwhile is opened anew. */
  async tile(id: number, signal: AbortSignal): Promise<ArrayBuffer> {
    try {
      return await this.find(id, signal);
    } catch (failure) {
      if (!(failure instanceof FileChanged)) throw failure;
      this.opened = null;
      this.leaves.clear();
      return this.find(id, signal);
    }
  }

  private async find(id: number, signal: AbortSignal): Promise<ArrayBuffer> {
    const { head, root, etag } = await this.open();
    let directory = root;
    for (let depth = 0; depth < DEPTH_MOST; depth++) {
      const entry = findEntry(directory, id);
      if (entry === undefined) return new ArrayBuffer(0);
      if (entry.run > 0) {
        const { data } = await this.read(numberAt(head, 56) + entry.offset, entry.length, etag, signal);
        return unpack(data, head.getUint8(98));
      }
      directory = await this.leaf(numberAt(head, 40) + entry.offset, entry.length, head.getUint8(97), etag);
    }
    throw new Error("the tiles' directories have no end");
  }

  private open(): Promise<Opened> {
    this.opened ??= this.read(0, FIRST_BYTES, null).then(async ({ data, etag }) => {
      const head = new DataView(data, 0, HEAD_BYTES);
      if (head.getUint16(0, true) !== 0x4d50 || head.getUint8(7) !== 3) throw new Error("no file of tiles");
      const from = numberAt(head, 8);
      return { etag, head, root: readDirectory(await unpack(data.slice(from, from + numberAt(head, 16)), head.getUint8(97))) };
    });
    // What failed once is tried again by the next who asks.
    this.opened.catch(() => (this.opened = null));
    return this.opened;
  }

  private leaf(offset: number, length: number, how: number, etag: string | null): Promise<Entry[]> {
    const known = this.leaves.get(offset);
    if (known !== undefined) return known;
    if (this.leaves.size >= LEAVES_MOST) this.leaves.clear();
    const read = this.read(offset, length, etag).then(async ({ data }) => readDirectory(await unpack(data, how)));
    this.leaves.set(offset, read);
    read.catch(() => this.leaves.delete(offset));
    return read;
  }

  private async read(from: number, length: number, known: string | null, signal: AbortSignal | null = null) {
    const answer = await fetch(this.url, { signal, headers: { range: `bytes=${from}-${from + length - 1}` } });
    if (answer.status !== 206) throw new Error(`tiles: answer ${answer.status}`);
    const etag = answer.headers.get("etag");
    if (known !== null && etag !== null && etag !== known) throw new FileChanged();
    return { data: await answer.arrayBuffer(), etag };
  }
}

const files = new Map<string, TileFile>();

/** Answers `pmtiles://URL` with what the file holds, and `pmtiles://URL/z/x/y` with a tile. */
export const answerTiles: AddProtocolAction = async ({ url, type }, { signal }) => {
  const parts = /^pmtiles:\/\/(.+?)(?:\/(\d+)\/(\d+)\/(\d+))?$/.exec(url);
  const [, where = "", z, x, y] = parts ?? [];
  const file = files.get(where) ?? new TileFile(where);
  files.set(where, file);
  if (type === "json") return { data: await file.describe() };
  return { data: await file.tile(tileId(Number(z), Number(x), Number(y)), signal) };
};
