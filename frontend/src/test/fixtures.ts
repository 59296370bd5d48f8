/** Rows as the centre sends them, for tests: complete bodies with only the interesting fields named. */
import type {
  Alert, Assignment, Call, Changes, CodeTables, Incident, Leg, Place, Recommendation, Report, RowBodies, RowKind,
  RowOut, Station, Unit,
} from "../protocol";

export const T0 = "2026-11-22T11:40:00Z";
export const T0_S = Date.parse(T0) / 1000;

export function at(seconds: number): string {
  return new Date((T0_S + seconds) * 1000).toISOString();
}

export function place(part: Partial<Place> = {}): Place {
  return {
    heard: "384 xẹt 20 Lý Thái Tổ", lon_lat: [106.676, 10.768], radius_m: 15, level: "door",
    label: "384/20 Lý Thái Tổ", ward_code: "27301", ward: "P. Vườn Lài", confidence: 0.96, state: "matched", mouth: null, mouth_m: null, ...part,
  };
}

export function incident(part: Partial<Incident> = {}): Incident {
  return {
    id: "i1", number: "261122-0457", type_code: "fire_house", subject: "s", priority: 1, place: place(), opened_at: T0,
    opened_by: "u1", restricted: false, state: "open", level: 1, hold: null, report_ids: ["r1"], leg_ids: ["i1-4"], notes: [],
    photos: [], determinant: "", extra_needs: [], changed: {}, update_n: 0, merged_into: null, closed_at: null, test: false, version: 1, ...part,
  };
}

export function leg(part: Partial<Leg> = {}): Leg {
  return {
    id: "i1-4", incident_id: "i1", agency_id: "114", suffix: "-4", priority: 1, state: "pending", requested_at: T0,
    requested_by: "u1",
    needs: [{ need_id: "i1-4/1/fire_engine", capability: "fire_engine", count: 2, minimum: 1, level: 1, substitutes: [] }],
    seen_at: T0, seen_by: "u1", pending_since: T0, first_dispatched_at: null, closed_at: null, outcome: null, reason: null,
    assignment_ids: [], test: false, version: 1, ...part,
  };
}

export function unit(part: Partial<Unit> = {}): Unit {
  return {
    id: "cc12", call_sign: "CC-12", agency_id: "114", station_id: "s1", type_code: "engine",
    capabilities: ["fire_engine"], vehicle_class: "engine", turnout_s: 60, phase: "available", status_code: "ready",
    phase_since: T0, in_quarters: true, crew_id: null, assignment_id: null, queued: [], delivery_n: 0, mayday_at: null,
    synthetic: true, test: false, version: 1,
    ...part,
  };
}

export function station(part: Partial<Station> = {}): Station {
  return { id: "s1", agency_id: "114", name: "ĐV Vườn Lài", lon_lat: [106.67, 10.77], synthetic: true, version: 1, ...part };
}

export function assignment(part: Partial<Assignment> = {}): Assignment {
  return {
    id: "a1", incident_id: "i1", leg_id: "i1-4", unit_id: "cc12", agency_id: "114", need_id: "i1-4/1/fire_engine",
    state: "active", hot: true, dispatched_by: "u1", created_at: T0, dispatched_at: T0, received_at: null, accepted_at: null,
    accepted_by: null, declined_at: null, declined_reason: null, recommendation_version: 7, corrected: [], ended_how: null,
    crew_id: null, test: false, version: 1, eta_s: 242, eta_p50_s: 250, eta_p90_s: 360, eta_at: null, override: false, times: {}, updates: [],
    stand_down_reason: null, ended_at: null, outcome: null, ...part,
  };
}

export function report(part: Partial<Report> = {}): Report {
  return {
    id: "r1", channel: "web", receipt_code: "ABCDE-FGHIJ", agency_id: "114", subject: "s", device: null, ended_at: null, version: 1, occurred_at: T0, received_at: T0,
    place: place(), words: ["khói ra cửa sổ lầu ba"], texts: [], photos: [], answers: [], assessment: null, reopened_at: null, ended_before: [], nuisance_cleared_at: null, phone: "0900000041", name: null, type_code: null, call_id: null,
    incident_id: null, status: "waiting", ended_reason: null, candidates: [], duplicates: [], opened_at: T0,
    opened_by: "u1", test: false, ...part,
  };
}

export function alert(part: Partial<Alert> = {}): Alert {
  return {
    id: "al1", kind: "unaccepted", level: "A", agency_id: "114", incident_id: "i1", about: ["assignment", "a1"],
    raised_at: T0, claimed_by: null, claimed_at: null, shelved_until: null, shelved_reason: null,
    params: {}, version: 1, ...part,
  };
}

export function call(part: Partial<Call> = {}): Call {
  return {
    id: "c1", line: "114", agency_id: "114", number: "0900000018", state: "ringing", rung_at: T0, answered_at: null,
    answered_by: null, ended_at: null, ended_by: null, recording_ref: null, silent: false, dialled_by: null, dialled_at: null, reopened: [], version: 1, call_back_due: false, attempts: [], report_ids: [], test: false, handset: null, ...part,
  };
}

export function recommendation(part: Partial<Recommendation> = {}): Recommendation {
  return {
    incident_id: "i1", version: 7, method: "min_cost_flow", degraded: false, graph_date: "2026-11-01", took_ms: 12, inputs_digest: "", row_version: 1,
    made_at: T0,
    proposed: [
      {
        need_id: "i1-4/1/fire_engine", leg_id: "i1-4", unit_id: "cc12", capability: "fire_engine", eta_s: 242,
        travel_s: 182, turnout_s: 60, distance_m: 1500, position: [106.67, 10.77], position_age_s: 0,
        phase: "available", reasons: [{ code: "fastest", params: {} }],
        alternatives: [{ unit_id: "cc11", eta_s: 300 }], eta_p50_s: 250, eta_p90_s: 360,
      },
    ],
    missing: [
      {
        need_id: "i1-4/1/fire_engine", leg_id: "i1-4", capability: "fire_engine", missing: 1, below_minimum: false,
        reason: { code: "no_free_unit", params: {} },
      },
    ],
    ...part,
  };
}

export function row<K extends RowKind>(kind: K, body: RowBodies[K], version = 1): RowOut {
  const id = "id" in body ? body.id : body.incident_id;
  return { kind, id, version, body };
}

export function changes(prev: number, seq: number, rows: RowOut[] = [], gone: [string, string][] = []): Changes {
  return { t: "changes", prev, seq, rows, gone, log: [] };
}

export const CODES: CodeTables = {
  agencies: {
    "114": {
      id: "114", line: "114", suffix: "-4", label: { vi: "Chữa cháy", en: "Fire and rescue" },
      statuses: { ready: { code: "ready", phase: "available", label: { vi: "Sẵn sàng tại đơn vị", en: "Available in quarters" }, in_quarters: true } },
      unit_types: { engine: { code: "engine", label: { vi: "Xe chữa cháy", en: "Engine" } } },
      automatic: [],
    },
    "115": { id: "115", line: "115", suffix: "-5", label: { vi: "Cấp cứu", en: "Ambulance" }, statuses: {}, unit_types: {}, automatic: [] },
  },
  types: {
    fire_house: { code: "fire_house", label: { vi: "Cháy nhà ở", en: "House fire" }, agency_id: "114", priority: 1, radius_m: 300, restricted: false },
    smoke: { code: "smoke", label: { vi: "Khói, mùi khét chưa rõ", en: "Smoke or burning smell" }, agency_id: "114", priority: 2, radius_m: 2000, restricted: false },
    cardiac_arrest: { code: "cardiac_arrest", label: { vi: "Ngưng tim ngưng thở", en: "Cardiac arrest" }, agency_id: "115", priority: 1, radius_m: 300, restricted: false },
  },
  capabilities: { fire_engine: { vi: "Xe chữa cháy", en: "Fire engine" } },
  outcomes: { put_out: { vi: "đã dập tắt", en: "put out" } },
  end_reasons: { wrong_number: { vi: "nhầm số", en: "wrong number" }, child: { vi: "trẻ nghịch", en: "child playing" } },
};
