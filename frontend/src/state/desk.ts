/** Whose work this screen shows, where its person sits, and which desks nobody sits at. */
import { useMemo } from "react";

import { useCentre } from "../live/store";
import type { Desk, Seat } from "../protocol";
import type { Rows } from "../live/reducer";
import { useUi } from "./ui";

/** Null means every agency. */
export function useDeskAgencies(): readonly string[] | null {
  const own = useCentre((s) => s.me?.agencies);
  const chosen = useUi((s) => s.agencies);
  return useMemo(() => {
    if (chosen !== null && chosen.length > 0) return chosen;
    return own === undefined || own.length === 0 ? null : own;
  }, [own, chosen]);
}

export function seatOf(rows: Rows, userId: string): Seat | undefined {
  return [...rows.seat.values()].find((seat) => seat.user_id === userId);
}

/** The desk a person sits at; the first when several are combined. */
export function deskOf(rows: Rows, userId: string): Desk | undefined {
  const seat = seatOf(rows, userId);
  return seat === undefined ? undefined : rows.desk.get(seat.desk_ids[0] ?? "");
}

/** Agencies of which no desk with a person at it takes care. */
export function unattended(rows: Rows): string[] {
  const desks = [...rows.desk.values()];
  const cared = new Set(desks.filter((desk) => desk.seat_ids.length > 0).flatMap((desk) => desk.agencies));
  const all = new Set(desks.flatMap((desk) => desk.agencies));
  return [...all].filter((id) => !cared.has(id)).sort();
}
