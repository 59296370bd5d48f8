/** The station's orders: every active assignment of its units, what nobody has read yet first. Pure. */
import { saidAccepted, type Waiting } from "../field/queue";
import type { UnitRows } from "../field/rows";
import type { Assignment, Incident, Unit } from "../protocol";

export interface Order {
  assignment: Assignment;
  incident: Incident;
  unit: Unit;
  /** A person has read it, as far as this device knows. */
  accepted: boolean;
}

export function isUnread(order: Order): boolean {
  return !order.accepted && Object.keys(order.assignment.times).length === 0;
}

/** When it was sent to the unit. */
export function sentAt({ assignment }: Order): string {
  return assignment.dispatched_at ?? assignment.created_at;
}

export function ordersOf(rows: UnitRows, queue: readonly Waiting[]): Order[] {
  const orders: Order[] = [];
  for (const assignment of rows.assignment.values()) {
    const incident = rows.incident.get(assignment.incident_id);
    const unit = rows.unit.get(assignment.unit_id);
    if (assignment.state !== "active" || incident === undefined || unit === undefined) continue;
    const accepted = assignment.accepted_at !== null || saidAccepted(queue, assignment.id, 0);
    orders.push({ assignment, incident, unit, accepted });
  }
  return orders.sort((a, b) => Number(isUnread(b)) - Number(isUnread(a)) || sentAt(a).localeCompare(sentAt(b)));
}

/** Orders of this shift that are over, newest first, as long as this page has stood. */
export function pastOf(rows: UnitRows): Assignment[] {
  const over = [...rows.assignment.values()].filter((assignment) => assignment.state === "ended");
  return over.sort((a, b) => (b.ended_at ?? "").localeCompare(a.ended_at ?? ""));
}
