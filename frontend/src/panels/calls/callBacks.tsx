/** People who hung up, were cut off or said nothing: a work list; nobody leaves it but by a person's hand. */
import { useEffect } from "react";

import { attemptCallBack, finishCallBack } from "../../commands/actions";
import { isTyping } from "../../commands/held";
import { COMMAND_LINE_ID } from "../../commands/keys";
import { useTranslation } from "../../i18n/useTranslation";
import { useCentre } from "../../live/store";
import type { Call } from "../../protocol";
import { callBacks, lastedS, whyDue } from "../../state/calls";
import { useDeskAgencies } from "../../state/desk";
import { beginForm } from "../../state/forms";
import { openNewReport } from "../../state/ui";
import { useNames } from "../../ui/names";
import { Age, Key, PanelHead } from "../../ui/marks";
import { dialBack } from "./acts";
import { isComposing } from "./keys";

const REASON_HANDLED = "handled";

/** They are on the line: the form begins with their number and the call they could not finish. */
async function reached(call: Call): Promise<void> {
  if (!(await attemptCallBack(call.id, true)).ok) return;
  beginForm({ phone: call.number ?? "", callId: call.id, calledLine: call.line });
  openNewReport();
  await finishCallBack(call.id, REASON_HANDLED);
}

/** Somebody calls this person back now; whoever does says what came of it. */
export function Dialling({ call }: { call: Call }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const me = useCentre((s) => s.me?.id);
  if (call.dialled_by !== me) {
    return <p className="note">{t("calls.dialled_by", { name: nameOf(call.dialled_by ?? "") })}</p>;
  }
  return (
    <div className="actions">
      <span className="strong">{t("calls.dialling")}</span>
      <button type="button" className="button primary" onClick={() => void reached(call)}>
        <Key>1</Key> {t("call.reached")}
      </button>
      <button type="button" className="button" onClick={() => void attemptCallBack(call.id, false)}>
        <Key>2</Key> {t("call.not_reached")}
      </button>
    </div>
  );
}

function Item({ call, first }: { call: Call; first: boolean }) {
  const { t } = useTranslation();
  const why = whyDue(call);
  return (
    <li className="call-back">
      <div className="title-line">
        <span className="num">{call.line}</span>
        <span className="num strong">{call.number ?? t("call.no_number")}</span>
        <span className="note">
          {t(`calls.why.${why}`, { seconds: Math.round(lastedS(call)) })}
          {call.attempts.length > 0 && ` · ${t("call.attempts", { count: call.attempts.length })}`}
        </span>
        <span className="grow" />
        <Age since={call.ended_at ?? call.rung_at} />
      </div>
      {call.dialled_by !== null ? (
        <Dialling call={call} />
      ) : (
        <div className="actions">
          <button type="button" className="button" disabled={call.number === null} onClick={() => void dialBack(call.id)}>
            {first && <Key>C</Key>} {t("calls.call_back")}
          </button>
          {call.attempts.length > 0 && (
            <button type="button" className="button plain" onClick={() => void finishCallBack(call.id, REASON_HANDLED)}>
              {t("calls.take_off")}
            </button>
          )}
        </div>
      )}
    </li>
  );
}

function isRestingLine(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.id === COMMAND_LINE_ID && target.value === "";
}

/** C dials the first; 1 and 2 say what came of it. Only where nobody is typing. */
export function useCallBackKeys(agencies: readonly string[] | null): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isComposing(event) || event.ctrlKey || event.altKey || event.metaKey) return;
      const { live, me } = useCentre.getState();
      const calls = callBacks(live.rows, agencies);
      const mine = calls.find((call) => call.dialled_by === me?.id);
      // The cursor rests in the command line; no line begins with a digit of these two while somebody is dialled.
      if (isTyping(event.target) && !(mine !== undefined && isRestingLine(event.target))) return;
      const first = calls.find((call) => call.dialled_by === null && call.number !== null);
      const inQuestions = event.target instanceof HTMLElement && event.target.closest("[data-digits]") !== null;
      if (event.key.toLowerCase() === "c" && mine === undefined && first !== undefined) void dialBack(first.id);
      else if (event.key === "1" && mine !== undefined && !inQuestions) void reached(mine);
      else if (event.key === "2" && mine !== undefined && !inQuestions) void attemptCallBack(mine.id, false);
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [agencies]);
}

/** Whose callers this person calls back: the desk's, else one's own agencies'. */
export function useOwnLines(): readonly string[] | null {
  const own = useCentre((s) => s.me?.agencies ?? null);
  const desk = useDeskAgencies();
  return desk ?? own;
}

export function useCallBacks(): Call[] {
  const rows = useCentre((s) => s.live.rows);
  return callBacks(rows, useOwnLines());
}

export function CallBacks() {
  const { t } = useTranslation();
  const calls = useCallBacks();
  return (
    <section aria-label={t("call.call_back")}>
      <PanelHead title={t("call.call_back")} note={calls.length === 0 ? t("calls.none_due") : String(calls.length)} />
      <ul>
        {calls.map((call, i) => (
          <Item key={call.id} call={call} first={i === 0} />
        ))}
      </ul>
    </section>
  );
}
