/** The call in hand: who, on which line, how long; hold, transfer, hang up, and what to do when nobody speaks. */
import { useEffect, useState } from "react";

import { useTranslation } from "../../i18n/useTranslation";
import { useNowS } from "../../live/clock";
import { useCentre } from "../../live/store";
import type { Call } from "../../protocol";
import { isLiving } from "../../state/calls";
import { distanceM } from "../../state/duplicates";
import { showForm, useForms, type Form } from "../../state/forms";
import { Age, Key } from "../../ui/marks";
import { clockText, distanceText } from "../../ui/time";
import { useWords } from "../../ui/words";
import { hangUp } from "../report/sending";
import { hold, transfer } from "./acts";
import { isComposing } from "./keys";

function State({ call }: { call: Call }) {
  const { t } = useTranslation();
  if (!isLiving(call)) {
    const key = call.ended_by === "caller" ? "calls.caller_gone" : "calls.over";
    return (
      <span className="badge">
        {t(call.state === "ringing" ? "calls.transferred" : key)}{" "}
        {call.ended_at !== null && <span className="num">{clockText(call.ended_at)}</span>}
      </span>
    );
  }
  const held = call.state === "held";
  return (
    <span className={`badge ${held ? "warn" : ""}`}>
      {held ? t("calls.held") : `● ${t("calls.talking")}`} <Age since={call.answered_at ?? call.rung_at} />
    </span>
  );
}

function Transfer({ call }: { call: Call }) {
  const { t } = useTranslation();
  const words = useWords();
  const others = Object.values(words.codes?.agencies ?? {}).filter((agency) => agency.line !== call.line);
  return (
    <label className="transfer">
      <span className="sr-only">{t("calls.transfer")}</span>
      <select className="select" value="" onChange={(e) => e.target.value !== "" && void transfer(call.id, e.target.value)}>
        <option value="">{t("calls.transfer")}</option>
        {others.map((agency) => (
          <option key={agency.id} value={agency.line}>
            {agency.line} {words.label(agency.label, agency.id)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Shift+F10 holds and resumes, Alt+0 hangs up, Alt+S opens the way for calls on which nobody speaks. */
function useCallKeys(callId: string | null, setSilent: (change: (shown: boolean) => boolean) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const call = callId === null ? undefined : useCentre.getState().live.rows.call.get(callId);
      if (call === undefined || isComposing(event) || !isLiving(call)) return;
      if (event.key === "F10" && event.shiftKey) void hold(call.id, call.state !== "held");
      else if (event.altKey && event.code === "Digit0") void hangUp(call.id);
      else if (event.altKey && event.code === "KeyS") setSilent((shown) => !shown);
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, [callId, setSilent]);
}

function CallActs({ call, onSilent, silent }: { call: Call; onSilent: () => void; silent: boolean }) {
  const { t } = useTranslation();
  const held = call.state === "held";
  return (
    <>
      <button type="button" className="button" aria-pressed={held} onClick={() => void hold(call.id, !held)}>
        <Key>⇧F10</Key> {t(held ? "calls.resume" : "calls.hold")}
      </button>
      <Transfer call={call} />
      <button type="button" className="button" aria-expanded={silent} onClick={onSilent}>
        <Key>Alt S</Key> {t("calls.silent")}
      </button>
      <button type="button" className="button" onClick={() => void hangUp(call.id)}>
        <Key>Alt 0</Key> {t("calls.hang_up")}
      </button>
    </>
  );
}

/** What is said to a caller who does not speak, and what it may mean. */
function Silent({ onSign, onNothing }: { onSign: () => void; onNothing: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="silent" role="group" aria-label={t("calls.silent")}>
      <p>
        <strong>“{t("calls.silent_text")}”</strong> <span className="note">{t("calls.needs_approval_all")}</span>
      </p>
      <div className="actions">
        <button type="button" className="button primary" onClick={onSign}>
          {t("calls.silent_sign")}
        </button>
        <button type="button" className="button" onClick={onNothing}>
          <Key>Alt 3</Key> {t("calls.silent_nothing")}
        </button>
        <span className="note">{t("calls.silent_kept")}</span>
      </div>
    </div>
  );
}

function Saved({ form }: { form: Form }) {
  const { t } = useTranslation();
  const saved = useForms((s) => s.saved.get(form.id));
  if (saved === undefined) return <span className="note">{t("calls.kept")}</span>;
  if (saved.how === "taken") return <span className="warn">{t("calls.taken_by", { name: saved.by })}</span>;
  if (saved.how === "kept" || saved.at === null) return <span className="warn">{t("calls.kept_only")}</span>;
  return (
    <span className="note">
      {t("calls.saved")} <span className="num">{clockText(saved.at)}</span>
    </span>
  );
}

/** Other callers in hand, each a key away. */
function Others({ form }: { form: Form }) {
  const { t } = useTranslation();
  const forms = useForms((s) => s.forms);
  const others = [...forms.values()].filter((other) => other.id !== form.id);
  return (
    <>
      {others.map((other) => (
        <button key={other.id} type="button" className="button plain" onClick={() => showForm(other.id)}>
          {t("calls.other_form")} <span className="num">{other.phone || clockText(other.startedAt)}</span>
        </button>
      ))}
    </>
  );
}

function AnsweredAfter({ call }: { call: Call }) {
  const { t } = useTranslation();
  useNowS();
  if (call.answered_at === null) return null;
  const seconds = Math.max(0, Math.round((Date.parse(call.answered_at) - Date.parse(call.rung_at)) / 1000));
  return <span className="note">{t("calls.answered_after", { seconds })}</span>;
}

/** Where the telephone says it is: how well, how long ago; and how far that is from the place chosen, where both circles
    together do not explain it. */
function Handset({ call, place }: { call: Call; place: Form["place"] }) {
  const { t } = useTranslation();
  const fix = call.handset;
  if (fix === null) return null;
  const awayM = place?.lon_lat ? distanceM(fix.lon_lat, place.lon_lat) : 0;
  const apart = awayM > fix.radius_m + (place?.radius_m ?? 0);
  return (
    <span className={apart ? "warn" : "note"}>
      {t("calls.handset")} <span className="num">±{distanceText(fix.radius_m)}</span>, <Age since={fix.at} />
      {apart && ` · ${t("calls.handset_apart", { at: distanceText(awayM) })}`}
    </span>
  );
}

interface Props {
  form: Form;
  onSilentSign: () => void;
  onSilentEnd: () => void;
}

export function CallBar({ form, onSilentSign, onSilentEnd }: Props) {
  const { t } = useTranslation();
  const call = useCentre((s) => (form.callId === null ? undefined : s.live.rows.call.get(form.callId)));
  const [silent, setSilent] = useState(false);
  useCallKeys(form.callId, setSilent);
  const living = isLiving(call);
  return (
    <>
      <div className="call-bar">
        <strong>{t("calls.title")}</strong>
        {call !== undefined && (
          <>
            <span>
              {t("calls.call_on")} <span className="num strong">{call.line}</span> {t("calls.from")}{" "}
              <span className="num strong">{call.number ?? t("call.no_number")}</span>
            </span>
            <State call={call} />
            <AnsweredAfter call={call} />
            <Handset call={call} place={form.place} />
            {living && <CallActs call={call} silent={silent} onSilent={() => setSilent(!silent)} />}
          </>
        )}
        <span className="grow" />
        <Others form={form} />
        <Saved form={form} />
      </div>
      {silent && living && (
        <Silent
          onSign={() => {
            setSilent(false);
            onSilentSign();
          }}
          onNothing={onSilentEnd}
        />
      )}
    </>
  );
}
