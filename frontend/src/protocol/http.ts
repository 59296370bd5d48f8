/** Answers over HTTP: tables, city, session, command line. The frames' types are generated beside. */
import type { ErrorBody } from "./types.gen";

export interface Label {
  vi: string;
  en: string;
}

/** Answer of POST /api/command-line: what a line means, or why it means nothing. */
export interface Reading {
  echo: Label;
  choices: { line: string; echo: Label }[];
  ui: { kind: string; incident_id: string | null; text: string } | null;
  error: { code: string; text: Label; word: string; nearest: string[] } | null;
  seen: unknown;
}

export interface LineAnswer {
  line_id: string;
  reading: Reading;
  /** The answers of the commands carried out, up to the first refusal. */
  answers: { command_id: string; data: Record<string, unknown>; error: ErrorBody | null }[];
}

/** GET /api/codes */
export interface CodeTables {
  agencies: Record<string, AgencyCodes>;
  types: Record<string, IncidentTypeCode>;
  capabilities: Record<string, Label>;
  outcomes: Record<string, Label>;
  end_reasons: Record<string, Label>;
}

export interface AgencyCodes {
  id: string;
  line: string;
  suffix: string;
  label: Label;
  statuses: Record<string, { code: string; phase: string; label: Label; in_quarters: boolean }>;
  unit_types: Record<string, { code: string; label: Label }>;
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
  user: { id: string; name: string; role: string; agencies: string[] };
  mode: "demo" | "training" | "live";
  csrf: string;
}
