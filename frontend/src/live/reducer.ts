/** The one reducer of the screen: numbered frames in, rows out. Pure: no time, no sockets, no React. */
import type { Changes, LogLine, RowBodies, RowKind, Snapshot, RowOut } from "../protocol";

export type Rows = { readonly [K in RowKind]: ReadonlyMap<string, RowBodies[K]> };

export interface LiveState {
  /** Changes only when the log itself was replaced (a restore); rows of another log are worthless. */
  readonly logId: string | null;
  /** The last event this screen has seen for its rights. */
  readonly seq: number;
  readonly rows: Rows;
  /** The newest lines of the log, oldest first, at most LOG_KEPT. */
  readonly log: readonly LogLine[];
  /** True when a frame did not follow the last one: only a snapshot helps. */
  readonly gap: boolean;
}

export const LOG_KEPT = 500;

const KINDS: readonly RowKind[] = [
  "call",
  "report",
  "incident",
  "leg",
  "assignment",
  "recommendation",
  "station",
  "unit",
  "crew",
  "desk",
  "seat",
  "alert",
  "person",
  "handover",
  "road_condition",
  "move",
];

export type LiveAction = { t: "snapshot"; snapshot: Snapshot } | Changes;

type MutableRows = Record<RowKind, Map<string, unknown>>;

function emptyRows(): MutableRows {
  return Object.fromEntries(KINDS.map((kind) => [kind, new Map()])) as MutableRows;
}

export function emptyState(): LiveState {
  return { logId: null, seq: 0, rows: emptyRows() as Rows, log: [], gap: false };
}

function isKept(kind: string): kind is RowKind {
  return (KINDS as readonly string[]).includes(kind);
}

function putRows(rows: MutableRows, wire: readonly RowOut[]): void {
  for (const row of wire) {
    if (isKept(row.kind)) rows[row.kind].set(row.id, row.body);
  }
}

/** Rows of kinds that the frame names are copied, all others are shared with the state before. */
function changedRows(rows: Rows, frame: Changes): Rows {
  const touched = new Set([...frame.rows.map((row) => row.kind), ...frame.gone.map(([kind]) => kind)]);
  if (touched.size === 0) return rows;
  const copy = { ...rows } as unknown as MutableRows;
  for (const kind of touched) if (isKept(kind)) copy[kind] = new Map(copy[kind]);
  putRows(copy, frame.rows);
  for (const [kind, id] of frame.gone) if (isKept(kind)) copy[kind].delete(id);
  return copy as Rows;
}

function fromSnapshot(snapshot: Snapshot): LiveState {
  const rows = emptyRows();
  putRows(rows, snapshot.rows);
  return { logId: snapshot.log_id, seq: snapshot.seq, rows: rows as Rows, log: [], gap: false };
}

export function reduce(state: LiveState, action: LiveAction): LiveState {
  if (action.t === "snapshot") return fromSnapshot(action.snapshot);
  if (action.seq <= state.seq) return state; // a repeat after a reconnect
  if (action.prev > state.seq) return { ...state, gap: true };
  return {
    ...state,
    seq: action.seq,
    rows: changedRows(state.rows, action),
    log: action.log.length > 0 ? [...state.log, ...action.log].slice(-LOG_KEPT) : state.log,
  };
}
