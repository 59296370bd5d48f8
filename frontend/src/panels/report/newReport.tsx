/** A new report by keyboard: where, what, telephone, name, priority. It is kept while typed. */
import { useMemo, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

import { attachReport, endReport, openIncident, placeOf, receiveReport } from "../../commands/actions";
import { useCentre } from "../../live/store";
import type { Duplicate, Place, PlaceCandidate } from "../../protocol";
import { nearIncidents } from "../../state/duplicates";
import { closePane, select, useUi } from "../../state/ui";
import { Key, PanelHead } from "../../ui/marks";
import { Duplicates } from "./duplicates";
import { EndReasons, PriorityPicker, TypePicker, reasonOfDigit } from "./pickers";
import { PlaceFinder } from "./placeFinder";

interface Draft {
  heard: string;
  place: Place | null;
  words: string;
  phone: string;
  name: string;
  typeCode: string | null;
  priority: number | null;
}

const DRAFT_KEY = "dispatch.draft";
const EMPTY: Draft = { heard: "", place: null, words: "", phone: "", name: "", typeCode: null, priority: null };

/** The draft survives a reload of the page; it is gone once the centre has the report. */
function useDraft(): [Draft, (change: Partial<Draft>) => void, () => void] {
  const [draft, setDraft] = useState<Draft>(() => {
    const kept = sessionStorage.getItem(DRAFT_KEY);
    const base = kept === null ? EMPTY : (JSON.parse(kept) as Draft);
    return { ...base, words: base.words || useUi.getState().draftWords };
  });
  const change = (part: Partial<Draft>) => {
    setDraft((before) => {
      const next = { ...before, ...part };
      sessionStorage.setItem(DRAFT_KEY, JSON.stringify(next));
      return next;
    });
  };
  return [draft, change, () => sessionStorage.removeItem(DRAFT_KEY)];
}

function useSend(draft: Draft, forget: () => void) {
  const types = useCentre((s) => s.codes?.types);
  const call = useCentre((s) =>
    [...s.live.rows.call.values()].find((c) => c.state === "answered" && c.answered_by === s.me?.id),
  );
  const agencies = useCentre((s) => s.codes?.agencies);
  const wanted = draft.typeCode === null ? undefined : types?.[draft.typeCode]?.agency_id;
  const line = wanted === undefined ? (call?.line ?? null) : (agencies?.[wanted]?.line ?? null);
  /** The centre's report id, or null when it was refused (the form stays as it is). */
  const receive = async (): Promise<string | null> => {
    const outcome = await receiveReport({
      ...draft,
      phone: draft.phone || (call?.number ?? ""),
      line,
      callId: call?.id ?? null,
    });
    if (!outcome.ok) return null;
    forget();
    closePane();
    return String(outcome.data.report_id);
  };
  const save = async () => {
    const id = await receive();
    if (id !== null) select({ kind: "report", id });
  };
  const release = async () => {
    if (draft.typeCode === null) return;
    const reportId = await receive();
    if (reportId === null) return;
    const { typeCode, priority, place } = draft;
    const opened = await openIncident({ reportId, typeCode, priority, place });
    const incidentId = opened.ok ? opened.data.incident_id : undefined;
    // A release that was refused leaves the report waiting: it is shown, with what was said of it.
    if (typeof incidentId === "string") select({ kind: "incident", id: incidentId });
    else select({ kind: "report", id: reportId });
  };
  const attach = async (incidentId: string) => {
    const id = await receive();
    if (id !== null && (await attachReport(id, incidentId)).ok) select({ kind: "incident", id: incidentId });
  };
  const end = async (reason: string) => {
    const id = await receive();
    if (id !== null) await endReport(id, reason);
  };
  return { save, release, attach, end };
}

function useNear(draft: Draft): Duplicate[] {
  const rows = useCentre((s) => s.live.rows);
  const codes = useCentre((s) => s.codes);
  const { place, typeCode } = draft;
  return useMemo(() => {
    if (place?.lon_lat == null) return [];
    return nearIncidents(rows, codes, place.lon_lat, place.radius_m ?? 0, typeCode).map(
      ({ incident, distanceM }): Duplicate => ({
        incident_id: incident.id,
        distance_m: distanceM,
        why: ["near"],
        differences: [],
      }),
    );
  }, [rows, codes, place, typeCode]);
}

interface TextProps {
  id: string;
  label: string;
  value: string;
  onText: (text: string) => void;
  type?: "tel" | "text";
}

function TextField({ id, label, value, onText, type = "text" }: TextProps) {
  return (
    <div className="finder">
      <label htmlFor={id}>{label}</label>
      <input id={id} className="field" type={type} autoComplete="off" value={value} onChange={(e) => onText(e.target.value)} />
    </div>
  );
}

interface FieldsProps {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
}

function Fields({ draft, change }: FieldsProps) {
  const { t } = useTranslation();
  const usual = useCentre((s) => (draft.typeCode === null ? null : (s.codes?.types[draft.typeCode]?.priority ?? null)));
  const choose = (candidate: PlaceCandidate) => change({ place: placeOf(draft.heard, candidate) });
  return (
    <div className="fields">
      <PlaceFinder
        label={t("form.where")}
        text={draft.heard}
        onText={(heard) => change({ heard, place: null })}
        given={[]}
        asked
        near={null}
        chosen={draft.place?.label ?? ""}
        onChoose={choose}
        autoFocus
      />
      {draft.place !== null && (
        <p>
          {t("form.understood")} <strong>{draft.place.label}</strong>{" "}
          {!draft.place.label.includes(draft.place.ward) && <span className="note">{draft.place.ward}</span>}
        </p>
      )}
      <TypePicker value={draft.typeCode} onChoose={(typeCode) => change({ typeCode, priority: null })} />
      <TextField id="new-words" label={t("form.words")} value={draft.words} onText={(words) => change({ words })} />
      <div className="pair">
        <TextField id="new-phone" type="tel" label={t("form.phone")} value={draft.phone} onText={(phone) => change({ phone })} />
        <TextField id="new-name" label={t("form.name")} value={draft.name} onText={(name) => change({ name })} />
      </div>
      <PriorityPicker value={draft.priority} usual={usual} onChoose={(priority) => change({ priority })} />
    </div>
  );
}

export function NewReportPanel() {
  const { t } = useTranslation();
  const [draft, change, forget] = useDraft();
  const { save, release, attach, end } = useSend(draft, forget);
  const near = useNear(draft);
  const reasons = useCentre((s) => s.codes?.end_reasons ?? {});
  const onKeyDown = (event: KeyboardEvent) => {
    const reason = reasonOfDigit(reasons, event);
    const first = near[0];
    if (event.key === "Enter" && event.ctrlKey) void release();
    else if (event.key === "F6" && first) void attach(first.incident_id);
    else if (reason !== undefined) void end(reason);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="form" onKeyDown={onKeyDown} role="group" aria-label={t("form.title")}>
      <PanelHead title={t("form.title")}>
        <button type="button" className="button plain" onClick={closePane}>
          <Key>Esc</Key> {t("form.leave")}
        </button>
      </PanelHead>
      <div className="scroll">
        <Fields draft={draft} change={change} />
        <Duplicates duplicates={near} onAttach={(id) => void attach(id)} />
        <EndReasons onEnd={(reason) => void end(reason)} />
      </div>
      <div className="actions pad bar">
        <button type="button" className="button primary" disabled={draft.typeCode === null} onClick={() => void release()}>
          <Key>Ctrl Enter</Key> {t("form.release")}
        </button>
        <button type="button" className="button" onClick={() => void save()}>
          {t("form.save")}
        </button>
      </div>
    </div>
  );
}
