/** Keeps the reels around the playhead, fetched ahead, within a bound of memory. */
import type { LiveState } from "../live/reducer";
import { liveOf, makeReel, ReelReader, type Reel, type ReelLine } from "./reel";
import { decodeTracks, type Tracks } from "./tracks";
import type { Moment, PastChanges, PastState, PastTracks } from "./wire";

export const REEL_MS = 300_000;
/** Estimated size of what is kept; an hour of a city with 2,000 units needs less than half. */
const KEPT_BYTES = 160 << 20;
/** Kept whatever it weighs: the one that is shown and its neighbours. */
const KEPT_LEAST = 3;

export interface Source {
  state: (atMs: number) => Promise<PastState>;
  changes: (after: number, untilMs: number) => Promise<PastChanges>;
  tracks: (startMs: number, endMs: number) => Promise<PastTracks>;
}

export interface Loaded {
  readonly reel: Reel;
  readonly reader: ReelReader;
  readonly tracks: Tracks;
  /** Hexadecimal hash of the chain at the beginning, where the centre told it. */
  readonly link: string | null;
}

export function reelOf(atMs: number): number {
  return Math.floor(atMs / REEL_MS);
}

function bytesOf(loaded: Loaded): number {
  return loaded.reel.chars * 2 + loaded.tracks.bytes;
}

export class Reels {
  private readonly loaded = new Map<number, Loaded>();
  private readonly loading = new Map<number, Promise<Loaded>>();

  constructor(
    private readonly source: Source,
    private readonly keptBytes: number = KEPT_BYTES,
  ) {}

  /** The reel that covers an instant, if it is here. */
  find(atMs: number): Loaded | undefined {
    const found = this.loaded.get(reelOf(atMs));
    return found !== undefined && atMs <= found.reel.endMs ? found : undefined;
  }

  isLoading(): boolean {
    return this.loading.size > 0;
  }

  /** Fetches the reel of an instant unless it is here; `presentMs` is how far the log is known to reach. */
  async load(atMs: number, presentMs: number): Promise<Loaded> {
    const here = this.find(atMs);
    if (here !== undefined) return here;
    const n = reelOf(atMs);
    const under = this.loading.get(n);
    if (under !== undefined) {
      const earlier = await under;
      // It may have been asked for when the present was not yet this far.
      return atMs <= earlier.reel.endMs ? earlier : this.load(atMs, presentMs);
    }
    const fetching = this.fetch(n, Math.min((n + 1) * REEL_MS - 1, Math.max(presentMs, atMs)));
    this.loading.set(n, fetching);
    try {
      const made = await fetching;
      this.loaded.set(n, made);
      this.evict(n);
      return made;
    } finally {
      this.loading.delete(n);
    }
  }

  /** Log lines of the reels that touch each other around an instant, oldest first. */
  linesAround(atMs: number): ReelLine[] {
    const n = reelOf(atMs);
    if (!this.loaded.has(n)) return [];
    let first = n;
    while (this.loaded.has(first - 1)) first -= 1;
    const lines: ReelLine[] = [];
    for (let i = first; this.loaded.has(i); i++) lines.push(...(this.loaded.get(i)?.reel.lines ?? []));
    return lines;
  }

  size(): { reels: number; bytes: number } {
    return { reels: this.loaded.size, bytes: [...this.loaded.values()].reduce((sum, one) => sum + bytesOf(one), 0) };
  }

  private async fetch(n: number, endMs: number): Promise<Loaded> {
    const startMs = n * REEL_MS;
    // A reel without its positions would say that nobody had any: it fails whole, and is asked for again.
    const [{ base, link }, tracks] = await Promise.all([this.begin(n, startMs), this.source.tracks(startMs, endMs)]);
    const moments: Moment[] = [];
    for (let after = base.seq; ; ) {
      const piece = await this.source.changes(after, endMs);
      moments.push(...piece.moments);
      after = piece.seq;
      if (after >= piece.until_seq) break;
    }
    const reel = makeReel(startMs, endMs, base, moments);
    return { reel, reader: new ReelReader(reel), tracks: decodeTracks(tracks), link };
  }

  /** Where the reel before it is here and whole, its end is this one's beginning. */
  private async begin(n: number, startMs: number): Promise<{ base: LiveState; link: string | null }> {
    const before = this.loaded.get(n - 1);
    if (before !== undefined && before.reel.endMs >= startMs - 1) {
      return { base: before.reader.after(before.reel.moments.length), link: null };
    }
    // An event recorded at the very boundary belongs to the changes, not to the rows.
    const state = await this.source.state(startMs - 1);
    return { base: liveOf(state), link: state.link };
  }

  private evict(around: number): void {
    const far = [...this.loaded.keys()].sort((a, b) => Math.abs(b - around) - Math.abs(a - around));
    let bytes = this.size().bytes;
    for (const n of far) {
      if (bytes <= this.keptBytes || this.loaded.size <= KEPT_LEAST) return;
      const gone = this.loaded.get(n);
      if (gone !== undefined) bytes -= bytesOf(gone);
      this.loaded.delete(n);
    }
  }
}
