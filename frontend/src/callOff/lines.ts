/** Who is called off when an incident is cancelled or its units are recalled, and what has changed since it was asked. */
import type { Rows } from "../live/reducer";
import type { Assignment, Incident, Phase, Unit } from "../protocol";
import type { CallingOff } from "../state/ui";

/** Somebody is in the crew's care: such a unit is never called off. */
const IN_CARE: ReadonlySet<Phase> = new Set(["at_patient", "transporting", "at_hospital"]);

/** `called`: the crew must acknowledge it; `withdrawn`: its order had not arrived; `dropped`: was to come next;
    `care`: somebody is in its care; `already`: on its way back before. */
export type Fate = "called" | "withdrawn" | "dropped" | "care" | "already";

export interface Line {
  assignment: Assignment;
  unit: Unit;
  fate: Fate;
}

function fateOf(assignment: Assignment, unit: Unit, kind: CallingOff["kind"]): Fate {
  if (assignment.state === "queued") return "dropped";
  if (IN_CARE.has(unit.phase)) return "care";
  if (kind === "recall" && assignment.stand_down_reason !== null) return "already";
  const known = assignment.received_at !== null || assignment.accepted_at !== null || Object.keys(assignment.times).length > 0;
  return known ? "called" : "withdrawn";
}

/** The living assignments that the act concerns: all of the incident, or those of some agencies. */
export function listLines(rows: Rows, incident: Incident, kind: CallingOff["kind"], agencies: readonly string[]): Line[] {
  return incident.leg_ids.flatMap((legId) => {
    const leg = rows.leg.get(legId);
    if (leg === undefined || (kind === "recall" && !agencies.includes(leg.agency_id))) return [];
    return leg.assignment_ids.flatMap((id) => {
      const assignment = rows.assignment.get(id);
      const unit = rows.unit.get(assignment?.unit_id ?? "");
      if (assignment === undefined || unit === undefined || assignment.state === "ended") return [];
      return [{ assignment, unit, fate: fateOf(assignment, unit, kind) }];
    });
  });
}

/** What stood on the screen when it was asked: it goes with the command, and the centre compares. */
export interface Seen {
  version: number;
  assignmentIds: readonly string[];
}

export function seenNow(incident: Incident, lines: readonly Line[]): Seen {
  return { version: incident.version, assignmentIds: lines.map(({ assignment }) => assignment.id) };
}

export interface Difference {
  added: readonly Line[];
  gone: readonly Assignment[];
  /** The incident itself: what of it, and who; empty where it is news of another kind. */
  fields: readonly { field: string; actor: string; at: string }[];
}

/** Null while everything is as it was seen. */
export function differenceOf(rows: Rows, incident: Incident, lines: readonly Line[], seen: Seen): Difference | null {
  const now = new Set(lines.map(({ assignment }) => assignment.id));
  const added = lines.filter(({ assignment }) => !seen.assignmentIds.includes(assignment.id));
  const gone = seen.assignmentIds.flatMap((id) => (now.has(id) ? [] : (rows.assignment.get(id) ?? [])));
  const lost = seen.assignmentIds.some((id) => !now.has(id));
  if (added.length === 0 && !lost && incident.version <= seen.version) return null;
  const fields = Object.entries(incident.changed).flatMap(([field, change]) =>
    change.seq > seen.version ? [{ field, actor: change.actor, at: change.at }] : [],
  );
  return { added, gone, fields };
}
