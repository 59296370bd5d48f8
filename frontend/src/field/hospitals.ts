/** Hospitals for a crew's patient: what the centre proposes, and what this crew has said. Pure but for the question. */
import { ask } from "../live/http";
import type { AgencyCodes, Assignment, LonLat, Phase, Unit } from "../protocol";
import { saidStatus, type Waiting } from "./queue";

/** One hospital as it is proposed; `why` says what speaks for it and against it. */
export interface HospitalOption {
  hospital_id: string;
  name: string;
  lon_lat: LonLat;
  travel_s: number | null;
  missing: string[];
  diverted: boolean;
  full: boolean;
  synthetic: boolean;
  why: { vi: string; en: string };
}

/** GET /api/hospitals/for-assignment */
export interface HospitalAdvice {
  options: HospitalOption[];
  degraded: boolean;
  at: string;
}

export function askHospitals(assignmentId: string): Promise<HospitalAdvice> {
  return ask(`/api/hospitals/for-assignment?${new URLSearchParams({ assignment_id: assignmentId }).toString()}`);
}

/** While it is with a patient, a crew may be asked where it goes. */
const WITH_PATIENT: readonly Phase[] = ["on_scene", "at_patient", "transporting", "at_hospital"];
const DRIVING: readonly Phase[] = ["transporting", "at_hospital"];

/** What the crew is at; a status said here counts at once. */
function phaseSaid(unit: Unit, agency: AgencyCodes | undefined, queue: readonly Waiting[]): string {
  const said = saidStatus(queue, unit.id, unit.assignment_id)?.body;
  return said !== undefined && "status_code" in said ? (agency?.statuses[said.status_code]?.phase ?? unit.phase) : unit.phase;
}

/** At the scene a crew knows whether the address is the right one. */
export function isThere(unit: Unit, agency: AgencyCodes | undefined, queue: readonly Waiting[]): boolean {
  return ["on_scene", "at_patient"].includes(phaseSaid(unit, agency, queue));
}

/** Crews of an agency that hands patients over at hospitals, from the scene on. */
export function mayChoose(unit: Unit, agency: AgencyCodes | undefined, queue: readonly Waiting[]): boolean {
  const statuses = agency?.statuses ?? {};
  const phase = phaseSaid(unit, agency, queue);
  const brings = Object.values(statuses).some((status) => status.phase === "at_hospital");
  return brings && (WITH_PATIENT as readonly string[]).includes(phase);
}

export interface Chosen {
  hospital_id: string;
  name: string;
  lon_lat: LonLat;
}

/** Where it goes: what was said here counts before the centre has heard it. `options` name what was said. */
export function chosenOf(assignment: Assignment, queue: readonly Waiting[], options: readonly HospitalOption[]): Chosen | null {
  const said = queue.findLast(
    (item) => item.kind === "command" && item.body.type === "assignment.choose_hospital" && item.body.assignment_id === assignment.id,
  );
  if (said?.kind === "command" && said.body.type === "assignment.choose_hospital") {
    const { hospital_id: id } = said.body;
    if (id === null) return null;
    const known = options.find((option) => option.hospital_id === id);
    if (known !== undefined) return known;
  }
  return assignment.hospital ?? null;
}

/** Once it drives there with a patient, the way leads to the hospital and no longer to the scene. */
export function destinationOf(unit: Unit, assignment: Assignment): Chosen | null {
  return DRIVING.includes(unit.phase) ? (assignment.hospital ?? null) : null;
}
