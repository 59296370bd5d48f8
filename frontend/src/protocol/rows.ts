/** Bodies of the rows: the entities as the centre shows them to this session. */
import type { Change, Instant, LonLat, Phase, PhaseTime, Place, PlaceCandidate, Revealed } from "./values";

export interface Call {
  id: string;
  line: string;
  agency_id: string;
  number: Revealed;
  state: "ringing" | "answered" | "held" | "ended" | "abandoned";
  rung_at: Instant;
  answered_at: Instant | null;
  answered_by: string | null;
  ended_at: Instant | null;
  call_back_due: boolean;
  attempts: { by: string; at: Instant; reached: boolean }[];
  report_ids: string[];
  test: boolean;
}

export interface Difference {
  field: string;
  incident: string;
  report: string;
  same: boolean;
}

export interface Duplicate {
  incident_id: string;
  distance_m: number | null;
  why: string[];
  differences: Difference[];
}

export interface Report {
  id: string;
  channel: string;
  receipt_code: string;
  agency_id: string;
  occurred_at: Instant;
  received_at: Instant;
  place: Place;
  words: Revealed[];
  phone: Revealed;
  name: Revealed;
  type_code: string | null;
  call_id: string | null;
  incident_id: string | null;
  status: "waiting" | "attached" | "ended";
  ended_reason: string | null;
  candidates: PlaceCandidate[];
  duplicates: Duplicate[];
  opened_at: Instant | null;
  opened_by: string | null;
  test: boolean;
}

export interface Note {
  note_id: string;
  text: Revealed;
  by: string;
  at: Instant;
}

export interface Incident {
  id: string;
  number: string;
  type_code: string;
  priority: number;
  place: Place;
  opened_at: Instant;
  opened_by: string;
  restricted: boolean;
  state: "open" | "closed" | "merged";
  level: number;
  report_ids: string[];
  leg_ids: string[];
  notes: Note[];
  changed: Record<string, Change>;
  update_n: number;
  merged_into: string | null;
  closed_at: Instant | null;
  test: boolean;
}

export interface Need {
  need_id: string;
  capability: string;
  count: number;
  minimum: number;
  level: number;
}

export interface Leg {
  id: string;
  incident_id: string;
  agency_id: string;
  suffix: string;
  priority: number;
  state: "requested" | "seen" | "pending" | "active" | "closed" | "refused";
  requested_at: Instant;
  requested_by: string;
  needs: Need[];
  seen_at: Instant | null;
  pending_since: Instant | null;
  first_dispatched_at: Instant | null;
  closed_at: Instant | null;
  outcome: string | null;
  reason: string | null;
  assignment_ids: string[];
}

export interface AssignmentUpdate {
  n: number;
  kind: string;
  old: string;
  new: string;
  at: Instant;
  received_at: Instant | null;
  accepted_at: Instant | null;
}

export interface Assignment {
  id: string;
  incident_id: string;
  leg_id: string;
  unit_id: string;
  agency_id: string;
  need_id: string | null;
  state: "queued" | "active" | "ended";
  hot: boolean;
  created_at: Instant;
  dispatched_at: Instant | null;
  received_at: Instant | null;
  accepted_at: Instant | null;
  accepted_by: string | null;
  declined_reason: string | null;
  eta_s: number | null;
  override: boolean;
  times: Partial<Record<Phase, PhaseTime>>;
  updates: AssignmentUpdate[];
  stand_down_reason: string | null;
  ended_at: Instant | null;
  outcome: string | null;
}

export interface Reason {
  code: string;
  params: Record<string, string | number>;
}

export interface ProposedUnit {
  need_id: string;
  leg_id: string;
  unit_id: string;
  capability: string;
  eta_s: number;
  travel_s: number;
  turnout_s: number;
  distance_m: number;
  position: LonLat;
  position_age_s: number;
  phase: Phase;
  reasons: Reason[];
  alternatives: { unit_id: string; eta_s: number }[];
}

export interface MissingUnits {
  need_id: string;
  leg_id: string;
  capability: string;
  missing: number;
  below_minimum: boolean;
  reason: Reason;
}

export interface Recommendation {
  incident_id: string;
  version: number;
  proposed: ProposedUnit[];
  missing: MissingUnits[];
  method: string;
  degraded: boolean;
  graph_date: string;
  took_ms: number;
  made_at: Instant;
}

export interface Station {
  id: string;
  agency_id: string;
  name: string;
  lon_lat: LonLat;
  synthetic: boolean;
}

export interface Unit {
  id: string;
  call_sign: string;
  agency_id: string;
  station_id: string;
  type_code: string;
  capabilities: string[];
  vehicle_class: string;
  turnout_s: number;
  phase: Phase;
  status_code: string;
  phase_since: Instant;
  in_quarters: boolean;
  crew_id: string | null;
  assignment_id: string | null;
  queued: string[] | null;
  synthetic: boolean;
  test: boolean;
}

export interface Crew {
  id: string;
  agency_id: string;
  unit_ids: string[];
  names: string[];
  phone: string | null;
  radio: string;
}

export interface Desk {
  id: string;
  name: string;
  agencies: string[];
  areas: string[];
  talk_groups: string[];
  seat_ids: string[];
}

export interface Seat {
  id: string;
  user_id: string;
  user_name: string;
  desk_ids: string[];
  signed_on_at: Instant;
}

export interface Alert {
  id: string;
  kind: string;
  level: "A" | "B" | "C";
  agency_id: string;
  incident_id: string | null;
  about: [string, string];
  raised_at: Instant;
  claimed_by: string | null;
  claimed_at: Instant | null;
  shelved_until: Instant | null;
  cleared_at: Instant | null;
  params: Record<string, string>;
}

/** Kind of row → its body. Deliveries are the units' own business; a screen keeps none. */
export interface RowBodies {
  call: Call;
  report: Report;
  incident: Incident;
  leg: Leg;
  assignment: Assignment;
  recommendation: Recommendation;
  station: Station;
  unit: Unit;
  crew: Crew;
  desk: Desk;
  seat: Seat;
  alert: Alert;
}

export type RowKind = keyof RowBodies;
