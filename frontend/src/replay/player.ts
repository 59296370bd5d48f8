/** Moves the playhead: one clock for log and positions, reels fetched ahead, the address kept in step. */
import { ApiProblem } from "../live/http";
import { SignedOut } from "../live/connection";
import { readAddress, writeAddress, type Speed } from "./address";
import { liveOf } from "./reel";
import { REEL_MS, reelOf, Reels } from "./reels";
import { addressOf, useReplay } from "./store";
import { decodeTracks } from "./tracks";
import { bucketFor, firstBusyMs, stretchAround, stretchOf } from "./stretch";
import { centreNow, past, preciseMs } from "./wire";

const AHEAD = 2;
const ADDRESS_MS = 500;
const RETRY_MS = 2_000;
const PRESENT_AGAIN_MS = 5_000;
/** Reels searched for the next event: a day. */
const STEP_REELS = 288;
/** Positions come into history a second at a time: what is younger than this is not the past yet. */
const LAG_MS = 2_000;

const get = useReplay.getState;
const set = useReplay.setState;

function why(): string {
  return get().why;
}

const reels = new Reels({
  state: (atMs) => past.state(atMs, why()),
  changes: (after, untilMs) => past.changes(after, untilMs, why()),
  tracks: (startMs, endMs) => past.tracks(startMs, endMs, why()),
});

function tell(problem: unknown): void {
  if (problem instanceof SignedOut) return location.reload();
  if (problem instanceof ApiProblem) set({ trouble: problem.error });
}

/** Shows an instant if it is here; false when it must be fetched first. */
function show(atMs: number): boolean {
  const found = reels.find(atMs);
  if (found === undefined) {
    set({ atMs, waiting: true });
    return false;
  }
  const live = found.reader.atInstant(atMs);
  const s = get();
  set({
    atMs,
    waiting: false,
    empty: false,
    ...(live === s.live ? {} : { live }),
    ...(found.tracks === s.tracks ? {} : { tracks: found.tracks }),
    ...(found.link === null || found.link === s.link ? {} : { link: found.link }),
  });
  return true;
}

let stillUnderway = false;

/** While a reel is fetched: the rows and positions of just this instant; the newest wish wins. */
async function still(): Promise<void> {
  if (stillUnderway) return;
  stillUnderway = true;
  try {
    while (get().waiting) {
      const { atMs } = get();
      const [state, tracks] = await Promise.all([past.state(atMs, why()), past.tracks(atMs, atMs, why())]);
      if (reels.find(get().atMs) !== undefined) break;
      const live = liveOf(state);
      set({ live, tracks: decodeTracks(tracks), link: state.link, empty: false, trouble: null });
      if (get().atMs === atMs) set({ waiting: false });
    }
  } catch (problem) {
    tell(problem);
  } finally {
    stillUnderway = false;
  }
}

let retry: number | undefined;

function fetchReel(atMs: number): void {
  const s = get();
  reels.load(atMs, s.presentMs).then(
    () => {
      set((now) => ({ reels: now.reels + 1, trouble: null }));
      if (reelOf(get().atMs) === reelOf(atMs)) show(get().atMs);
    },
    (problem: unknown) => {
      tell(problem);
      window.clearTimeout(retry);
      retry = window.setTimeout(() => fetchReel(get().atMs), RETRY_MS);
    },
  );
}

/** The reels the playhead will need next, and the one behind it for a step back. */
function prefetch(): void {
  const { atMs, direction, fromMs, toMs, presentMs } = get();
  if (reels.find(atMs) === undefined || reels.isLoading()) return;
  for (const ahead of [...Array.from({ length: AHEAD }, (_, n) => (n + 1) * direction), -direction]) {
    const start = (reelOf(atMs) + ahead) * REEL_MS;
    if (start + REEL_MS < fromMs || start > Math.min(toMs, presentMs)) continue;
    if (reels.find(start) === undefined) return fetchReel(start);
  }
}

/** How far the past reaches by now. */
function reachPresent(): number {
  const presentMs = Math.max(get().presentMs, centreNow() - LAG_MS);
  set({ presentMs });
  return presentMs;
}

export function seek(atMs: number): void {
  const { fromMs, toMs } = get();
  const presentMs = reachPresent();
  const wanted = Math.round(Math.max(0, Math.min(atMs, presentMs)));
  if (wanted < fromMs || wanted > toMs) moveStretch(stretchAround(wanted, toMs - fromMs, presentMs));
  if (!show(wanted)) {
    fetchReel(wanted);
    void still();
  }
  prefetch();
  touchAddress();
}

export function nudge(ms: number): void {
  seek(get().atMs + ms);
}

export function play(direction: 1 | -1 = 1): void {
  set({ playing: true, direction });
  lastFrame = null;
}

export function pause(): void {
  set({ playing: false });
  touchAddress();
}

export function toggle(): void {
  if (get().playing) pause();
  else play(get().direction);
}

export function setSpeed(speed: Speed): void {
  set({ speed });
  touchAddress();
}

let steps: Promise<void> = Promise.resolve();

/** The next or previous instant at which something happened that the reader sees listed. One step after the other: a key
 * pressed again while a reel is fetched goes on from where the first one led. */
export function step(direction: 1 | -1, isShown: (seq: number) => boolean = () => true): Promise<void> {
  steps = steps.then(() => stepOnce(direction, isShown));
  return steps;
}

async function stepOnce(direction: 1 | -1, isShown: (seq: number) => boolean): Promise<void> {
  pause();
  const from = get().atMs;
  const limit = direction > 0 ? get().presentMs : 0;
  for (let n = 0, at = from; n < STEP_REELS && (direction > 0 ? at <= limit : at > limit); n++) {
    const found = await reels.load(at, get().presentMs).catch(tell);
    if (!found) return;
    set((s) => ({ reels: s.reels + 1 }));
    const times = found.reel.lines.filter(({ line }) => isShown(line.seq)).map(({ atMs }) => Math.ceil(atMs));
    const next = direction > 0 ? times.find((ms) => ms > from) : times.findLast((ms) => ms < from);
    if (next !== undefined) return seek(next);
    if (direction < 0 && found.reel.startMs < get().fromMs && n > 0) return;
    if (direction > 0 && found.reel.endMs >= get().toMs) return;
    at = direction > 0 ? found.reel.startMs + REEL_MS : found.reel.startMs - 1;
  }
}

let overviewWish = 0;

/** Looks at a stretch from afar; the newest wish wins. */
export async function look(fromMs: number, toMs: number, incident: string | null): Promise<void> {
  const wish = ++overviewWish;
  try {
    const overview = await past.overview(fromMs, toMs, bucketFor(toMs - fromMs), incident, why());
    if (wish !== overviewWish) return;
    set({ overview, trouble: null });
    reachPresent();
  } catch (problem) {
    tell(problem);
  }
}

export function moveStretch([fromMs, toMs]: readonly [number, number]): void {
  set({ fromMs, toMs });
  void look(fromMs, toMs, get().incidentId);
  touchAddress();
}

let addressTimer: number | undefined;

/** Writes the address once things are at rest, or twice a second while they are not. */
export function touchAddress(): void {
  addressTimer ??= window.setTimeout(() => {
    addressTimer = undefined;
    history.replaceState(null, "", `${location.pathname}${writeAddress(addressOf(get()))}`);
  }, ADDRESS_MS);
}

let lastFrame: number | null = null;
let frame = 0;
let presentAskedAt = 0;

function advance(now: number): void {
  const passed = lastFrame === null ? 0 : Math.min(1000, now - lastFrame);
  lastFrame = now;
  const s = get();
  if (!s.playing || passed === 0) return;
  const next = s.atMs + s.direction * s.speed * passed;
  if (next >= s.presentMs && s.direction > 0) return waitAtPresent(s.presentMs);
  if (next <= s.fromMs && s.direction < 0) {
    seek(s.fromMs);
    return pause();
  }
  if (reels.find(next) === undefined) {
    if (!s.waiting) set({ waiting: true });
    if (!reels.isLoading()) fetchReel(next);
    return;
  }
  if (next > s.toMs) moveStretch(stretchAround(next, s.toMs - s.fromMs, s.presentMs));
  show(next);
  prefetch();
  touchAddress();
}

/** At the end of what is known: ask how far the log reaches now, and stand still meanwhile. */
function waitAtPresent(presentMs: number): void {
  show(presentMs);
  if (centreNow() - presentAskedAt < PRESENT_AGAIN_MS) return;
  presentAskedAt = centreNow();
  const { fromMs, toMs, incidentId } = get();
  void look(fromMs, toMs, incidentId);
}

/** Opens the stretch that the address names, or the one that its incident needs. */
async function begin(): Promise<void> {
  const wanted = readAddress(location.search);
  const now = reachPresent();
  const { atMs, fromMs, toMs } = wanted;
  const first = fromMs !== null && toMs !== null ? ([fromMs, toMs] as const) : stretchAround(atMs ?? now, undefined, now);
  await look(first[0], first[1], wanted.incident);
  const { overview, presentMs } = get();
  const chosen = overview?.chosen ?? null;
  const stretch = fromMs !== null && toMs !== null ? first : chosen === null ? first : stretchOf(chosen, overview?.heard_at ?? null, presentMs);
  set({ incidentId: chosen?.id ?? null, fromMs: stretch[0], toMs: stretch[1] });
  if (stretch !== first) await look(stretch[0], stretch[1], chosen?.id ?? null);
  const busyMs = overview === null ? stretch[0] : firstBusyMs(overview, stretch);
  seek(atMs ?? (chosen === null ? busyMs : Math.ceil(preciseMs(chosen.opened_at))));
}

/** Runs as long as the page stands. */
export function startPlayer(): () => void {
  void begin();
  const loop = (now: number) => {
    advance(now);
    frame = requestAnimationFrame(loop);
  };
  frame = requestAnimationFrame(loop);
  const undo = useReplay.subscribe((s, before) => {
    if (s.incidentId !== before.incidentId) void look(s.fromMs, s.toMs, s.incidentId);
    const { incidentId, unitId, without, only, view } = s;
    if (incidentId !== before.incidentId || unitId !== before.unitId || without !== before.without) touchAddress();
    if (only !== before.only || view !== before.view) touchAddress();
  });
  return () => {
    cancelAnimationFrame(frame);
    undo();
  };
}

export function linesAround(atMs: number) {
  return reels.linesAround(atMs);
}
