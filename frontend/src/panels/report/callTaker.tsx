/** The call-taker's desk: one column of fields, places that fit the words, and what is known beside them. */
import { useEffect, useRef } from "react";

import { readBackPlace, textAlleyMouth } from "../../commands/actions";
import { COMMAND_LINE_ID } from "../../commands/keys";
import { useTranslation } from "../../i18n/useTranslation";
import { useCentre } from "../../live/store";
import { MapPanel } from "../../map";
import { isLiving } from "../../state/calls";
import { beginForm, changeForm, isEmpty, isUntouched, useForms, type Form } from "../../state/forms";
import { closePane, select, useUi } from "../../state/ui";
import { Key } from "../../ui/marks";
import { CallBar } from "../calls/bar";
import { CallBacks } from "../calls/callBacks";
import { isComposing } from "../calls/keys";
import { Duplicates } from "./duplicates";
import { Fields, LINE_ID } from "./fields";
import { Past, SaidLines, Typing } from "./known";
import { useDuplicates } from "./lookBack";
import { EndReasons, reasonOfDigit } from "./pickers";
import { Places, usePlaces } from "./places";
import { linesOf } from "./plan";
import { attach, endWithout, finish, leaveWaiting, release, say, split } from "./sending";

function readBack(form: Form): void {
  if (form.incidentId !== null) void readBackPlace(form.incidentId);
  else if (form.place !== null) changeForm(form.id, { place: { ...form.place, state: "read_back" } });
}

/** Leaving keeps the form; one that was released and whose caller is gone is done. */
function leave(form: Form): void {
  const { incidentId } = form;
  const call = useCentre.getState().live.rows.call.get(form.callId ?? "");
  if (isUntouched(form) && !isLiving(call)) finish(form.id);
  if (incidentId === null) return closePane();
  finish(form.id);
  select({ kind: "incident", id: incidentId });
}

/** Released: the hand goes to the line, whose words go to the units from then on; unless it has gone on elsewhere. */
async function releaseAndGoOn(formId: string): Promise<void> {
  const at = document.activeElement;
  await release(formId);
  const now = document.activeElement;
  if (now === at || now === document.body) document.getElementById(LINE_ID)?.focus();
}

interface Acts {
  release: () => void;
  attachFirst: () => void;
  readBack: () => void;
  end: (reason: string) => void;
  guideIn: () => void;
  leave: () => void;
}

/** Keys of the form, wherever in it one is; the command line keeps its own. */
function useFormKeys(acts: Acts): void {
  const latest = useRef(acts);
  useEffect(() => {
    latest.current = acts;
  });
  const reasons = useCentre((s) => s.codes?.end_reasons);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target instanceof HTMLElement ? event.target : null;
      if (isComposing(event) || target?.closest("dialog") || target?.id === COMMAND_LINE_ID) return;
      const reason = reasonOfDigit(reasons ?? {}, event);
      const plain = !event.ctrlKey && !event.altKey && !event.shiftKey;
      if (event.key === "Enter" && event.ctrlKey) latest.current.release();
      else if (event.key === "F4" && plain) latest.current.readBack();
      else if (event.key === "F6" && plain) latest.current.attachFirst();
      else if (event.key === "F7" && plain) latest.current.guideIn();
      else if (reason !== undefined) latest.current.end(reason);
      else if (event.key === "Escape" && plain) latest.current.leave();
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, [reasons]);
}

function Released({ form }: { form: Form }) {
  const { t } = useTranslation();
  const incident = useCentre((s) => (form.incidentId === null ? undefined : s.live.rows.incident.get(form.incidentId)));
  const phone = useCentre((s) => s.live.rows.report.get(form.reportId ?? "")?.phone ?? null);
  const { reportId } = form;
  return (
    <>
      <strong>{t("calls.released", { number: incident?.number.slice(-4) ?? "" })}</strong>
      <span className="note">{t("calls.goes_as_update")}</span>
      {phone !== null && reportId !== null && (
        <button type="button" className="button" onClick={() => void textAlleyMouth(reportId)}>
          <Key>F7</Key> {t("calls.alley_mouth")}
        </button>
      )}
      <button type="button" className="button" onClick={() => void split(form.id)}>
        {t("calls.split")}
      </button>
      <button type="button" className="button" onClick={() => leave(form)}>
        <Key>Esc</Key> {t("calls.to_incident")}
      </button>
    </>
  );
}

interface BarProps {
  form: Form;
  firstDuplicate: string | null;
  onAttach: () => void;
}

function ActBar({ form, firstDuplicate, onAttach }: BarProps) {
  const { t } = useTranslation();
  const codes = useCentre((s) => s.codes);
  const number = useCentre((s) => s.live.rows.incident.get(firstDuplicate ?? "")?.number);
  const lines = linesOf(codes, form);
  const released = form.incidentId !== null;
  return (
    <div className="taker-acts">
      {released ? (
        <Released form={form} />
      ) : (
        <>
          <button type="button" className="button primary" disabled={form.typeCode === null} onClick={() => void releaseAndGoOn(form.id)}>
            <Key>Ctrl Enter</Key>{" "}
            {lines.length === 0 ? t("form.release") : t("calls.release_to", { lines: lines.join(", ") })}
          </button>
          {number !== undefined && (
            <button type="button" className="button" onClick={onAttach}>
              <Key>F6</Key> {t("duplicate.attach", { number: number.slice(-4) })}
            </button>
          )}
          <button type="button" className="button" onClick={() => void leaveWaiting(form.id)}>
            {t("form.save")}
          </button>
          {form.typeCode === null && <span className="note">{t("form.needs_type")}</span>}
          <span className="grow" />
          <EndReasons onEnd={(reason) => void endWithout(form.id, reason)} />
        </>
      )}
    </div>
  );
}

function Desk({ form }: { form: Form }) {
  const { t } = useTranslation();
  const duplicates = useDuplicates(form);
  const known = useCentre((s) => s.live.rows.incident);
  const first = duplicates.find((duplicate) => known.has(duplicate.incident_id))?.incident_id ?? null;
  const places = usePlaces(form);
  const attachFirst = () => {
    if (first !== null) void attach(form.id, first);
  };
  const end = (reason: string) => void endWithout(form.id, reason);
  useFormKeys({
    release: () => void releaseAndGoOn(form.id),
    attachFirst,
    readBack: () => readBack(form),
    end,
    guideIn: () => form.reportId !== null && void textAlleyMouth(form.reportId),
    leave: () => leave(form),
  });
  return (
    <div className="taker" role="group" aria-label={t("form.title")}>
      <CallBar
        form={form}
        onSilentSign={() => {
          changeForm(form.id, { line: t("calls.silent_line"), priority: 1 });
          void say(form.id);
        }}
        onSilentEnd={() => end("silent")}
      />
      <div className="taker-columns">
        <div className="taker-form scroll">
          <Fields form={form} places={places} onReadBack={() => readBack(form)} />
        </div>
        <div className="taker-places">
          <Places places={places} />
          <MapPanel />
        </div>
        <div className="taker-known scroll" tabIndex={0} role="group" aria-label={t("calls.known")}>
          <Duplicates duplicates={duplicates} onAttach={(id) => void attach(form.id, id)} form={form} />
          <Past form={form} />
          <CallBacks />
          <Typing />
          <SaidLines form={form} />
        </div>
      </div>
      <ActBar form={form} firstDuplicate={first} onAttach={attachFirst} />
    </div>
  );
}

/** The form in hand; without one, a new one that begins with the words of the command line. */
export function CallTaker() {
  const current = useForms((s) => (s.current === null ? undefined : s.forms.get(s.current)));
  const wanted = useUi((s) => s.draftWords.trim());
  const missing = current === undefined;
  useEffect(() => {
    const { forms, current: id } = useForms.getState();
    const form = id === null ? undefined : forms.get(id);
    if (form === undefined) beginForm({ line: wanted });
    else if (wanted !== "" && isEmpty(form)) changeForm(form.id, { line: wanted });
  }, [wanted, missing]);
  return current === undefined ? null : <Desk key={current.id} form={current} />;
}
