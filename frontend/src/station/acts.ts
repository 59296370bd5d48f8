/** What the duty officer says for the station. */
import { tell } from "../field/store";
import type { AgencyCodes } from "../protocol";
import type { Order } from "./orders";
import { isUnread } from "./orders";

export function acceptOrder(order: Order): void {
  if (isUnread(order)) void tell({ type: "assignment.accept", assignment_id: order.assignment.id, n: 0 });
}

/** Read, and the vehicle rolls. */
export async function acceptAndRoll(order: Order, agency: AgencyCodes | undefined): Promise<void> {
  acceptOrder(order);
  const rolling = Object.values(agency?.statuses ?? {}).find((status) => status.phase === "en_route");
  if (rolling === undefined || order.assignment.times.en_route !== undefined) return;
  await tell({ type: "assignment.phase", assignment_id: order.assignment.id, status_code: rolling.code });
}

export function declineOrder(order: Order, reason: string): void {
  void tell({ type: "assignment.decline", assignment_id: order.assignment.id, reason });
}

export function canDecline(order: Order): boolean {
  return Object.keys(order.assignment.times).length === 0;
}
