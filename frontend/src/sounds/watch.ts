/** What of the live rows is to be heard: pure, so that it can be tried without a loudspeaker. */
import type { Rows } from "../live/reducer";
import { activeAlerts, levelOf } from "../state/alerts";
import type { Event } from "./tones";

export interface Heard {
  event: Event;
  agencyId: string;
}

const ORDER: readonly Event[] = ["A", "call", "report", "B", "C"];

/** New since the rows before, the gravest first; one tone for each agency and event, however many there are. */
export function newSounds(before: Rows, now: Rows, agencies: readonly string[] | null, nowS: number): Heard[] {
  const ours = (id: string) => agencies === null || id === "" || agencies.includes(id);
  const heard = new Map<string, Heard>();
  const add = (event: Event, agencyId: string) => heard.set(`${event}/${agencyId}`, { event, agencyId });
  if (now.alert !== before.alert) {
    for (const alert of activeAlerts(now, agencies, nowS)) {
      const known = before.alert.get(alert.id);
      const back = known !== undefined && known.claimed_by !== null && alert.claimed_by === null;
      if (known === undefined || back) add(levelOf(alert), alert.agency_id);
    }
  }
  if (now.report !== before.report) {
    for (const report of now.report.values()) {
      if (report.status === "waiting" && !before.report.has(report.id) && ours(report.agency_id)) add("report", report.agency_id);
    }
  }
  if (now.call !== before.call) {
    for (const call of now.call.values()) {
      if (call.state === "ringing" && !before.call.has(call.id) && ours(call.agency_id)) add("call", call.agency_id);
    }
  }
  return [...heard.values()].sort((a, b) => ORDER.indexOf(a.event) - ORDER.indexOf(b.event));
}

/** Agencies with an alert of level A that nobody has taken: they sound again until somebody does. */
export function stillSounding(rows: Rows, agencies: readonly string[] | null, nowS: number): string[] {
  const found = activeAlerts(rows, agencies, nowS).filter((a) => a.level === "A" && a.claimed_by === null);
  return [...new Set(found.map((alert) => alert.agency_id))];
}
