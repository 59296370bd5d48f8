/** F8: the next thing that needs me. Alerts first, then ringing calls, waiting reports, parts without a unit. */
import type { Report } from "../protocol";
import type { AlertBoard } from "./alerts";
import { isWaiting, type Queue } from "./queue";
import type { Selection } from "./ui";

/** So long nobody else is brought to a report that somebody works at: a caller who is asked and read back. Whoever
    leaves it longer has perhaps gone. */
export const IN_HAND_S = 180;

/** Who asks, and when. */
export interface Asker {
  id: string | undefined;
  nowS: number;
}

function isElsewhere(report: Report, asker: Asker): boolean {
  if (report.opened_at === null || report.opened_by === asker.id) return false;
  return asker.nowS - Date.parse(report.opened_at) / 1000 < IN_HAND_S;
}

export type NextThing = { kind: "call"; id: string } | Exclude<Selection, null>;

function ofAlerts(board: AlertBoard): NextThing[] {
  return board.lines.flatMap(({ alert }): NextThing[] => {
    if (alert.level === "C") return [];
    if (alert.about[0] === "report") return [{ kind: "report", id: alert.about[1] }];
    return alert.incident_id === null ? [] : [{ kind: "incident", id: alert.incident_id }];
  });
}

function ofQueue(queue: Queue, asker: Asker): NextThing[] {
  const pending = queue.levels.flatMap((level) => level.items.filter((item) => item.legs.some(isWaiting)));
  return [
    ...queue.reports.flatMap((report): NextThing[] => (isElsewhere(report, asker) ? [] : [{ kind: "report", id: report.id }])),
    ...pending.map((item): NextThing => ({ kind: "incident", id: item.incident.id })),
  ];
}

/** The first thing, or the one after the present selection when that is itself such a thing. */
export function findNext(board: AlertBoard, queue: Queue, selection: Selection, asker: Asker): NextThing | null {
  const calls = queue.ringing.map((call): NextThing => ({ kind: "call", id: call.id }));
  const things = [...ofAlerts(board), ...calls, ...ofQueue(queue, asker)];
  const unique = things.filter((a, i) => things.findIndex((b) => b.kind === a.kind && b.id === a.id) === i);
  const here = unique.findIndex((thing) => thing.kind === selection?.kind && thing.id === selection.id);
  if (here === -1) return unique[0] ?? null;
  return unique[(here + 1) % unique.length] ?? null;
}
