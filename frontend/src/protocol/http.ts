/** Answers over HTTP: tables, city, session, command line. The frames' types are generated beside. */
import type { ErrorBody, PlaceCandidate, PlaceState } from "./types.gen";

export interface Label {
  vi: string;
  en: string;
}

/** Answer of POST /api/command-line: what a line means, or why it means nothing. */
export interface Reading {
  echo: Label;
  choices: { line: string; echo: Label }[];
  ui: { kind: string; incident_id: string | null; text: string; agency_id: string | null } | null;
  error: { code: string; text: Label; word: string; nearest: string[] } | null;
  seen: unknown;
}

export interface LineAnswer {
  line_id: string;
  reading: Reading;
  /** The answers of the commands carried out, up to the first refusal. */
  answers: { command_id: string; data: Record<string, unknown>; error: ErrorBody | null }[];
  /** What `U` undoes from now on, if this line can be undone. */
  undo: Label | null;
}

/** POST /api/who: free units that could be at a place, soonest first; `others` places fit the words too. */
export interface WhoCould {
  place: PlaceCandidate | null;
  others: number;
  arrivals: { unit_id: string; agency_id: string; capability: string; eta_s: number }[];
  degraded: boolean;
}

/** A whole plan: whom it sends, how many it lacks, when its last unit is there, what it costs in coverage. */
export interface WholePlan {
  sent: { need_id: string; unit_id: string; eta_s: number }[];
  missing: number;
  last_eta_s: number;
  cover_s: number;
}

/** GET /api/incidents/ID/thoughts: a version made again from the log, with what stands beside it. */
export interface SecondThoughts {
  version: number;
  same_again: boolean | null;
  thoughts: {
    plan: WholePlan;
    next_best: WholePlan | null;
    changes: { leaves: string; comes: string[]; later_s: number | null }[];
    waiting: { unit_id: string; eta_s: number; sooner_s: number }[];
    closest: WholePlan;
  } | null;
}

/** GET /api/cover: free units of the same agency and skill near a unit by road, before and after all asked about have gone. */
export interface RoadCover {
  unit_id: string;
  capability: string;
  within_s: number;
  before: number;
  after: number;
}

/** GET /api/reach: what is reached with siren and light, the nearest first; `unplaced` units nobody knows a place of. */
export interface Reach {
  areas: { limit_s: number; coordinates: [number, number][][][] }[];
  units: number;
  unplaced: number;
  at: string;
}

/** GET /api/way */
export interface Way {
  travel_s: number;
  /** What half of such ways take at most, and nine of ten; null for a straight line. */
  eta_p50_s: number | null;
  eta_p90_s: number | null;
  distance_m: number;
  carry_m: number;
  lon_lats: [number, number][];
  degraded: boolean;
  /** What to do on the way, if asked for. */
  steps: { turn: string; vi: string; en: string; lon_lat: [number, number] }[];
  /** The junction by which it is asked for again, where it is not the fastest. */
  via: [number, number] | null;
  /** The street that tells it from the others beside it; empty where none does. */
  over: string;
  alternatives: Way[];
  /** It begins where the centre last heard of the unit. */
  seen: { lon_lat: [number, number]; at: string } | null;
}

/** A way that was taken though it was so much slower than the fastest, and its own street. */
export interface TakenWay {
  via: [number, number];
  slower_s: number;
  over: string;
}

export interface WayQuestion {
  /** Without it: where the unit was last heard of. */
  from?: readonly [number, number] | undefined;
  unitId?: string | undefined;
  to: readonly [number, number];
  vehicleClass: string;
  hot: boolean;
  guidance?: boolean;
  alternatives?: number;
  taken?: TakenWay | null | undefined;
}

/** GET /api/codes */
export interface CodeTables {
  agencies: Record<string, AgencyCodes>;
  types: Record<string, IncidentTypeCode>;
  capabilities: Record<string, Label>;
  outcomes: Record<string, Label>;
  end_reasons: Record<string, Label>;
  question_sets?: Record<string, QuestionSet>;
  plans?: { code: string; types: string[]; priorities: number[]; levels: { agency_id: string }[][] }[];
}

export interface QuestionChoice {
  code: string;
  /** The digit that chooses it. */
  key: string;
  label: Label;
  /** The advice to be read to the caller then. */
  says: string | null;
}

export interface Question {
  code: string;
  label: Label;
  choices: QuestionChoice[];
  /** What the caller's own words beside the choice tell: which floor, how many. */
  detail: Label | null;
}

export type When = Record<string, string[]>;

/** Key questions of some types: at most six, by keyboard, with what follows from the answers. */
export interface QuestionSet {
  code: string;
  version: number;
  label: Label;
  agency_id: string;
  types: string[];
  questions: Question[];
  determinants: { code: string; label: Label; when: When; priority: number; type_code: string | null }[];
  needs: { when: When; need: { agency_id: string; capability: string; count: number } }[];
  advice: { code: string; text: Label; approved_by: string; beat: number | null }[];
}

/** POST /api/history: what was told before from a number and at a place. */
export interface PastReport {
  id: string;
  at: string;
  channel: string;
  status: string;
  type_code: string | null;
  place: string;
  ended_reason: string | null;
  incident_id: string | null;
  number: string | null;
  outcomes: string[];
}

export interface PastCall {
  id: string;
  at: string;
  line: string;
  state: string;
  silent: boolean;
  attempts: number;
  call_back_due: boolean;
}

export interface PastIncident {
  id: string;
  number: string;
  at: string;
  type_code: string;
  state: string;
  place: string;
  outcomes: string[];
  distance_m: number | null;
}

/** Danger that is known at a place or from a number; `beside`: near the place and not of it. Without a text, agencies `ask` know it. */
export interface KnownCaution {
  id: string;
  scope: string;
  text: string | null;
  ask: string[];
  source: string;
  at: string;
  expires_at: string;
  distance_m: number | null;
  beside: boolean;
}

export interface AreaHere {
  code: string;
  label: Label;
  /** Of the agency's table of cover, not imported. */
  reckoned: boolean;
  whole_city: boolean;
}

/** GET /api/whose: the ward of a place ("" outside the city), and what each agency has there. */
export interface Whose {
  ward_code: string;
  ward: string;
  agencies: {
    agency_id: string;
    responsible: boolean;
    by_area: boolean;
    zones: AreaHere[];
    zones_known: boolean;
    beats: AreaHere[];
    beats_known: boolean;
    stations: AreaHere[];
    nearest: { id: string; name: string; distance_m: number; synthetic: boolean } | null;
  }[];
}

export interface Past {
  number: { reports: PastReport[]; calls: PastCall[]; nuisance: { count: number; last_at: string } | null } | null;
  address: PastIncident[];
  cautions: KnownCaution[];
}

export interface AgencyCodes {
  id: string;
  line: string;
  suffix: string;
  label: Label;
  statuses: Record<string, { code: string; phase: string; label: Label; in_quarters: boolean }>;
  unit_types: Record<string, { code: string; label: Label }>;
  /** What goes by itself; empty: nothing. */
  automatic: AutomaticRule[];
  /** The same service of the next province, by name: units of these stations are not ours. */
  neighbours?: { name: string; stations: string[] }[];
}

/** Incidents whose plan an agency sends by itself after a countdown, and how sure of them it must be. */
export interface AutomaticRule {
  types: string[];
  priorities: number[];
  countdown_s: number;
  place_state: PlaceState;
  place_radius_m: number;
  type_sure: "chosen" | "assessed";
  straight_line: boolean;
  shortfall: boolean;
}

export interface IncidentTypeCode {
  code: string;
  label: Label;
  agency_id: string;
  priority: number;
  radius_m: number;
  restricted: boolean;
}

/** GET /api/city */
export interface City {
  name: string;
  attribution: string;
  osm_date: string | null;
  generated: boolean;
  /** West, south, east, north. */
  bounds: [number, number, number, number] | null;
}

/** GET /api/me and POST /api/sign-in */
export interface SessionInfo {
  user: { id: string; name: string; role: string; agencies: string[]; unit_id?: string | null; station_id?: string | null };
  mode: "demo" | "training" | "live";
  csrf: string;
}
