/** What the rows themselves tell a supervisor. Pure: time comes in. */
import type { Alert, Desk, Incident, Leg } from "../protocol";
import type { Rows } from "../live/reducer";
import { isWaiting, PENDING_LIMIT_S } from "../state/queue";
import type { Cover, WardCover } from "./data";

export interface WaitingCell {
  count: number;
  oldestS: number | null;
  limitS: number;
  over: boolean;
}

export interface AgencyQueue {
  agencyId: string;
  open: number;
  cells: Record<number, WaitingCell>;
  reports: { count: number; oldestS: number | null };
}

export const PRIORITIES = [1, 2, 3, 4] as const;

/** How long an agency may take to look at what it is asked for (product.md, C7). */
export const UNSEEN_LIMIT_S = 15;

function ageOf(at: string, nowS: number): number {
  return nowS - Date.parse(at) / 1000;
}

export function waitingSince(leg: Leg): string {
  return leg.pending_since ?? leg.requested_at;
}

function isOpen(leg: Leg): boolean {
  return leg.state !== "closed" && leg.state !== "refused";
}

function openLegs(rows: Rows): { leg: Leg; incident: Incident }[] {
  return [...rows.leg.values()].flatMap((leg) => {
    const incident = rows.incident.get(leg.incident_id);
    return isOpen(leg) && incident?.state === "open" && !incident.test ? [{ leg, incident }] : [];
  });
}

function held(incident: Incident, nowS: number): boolean {
  return incident.hold !== null && Date.parse(incident.hold.until) / 1000 > nowS;
}

function emptyCell(priority: number): WaitingCell {
  return { count: 0, oldestS: null, limitS: PENDING_LIMIT_S[priority] ?? 3600, over: false };
}

function add(cell: WaitingCell, ageS: number): void {
  cell.count += 1;
  cell.oldestS = Math.max(cell.oldestS ?? 0, ageS);
  cell.over = cell.oldestS > cell.limitS;
}

/** What waits for a first unit, by agency and priority, with its oldest age against the limit. */
export function buildQueues(rows: Rows, agencyIds: readonly string[], nowS: number): AgencyQueue[] {
  const queues = new Map(
    agencyIds.map((agencyId): [string, AgencyQueue] => [
      agencyId,
      {
        agencyId,
        open: 0,
        cells: Object.fromEntries(PRIORITIES.map((p) => [p, emptyCell(p)])),
        reports: { count: 0, oldestS: null },
      },
    ]),
  );
  for (const { leg, incident } of openLegs(rows)) {
    const queue = queues.get(leg.agency_id);
    if (queue === undefined) continue;
    queue.open += 1;
    const cell = queue.cells[leg.priority];
    if (cell !== undefined && isWaiting(leg) && !held(incident, nowS)) add(cell, ageOf(waitingSince(leg), nowS));
  }
  for (const report of rows.report.values()) {
    const queue = queues.get(report.agency_id);
    if (queue === undefined || report.status !== "waiting" || report.test) continue;
    queue.reports.count += 1;
    queue.reports.oldestS = Math.max(queue.reports.oldestS ?? 0, ageOf(report.received_at, nowS));
  }
  return [...queues.values()];
}

export interface LateItem {
  key: string;
  kind: "unseen" | "pending" | "unplaced";
  incidentId: string | null;
  reportId: string | null;
  number: string;
  agencyId: string;
  priority: number | null;
  ageS: number;
  limitS: number;
}

const UNPLACED_LIMIT_S = 60;

function lateLeg({ leg, incident }: { leg: Leg; incident: Incident }, nowS: number): LateItem[] {
  const item = { key: leg.id, incidentId: incident.id, reportId: null, number: incident.number, agencyId: leg.agency_id, priority: leg.priority };
  if (leg.state === "requested") {
    const ageS = ageOf(leg.requested_at, nowS);
    return ageS > UNSEEN_LIMIT_S ? [{ ...item, kind: "unseen", ageS, limitS: UNSEEN_LIMIT_S }] : [];
  }
  if (!isWaiting(leg) || held(incident, nowS)) return [];
  const [ageS, limitS] = [ageOf(waitingSince(leg), nowS), PENDING_LIMIT_S[leg.priority] ?? 3600];
  return ageS > limitS ? [{ ...item, kind: "pending", ageS, limitS }] : [];
}

/** What has lasted longer than it may: by priority, then by how many times its limit it has waited. */
export function listLate(rows: Rows, nowS: number): LateItem[] {
  const legs = openLegs(rows).flatMap((open) => lateLeg(open, nowS));
  const reports = [...rows.report.values()].flatMap((report): LateItem[] => {
    const ageS = ageOf(report.received_at, nowS);
    if (report.status !== "waiting" || report.test || report.place.lon_lat !== null || ageS <= UNPLACED_LIMIT_S) return [];
    return [{
      key: report.id, kind: "unplaced", incidentId: null, reportId: report.id, number: report.receipt_code.slice(0, 5),
      agencyId: report.agency_id, priority: null, ageS, limitS: UNPLACED_LIMIT_S,
    }];
  });
  const rank = (item: LateItem) => item.priority ?? 2.5;
  return [...legs, ...reports].sort((a, b) => rank(a) - rank(b) || b.ageS / b.limitS - a.ageS / a.limitS);
}

export interface DeskLine {
  desk: Desk;
  who: string[];
  open: Record<number, number>;
  total: number;
  waiting: number;
  oldestS: number | null;
  /** The oldest is over the limit of its priority. */
  over: boolean;
  /** Since when the alert says that nobody works it. */
  unattended: Alert | null;
}

function takes(desk: Desk, leg: Leg, incident: Incident): boolean {
  return desk.agencies.includes(leg.agency_id) && (desk.areas.length === 0 || desk.areas.includes(incident.place.ward_code));
}

/** Desks in the order of their names, with who sits there and what they have. */
export function buildDesks(rows: Rows, nowS: number): DeskLine[] {
  const legs = openLegs(rows);
  const alerts = new Map([...rows.alert.values()].filter((a) => a.kind === "desk_unattended").map((a) => [a.about[1], a]));
  return [...rows.desk.values()]
    .map((desk) => {
      const mine = legs.filter(({ leg, incident }) => takes(desk, leg, incident));
      const open: Record<number, number> = {};
      for (const priority of new Map(mine.map(({ incident }) => [incident.id, incident.priority])).values())
        open[priority] = (open[priority] ?? 0) + 1;
      const waiting = mine.filter(({ leg, incident }) => isWaiting(leg) && !held(incident, nowS));
      const ages = waiting.map(({ leg }) => ({ s: ageOf(waitingSince(leg), nowS), limit: PENDING_LIMIT_S[leg.priority] ?? 3600 }));
      return {
        desk,
        who: desk.seat_ids.flatMap((id) => rows.seat.get(id)?.user_name ?? []),
        open,
        total: Object.values(open).reduce((sum, n) => sum + n, 0),
        waiting: waiting.length,
        oldestS: ages.length === 0 ? null : Math.max(...ages.map((age) => age.s)),
        over: ages.some((age) => age.s > age.limit),
        unattended: alerts.get(desk.id) ?? null,
      };
    })
    .sort((a, b) => a.desk.name.localeCompare(b.desk.name, "vi", { numeric: true }));
}

/** 44 → 44 s, 78 → 1:18, 3725 → 1:02:05. */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const s = String(whole % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes}:${s}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${s}`;
}

export function shareText(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Beginning of the shift that runs now: 06:00, 14:00 or 22:00 in the city, which is UTC+7 all year. */
export function shiftStart(nowS: number): number {
  const local = nowS + 7 * 3600;
  const day = Math.floor(local / 86_400) * 86_400;
  const starts = [day - 7200, day + 6 * 3600, day + 14 * 3600, day + 22 * 3600];
  return Math.max(...starts.filter((start) => start <= local)) - 7 * 3600;
}

/** Seconds by road, or metres as the crow flies, to the free unit that is nearest a ward. Where no way leads at all,
    beyond the map's roads, comes after what units are late for. */
export function nearestOf(ward: WardCover, agencyId: string, byRoad: boolean): number {
  return ward.agencies[agencyId]?.[byRoad ? "nearest_s" : "nearest_m"] ?? (byRoad ? -1 : Infinity);
}

/** Wards that nobody would be in in time: first where most calls are forecast, else where it would take longest. */
export function listFar(cover: Cover, agencyId: string): WardCover[] {
  const byRoad = cover.within_s[agencyId] !== undefined;
  const expectedIn = (ward: WardCover) => (byRoad ? (ward.agencies[agencyId]?.expected ?? 0) : 0);
  return cover.wards
    .filter((ward) => ward.agencies[agencyId]?.[byRoad ? "within" : "free"] === 0)
    .sort((a, b) => expectedIn(b) - expectedIn(a) || nearestOf(b, agencyId, byRoad) - nearestOf(a, agencyId, byRoad) || 0);
}
