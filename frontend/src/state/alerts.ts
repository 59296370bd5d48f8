/** Alerts as a ranked work list. Floods of one condition fold into a count; what must never fold does not. */
import type { Alert } from "../protocol";
import type { Rows } from "../live/reducer";

const NEVER_FOLDED: ReadonlySet<string> = new Set(["mayday", "unaccepted", "life_critical"]);
const FOLD_FROM = 4;

/** What the time of an alert is measured against, seconds; a pending part's limit is its priority's. */
export const LIMIT_S: Readonly<Record<string, number>> = {
  unreceived: 10,
  unaccepted: 30,
  update_unreceived: 10,
  update_unaccepted: 30,
  leg_unseen: 15,
};

export interface AlertLine {
  alert: Alert;
  /** How many of the same condition stand behind this line, itself included. */
  count: number;
}

export interface AlertBoard {
  lines: AlertLine[];
  unclaimed: Record<AlertLevel, number>;
}

export type AlertLevel = "A" | "B" | "C";

/** A level nobody knows yet is shown as the lowest. */
export function levelOf(alert: Alert): AlertLevel {
  return alert.level === "A" || alert.level === "B" ? alert.level : "C";
}

export function activeAlerts(rows: Rows, agencies: readonly string[] | null, nowS: number): Alert[] {
  return [...rows.alert.values()].filter(
    (alert) =>
      (alert.shelved_until === null || Date.parse(alert.shelved_until) / 1000 <= nowS) &&
      (agencies === null || alert.agency_id === "" || alert.kind === "mayday" || agencies.includes(alert.agency_id)),
  );
}

function compare(a: Alert, b: Alert): number {
  const mayday = Number(b.kind === "mayday") - Number(a.kind === "mayday");
  if (mayday !== 0) return mayday;
  const claimed = Number(a.claimed_by !== null) - Number(b.claimed_by !== null);
  if (a.level !== b.level) return a.level < b.level ? -1 : 1;
  return claimed || (a.raised_at < b.raised_at ? -1 : 1);
}

function folds(alert: Alert): boolean {
  // A part of priority 1 that waits is level A, and never folds.
  return alert.claimed_by === null && !NEVER_FOLDED.has(alert.kind) && !(alert.kind === "pending_overdue" && alert.level === "A");
}

function fold(alerts: readonly Alert[]): AlertLine[] {
  const counts = new Map<string, number>();
  for (const alert of alerts) if (folds(alert)) counts.set(alert.kind, (counts.get(alert.kind) ?? 0) + 1);
  const shown = new Set<string>();
  return alerts.flatMap((alert) => {
    const count = folds(alert) ? (counts.get(alert.kind) ?? 1) : 1;
    if (count < FOLD_FROM) return [{ alert, count: 1 }];
    if (shown.has(alert.kind)) return [];
    shown.add(alert.kind);
    return [{ alert, count }];
  });
}

export function buildAlerts(rows: Rows, agencies: readonly string[] | null, nowS: number): AlertBoard {
  const alerts = activeAlerts(rows, agencies, nowS).sort(compare);
  const unclaimed = { A: 0, B: 0, C: 0 };
  for (const alert of alerts) if (alert.claimed_by === null) unclaimed[levelOf(alert)] += 1;
  return { lines: fold(alerts), unclaimed };
}

/** Put aside until a time, the earliest first. */
export function shelvedAlerts(rows: Rows, agencies: readonly string[] | null, nowS: number): Alert[] {
  return [...rows.alert.values()]
    .filter((alert) => alert.shelved_until !== null && Date.parse(alert.shelved_until) / 1000 > nowS)
    .filter((alert) => agencies === null || alert.agency_id === "" || agencies.includes(alert.agency_id))
    .sort((a, b) => ((a.shelved_until ?? "") < (b.shelved_until ?? "") ? -1 : 1));
}

/** The alert that F9 claims: the first that nobody has. */
export function firstUnclaimed(board: AlertBoard): Alert | undefined {
  return board.lines.find((line) => line.alert.claimed_by === null)?.alert;
}
