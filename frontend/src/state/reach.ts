/** What is reached in minutes, as the map is to show it: who asks for it, and the areas that were answered. */
import { create } from "zustand";

import { useCentre } from "../live/store";
import type { LonLat, Reach } from "../protocol";
import { isFree } from "./board";
import { useUi } from "./ui";

interface Store {
  /** `fleet/114`, `unit/ID` or `at/lon,lat`; null while the map shows none. */
  from: string | null;
  /** Empty means every class of a fleet. */
  vehicleClass: string;
  reach: Reach | null;
}

export const useReach = create<Store>(() => ({ from: null, vehicleClass: "", reach: null }));

export const fromPlace = (at: LonLat): string => `at/${at.map((degrees) => degrees.toFixed(5)).join()}`;

/** Of a place somebody's class is asked for, of a fleet all of them unless one is chosen. */
export function askReach(from: string, vehicleClass = from.startsWith("at/") ? "ambulance" : ""): void {
  useUi.setState({ tab: "map" });
  useReach.setState({ from, vehicleClass, reach: null });
}

/** Of one's own free units: of the agency that the incident in hand asked first, else of the one that has most. */
export function askOwnReach(): void {
  const { live, me } = useCentre.getState();
  const own = me?.agencies ?? [];
  const { selection } = useUi.getState();
  const incident = selection?.kind === "incident" ? live.rows.incident.get(selection.id) : undefined;
  const asked = (incident?.leg_ids ?? []).flatMap((id) => live.rows.leg.get(id)?.agency_id ?? []).find((id) => own.includes(id));
  const free = [...live.rows.unit.values()].filter(isFree);
  const countOf = (agencyId: string) => free.filter((unit) => unit.agency_id === agencyId).length;
  const agency = asked ?? [...own].sort((a, b) => countOf(b) - countOf(a))[0];
  if (agency !== undefined) askReach(`fleet/${agency}`);
}

export function dropReach(): void {
  useReach.setState({ from: null, reach: null });
}

/** As the centre takes the question. Pure. */
export function questionOf(from: string, vehicleClass: string): Record<string, string> {
  const [kind, what = ""] = from.split("/");
  if (kind === "unit") return { unit_id: what };
  return { [kind === "at" ? "from" : "agency"]: what, ...(vehicleClass && { vehicle_class: vehicleClass }) };
}
