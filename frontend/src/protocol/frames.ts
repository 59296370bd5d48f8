/** Frames of /ws/console: JSON objects with the tag field `t`. */
import type { RowBodies } from "./rows";
import type { Instant, Label } from "./values";

export interface ErrorText {
  code: string;
  vi: string;
  en: string;
  data?: Record<string, unknown>;
}

export interface LogLine {
  seq: number;
  type: string;
  at: Instant;
  recorded_at: Instant;
  received_at: Instant;
  actor: string;
  agency: string;
  incident_id: string | null;
  about: [string, string];
  data: Record<string, unknown>;
}

export interface WireRow {
  kind: string;
  id: string;
  version: number;
  body: RowBodies[keyof RowBodies];
}

export interface Welcome {
  t: "welcome";
  session: string;
  log_id: string;
  head: number;
  resume: string;
  server_at: Instant;
  snapshot?: string | null;
}

export interface HeadFrame {
  t: "head";
  seq: number;
  at: Instant;
}

export interface Changes {
  t: "changes";
  prev: number;
  seq: number;
  rows: WireRow[];
  gone: [string, string][];
  log: LogLine[];
}

/** [unit_id, lon, lat, age_s, accuracy_m] */
export type PositionTuple = [string, number, number, number, number | null];

export interface Positions {
  t: "positions";
  at: Instant;
  p: PositionTuple[];
}

export interface Ack {
  t: "ack";
  command_id: string;
  seq_first: number;
  seq_last: number;
  data: Record<string, unknown>;
}

export interface RefusedFrame {
  t: "refused";
  command_id: string;
  error: ErrorText;
  /** Nothing was decided yet: the very same frame again after so many seconds. */
  retry_s?: number | null;
}

export interface Token {
  t: "token";
  resume: string;
}

export interface Drain {
  t: "drain";
  retry_s: number;
}

export interface ErrorFrame {
  t: "error";
  error: ErrorText;
}

export interface Pong {
  t: "pong";
  sent_at: Instant;
  server_at: Instant;
}

export type ServerFrame =
  | Welcome
  | Token
  | HeadFrame
  | Changes
  | Positions
  | Ack
  | RefusedFrame
  | Drain
  | ErrorFrame
  | Pong;

export interface Hello {
  t: "hello";
  protocol: number;
  device: string;
  sent_at: Instant;
  ticket?: string;
  resume?: string;
  have?: { log_id: string; seq: number };
}

export interface CommandFrame {
  t: "command";
  command_id: string;
  occurred_at: Instant;
  body: CommandBody;
}

export interface CommandBody {
  type: string;
  [field: string]: unknown;
}

export interface ViewportFrame {
  t: "viewport";
  bbox: [number, number, number, number];
  units: string[];
}

export type ClientFrame = Hello | CommandFrame | ViewportFrame | { t: "ping"; sent_at: Instant };

export interface Snapshot {
  log_id: string;
  seq: number;
  rows: WireRow[];
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
  answers: { command_id: string; data: Record<string, unknown>; error: ErrorText | null }[];
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
  bbox: [number, number, number, number] | null;
}

/** GET /api/me and POST /api/sign-in */
export interface SessionInfo {
  user: { id: string; name: string; role: string; agencies: string[] };
  mode: "demo" | "training" | "live";
  csrf: string;
}
