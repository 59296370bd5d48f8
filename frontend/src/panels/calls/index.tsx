/** The screen-pop: the call that rings longest, in the head of every desk, answered by one key wherever one is.
 * It takes a place that is kept for it: nothing below moves away from under a hand when a telephone rings. */
import { useEffect, useState } from "react";

import { useTranslation } from "../../i18n/useTranslation";
import { formsApi } from "../../live/forms";
import { useCentre } from "../../live/store";
import type { Call } from "../../protocol";
import { ringing } from "../../state/calls";
import { Age, Key } from "../../ui/marks";
import { useWords } from "../../ui/words";
import { answer } from "./acts";
import { Dialling, useCallBackKeys, useCallBacks, useOwnLines } from "./callBacks";
import "./calls.css";
import { useFormKeeper } from "./keeper";
import { isComposing } from "./keys";

function useRinging(): Call[] {
  const rows = useCentre((s) => s.live.rows);
  return ringing(rows, useOwnLines());
}

/** How often this number was a nuisance; it rings all the same. */
function useNuisance(number: string | null): number {
  const [found, setFound] = useState<{ number: string | null; count: number }>({ number: null, count: 0 });
  useEffect(() => {
    if (number === null) return;
    const cancel = new AbortController();
    const told = {
      phone: number, heard: "", label: "", level: "unknown", ward: "", ward_code: "", lon_lat: null, radius_m: null, type_code: null,
      report_id: null, incident_id: null,
    };
    formsApi.history(told, cancel.signal).then(
      (past) => setFound({ number, count: past.number?.nuisance?.count ?? 0 }),
      () => undefined,
    );
    return () => cancel.abort();
  }, [number]);
  return found.number === number ? found.count : 0;
}

function Ring({ call }: { call: Call }) {
  const { t } = useTranslation();
  const words = useWords();
  const nuisance = useNuisance(call.number);
  const rows = useCentre((s) => s.live.rows);
  const earlier = call.reopened.map((id) => rows.report.get(id)).find((report) => report !== undefined);
  return (
    <li className="ring">
      <span className="num ring-line">{call.line}</span>
      <strong>{t("calls.rings")}</strong>
      <span className="num ring-number">{call.number ?? t("call.no_number")}</span>
      <Age since={call.rung_at} className="ring-age" />
      {earlier !== undefined && <span className="badge warn">{t("calls.rings_again")}</span>}
      {nuisance > 0 && <span className="badge">{t("calls.nuisance", { count: nuisance })}</span>}
      <span className="note cut">{words.agency(call.agency_id)}</span>
      <button type="button" className="button primary" onClick={() => void answer(call)}>
        <Key>F10</Key> {t("call.answer")}
      </button>
    </li>
  );
}

/** F10 answers the call that rings longest, also while one types. */
function useAnswerKey(agencies: readonly string[] | null): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "F10" || event.shiftKey || isComposing(event)) return;
      const first = ringing(useCentre.getState().live.rows, agencies)[0];
      if (first === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat) void answer(first);
    };
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, [agencies]);
}

export function CallStrip() {
  const { t } = useTranslation();
  useFormKeeper();
  const calls = useRinging();
  const lines = useOwnLines();
  useAnswerKey(lines);
  const due = useCallBacks();
  useCallBackKeys(lines);
  const me = useCentre((s) => s.me?.id ?? "");
  const dialled = due.find((call) => call.dialled_by === me);
  if (calls.length === 0 && dialled === undefined) return null;
  const first = calls[0];
  const others = dialled === undefined ? calls.slice(1) : calls;
  return (
    <section className="call-strip" aria-label={t("calls.ringing")} aria-live="assertive">
      <ul>
        {dialled !== undefined && (
          <li className="ring">
            <span className="num ring-line">{dialled.line}</span>
            <span className="num ring-number">{dialled.number ?? t("call.no_number")}</span>
            <Dialling call={dialled} />
          </li>
        )}
        {first !== undefined && dialled === undefined && <Ring key={first.id} call={first} />}
      </ul>
      {others.length > 0 && (
        <span className="more-rings">
          {t("calls.more_ring", { count: others.length })}
          <span className="sr-only"> {others.map((call) => call.number ?? t("call.no_number")).join(", ")}</span>
        </span>
      )}
    </section>
  );
}
