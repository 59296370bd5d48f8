/** Plain values shared by every row. Times are ISO 8601 in UTC; positions are [longitude, latitude]. */
export type LonLat = [number, number];
export type Instant = string;

/** A personal value as this session may see it: clear text, or null when it is not ours or was erased. */
export type Revealed = string | null;

export interface Label {
  vi: string;
  en: string;
}

export type PlaceState = "heard" | "matched" | "read_back" | "confirmed_by_crew";

export interface Place {
  heard: string;
  lon_lat: LonLat | null;
  radius_m: number | null;
  level: string;
  label: string;
  ward_code: string;
  ward: string;
  confidence: number;
  state: PlaceState;
}

export interface PlaceCandidate {
  lon_lat: LonLat;
  radius_m: number;
  level: string;
  label: string;
  ward_code: string;
  ward: string;
  confidence: number;
  distinguishing: string;
}

export type Phase =
  | "available"
  | "dispatched"
  | "received"
  | "en_route"
  | "staged"
  | "on_scene"
  | "at_patient"
  | "transporting"
  | "at_hospital"
  | "clearing"
  | "returning"
  | "out_of_service";

export interface PhaseTime {
  occurred_at: Instant;
  recorded_at: Instant;
  source: "crew" | "dispatcher_by_radio" | "geofence" | "import" | "system";
  moved: boolean;
}

export interface Change {
  seq: number;
  actor: string;
  at: Instant;
}
