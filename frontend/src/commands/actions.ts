/** What a person of the room can ask for: each builds one command and says what it was for (`did.…`). */
import { announce, sendCommand, useCentre } from "../live/store";
import type { Outcome } from "./outbox";
import type { Place, PlaceCandidate, Report } from "../protocol";
import { acceptable, changedJustNow } from "../state/recommendation";

export const claimAlert = (alertId: string) => sendCommand({ type: "alert.claim", alert_id: alertId }, "did.claim");

export const readBackPlace = (incidentId: string) =>
  sendCommand({ type: "incident.read_back", incident_id: incidentId }, "did.read_back");

export const changePriority = (incidentId: string, priority: number, seen: number) =>
  sendCommand({ type: "incident.change_priority", incident_id: incidentId, priority, seen }, "did.priority");

export const changePlace = (incidentId: string, place: Place, seen: number) =>
  sendCommand({ type: "incident.change_place", incident_id: incidentId, place, seen }, "did.change_place");

export const addNote = (incidentId: string, text: string) =>
  sendCommand({ type: "incident.note", incident_id: incidentId, text }, "did.note");

export const raiseLevel = (incidentId: string, level: number) =>
  sendCommand({ type: "incident.raise_level", incident_id: incidentId, level }, "did.level");

export const seeLeg = (legId: string) => sendCommand({ type: "leg.see", leg_id: legId }, "did.see_leg");

export const closeLeg = (legId: string, outcome: string) =>
  sendCommand({ type: "leg.close", leg_id: legId, outcome }, "did.close_leg");

export const standDown = (assignmentId: string) =>
  sendCommand({ type: "assignment.stand_down", assignment_id: assignmentId, reason: "" }, "did.stand_down");

export const attachReport = (reportId: string, incidentId: string) =>
  sendCommand({ type: "report.attach", report_id: reportId, incident_id: incidentId }, "did.attach");

export const splitReport = (reportId: string) =>
  sendCommand({ type: "report.split", report_id: reportId }, "did.split");

export const mergeIncidents = (incidentId: string, into: string) =>
  sendCommand({ type: "incident.merge", incident_id: incidentId, into }, "did.merge");

export const openReport = (reportId: string) =>
  sendCommand({ type: "report.open", report_id: reportId }, "did.open_report");

export const endReport = (reportId: string, reason: string) =>
  sendCommand({ type: "report.end", report_id: reportId, reason }, "did.end_report");

export const addWords = (reportId: string, words: string) =>
  sendCommand({ type: "report.add_words", report_id: reportId, words }, "did.words");

/** The place of a candidate; the words that were used stay beside it. */
export function placeOf(heard: string, candidate: PlaceCandidate): Place {
  const { lon_lat, radius_m, level, label, ward_code, ward, confidence } = candidate;
  return { heard, lon_lat, radius_m, level, label, ward_code, ward, confidence, state: "matched" };
}

export const placeReport = (report: Report, candidate: PlaceCandidate, candidates: readonly PlaceCandidate[]) =>
  sendCommand(
    {
      type: "report.place",
      report_id: report.id,
      place: placeOf(report.place.heard, candidate),
      candidates: [...candidates],
    },
    "did.place",
  );

export interface Release {
  reportId: string;
  typeCode: string;
  priority: number | null;
  place: Place | null;
}

/** Release: an incident with its parts, from a report. */
export const openIncident = ({ reportId, typeCode, priority, place }: Release) =>
  sendCommand(
    { type: "incident.open", report_id: reportId, type_code: typeCode, priority, place },
    "did.open_incident",
  );

export interface NewReport {
  words: string;
  heard: string;
  phone: string;
  name: string;
  typeCode: string | null;
  /** The telephone line of the service wanted. */
  line: string | null;
  place: Place | null;
  callId: string | null;
}

export function receiveReport(report: NewReport): Promise<Outcome> {
  const place = report.place ?? { heard: report.heard };
  return sendCommand(
    {
      type: "report.receive",
      channel: report.callId === null ? "console" : "phone",
      words: report.words,
      phone: report.phone,
      name: report.name,
      type_code: report.typeCode,
      place,
      line: report.line,
      call_id: report.callId,
    },
    "did.receive_report",
  );
}

export const answerCall = (callId: string) => sendCommand({ type: "call.answer", call_id: callId }, "did.answer_call");

export const attemptCallBack = (callId: string, reached: boolean) =>
  sendCommand({ type: "call.call_back", call_id: callId, reached }, "did.call_back");

export const finishCallBack = (callId: string, reason: string) =>
  sendCommand({ type: "call.call_back_done", call_id: callId, reason }, "did.call_back_done");

/**
 * Sends what was seen: the version travels with the command. If it changed a moment ago, or a proposed unit
 * is gone, nothing is sent and the reason is said.
 */
export async function acceptRecommendation(incidentId: string): Promise<Outcome | null> {
  const { live, seenVersions } = useCentre.getState();
  const plan = live.rows.recommendation.get(incidentId);
  if (plan === undefined || plan.proposed.length === 0) return null;
  if (changedJustNow(seenVersions.get(incidentId), Date.now())) {
    return refuseLocally("just_changed");
  }
  if (acceptable(live.rows, plan).length < plan.proposed.length) return refuseLocally("unit_gone_seen");
  return sendCommand(
    { type: "recommendation.accept", incident_id: incidentId, version: plan.version, leg_ids: [] },
    "did.accept",
  );
}

function refuseLocally(code: string): null {
  // Both languages are the page's own: `local.<code>`.
  announce({ ok: false, what: "did.accept", error: { code: `local.${code}`, vi: "", en: "", data: {} } });
  return null;
}

/** Sit down at a desk; the seat is the person's own. */
export const signOnSeat = (userId: string, deskId: string) =>
  sendCommand({ type: "seat.sign_on", seat_id: userId, desk_ids: [deskId] }, "did.sign_on");
