/** What a person of the room can ask for: each builds one command and says what it was for (`did.…`). */
import { create } from "zustand";

import { announce, sendCommand, useCentre } from "../live/store";
import type { Outcome } from "./outbox";
import type { ErrorBody, Place, PlaceCandidate, Recommendation, Report } from "../protocol";
import { acceptable, changedJustNow } from "../state/recommendation";

export const claimAlert = (alertId: string) => sendCommand({ type: "alert.claim", alert_id: alertId }, "did.claim");

/** A free unit goes and waits where it is proposed. */
export const orderMove = (moveId: string) => sendCommand({ type: "move.order", move_id: moveId }, "did.move_order");

/** A proposal is turned down, or an order taken back. */
export const endMove = (moveId: string) => sendCommand({ type: "move.end", move_id: moveId }, "did.move_end");

export const readBackPlace = (incidentId: string) =>
  sendCommand({ type: "incident.read_back", incident_id: incidentId }, "did.read_back");

export const changePriority = (incidentId: string, priority: number, seen: number) =>
  sendCommand({ type: "incident.change_priority", incident_id: incidentId, priority, seen }, "did.priority");

export const changePlace = (incidentId: string, place: Place, seen: number) =>
  sendCommand({ type: "incident.change_place", incident_id: incidentId, place, seen }, "did.change_place");

export type NoteKind = "note" | "caution" | "trapped" | "access";

/** A caution is acknowledged apart by every crew, until it expires; `source` is who knows it. */
export const addNote = (incidentId: string, text: string, kind: NoteKind = "note", source = "", expiresAt: string | null = null) =>
  sendCommand(
    kind === "note"
      ? { type: "incident.note", incident_id: incidentId, text }
      : { type: "incident.note", incident_id: incidentId, text, kind, source, expires_at: expiresAt },
    "did.note",
  );

/** Where a caution holds: in its incident alone, at its place, or wherever its caller's number calls from. */
export type CautionScope = "incident" | "place" | "number";

/** A caution that outlasts its incident; incidents it concerns get it as a standing one. */
export const keepCaution = (incidentId: string, text: string, scope: CautionScope, source: string, expiresAt: string) =>
  sendCommand({ type: "caution.keep", incident_id: incidentId, scope, text, source, expires_at: expiresAt }, "did.keep_caution");

/** A standing caution has its note's id. */
export const withdrawCaution = (cautionId: string, reason: string) =>
  sendCommand({ type: "caution.withdraw", caution_id: cautionId, reason }, "did.withdraw_caution");

/** A report's number is no nuisance after all: what it told so far marks it no longer. */
export const clearNuisance = (reportId: string, reason: string) =>
  sendCommand({ type: "report.clear_nuisance", report_id: reportId, reason }, "did.clear_nuisance");

/** Ask the caller to send somebody to the alley's mouth. The answer says whether a gateway sends it. */
export const textAlleyMouth = (reportId: string) =>
  sendCommand({ type: "report.text_caller", report_id: reportId, kind: "alley_mouth" }, "did.text_caller");

export const endHold = (incidentId: string) =>
  sendCommand({ type: "incident.end_hold", incident_id: incidentId }, "did.end_hold");

/** Whatever counts down on the incident for one's own agencies does not go by itself. */
export const stopAutomatic = (incidentId: string) =>
  sendCommand({ type: "automatic.stop", incident_id: incidentId }, "did.stop_automatic");

export const shelveAlert = (alertId: string, until: string, reason: string) =>
  sendCommand({ type: "alert.shelve", alert_id: alertId, until, reason }, "did.shelve");

export const endMayday = (unitId: string, reason: string) =>
  sendCommand({ type: "unit.mayday_end", unit_id: unitId, reason }, "did.end_mayday");

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
  const { lon_lat, radius_m, level, label, ward_code, ward, confidence, mouth, mouth_m } = candidate;
  return { heard, lon_lat, radius_m, level, label, ward_code, ward, confidence, mouth, mouth_m, state: "matched" };
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

/** What was refused and what was seen then: the panel shows how it differs from what stands now. */
export interface RefusedPlan {
  seen: Recommendation;
  /** Key of the reason, `local.<why>`, or the centre's own error. */
  why: string;
  error: ErrorBody | null;
}

export const useRefused = create<{ plans: ReadonlyMap<string, RefusedPlan> }>(() => ({ plans: new Map() }));

function noteRefused(incidentId: string, refused: RefusedPlan): void {
  useRefused.setState((s) => ({ plans: new Map(s.plans).set(incidentId, refused) }));
}

export function forgetRefused(incidentId: string): void {
  const plans = new Map(useRefused.getState().plans);
  if (plans.delete(incidentId)) useRefused.setState({ plans });
}

/** The plan that stood before the present one, as this screen last showed it. */
const shownPlans = new Map<string, Recommendation>();

useCentre.subscribe((state, before) => {
  const plans = before.live.rows.recommendation;
  if (state.live.rows.recommendation === plans) return;
  for (const [id, plan] of plans) {
    if (state.live.rows.recommendation.get(id)?.version !== plan.version) shownPlans.set(id, plan);
  }
});

/**
 * Sends what was seen: the version travels with the command. If it changed a moment ago, or a proposed unit
 * is gone, nothing is sent and the difference is shown.
 */
export async function acceptRecommendation(incidentId: string): Promise<Outcome | null> {
  const { live, seenVersions } = useCentre.getState();
  const plan = live.rows.recommendation.get(incidentId);
  if (plan === undefined || plan.proposed.length === 0) return null;
  if (changedJustNow(seenVersions.get(incidentId), Date.now())) {
    return refuseLocally(incidentId, shownPlans.get(incidentId) ?? plan, "just_changed");
  }
  if (acceptable(live.rows, plan).length < plan.proposed.length) return refuseLocally(incidentId, plan, "unit_gone_seen");
  forgetRefused(incidentId);
  const outcome = await sendCommand(
    { type: "recommendation.accept", incident_id: incidentId, version: plan.version, leg_ids: [] },
    "did.accept",
  );
  if (!outcome.ok) noteRefused(incidentId, { seen: plan, why: outcome.error.code, error: outcome.error });
  return outcome;
}

function refuseLocally(incidentId: string, seen: Recommendation, code: string): null {
  noteRefused(incidentId, { seen, why: `local.${code}`, error: null });
  // Both languages are the page's own: `local.<code>`.
  announce({ ok: false, what: "did.accept", error: { code: `local.${code}`, vi: "", en: "", data: {} } });
  return null;
}

/** Sit down at a desk; the seat is the person's own. */
export const signOnSeat = (userId: string, deskId: string) =>
  sendCommand({ type: "seat.sign_on", seat_id: userId, desk_ids: [deskId] }, "did.sign_on");

/** Stand up. An unattended desk is seen by everybody. */
export const signOffSeat = (seatId: string) => sendCommand({ type: "seat.sign_off", seat_id: seatId }, "did.sign_off");
