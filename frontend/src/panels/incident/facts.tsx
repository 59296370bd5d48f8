/** What must be known before anybody is sent: cautions first, who is trapped, the way in, and who told it. */
import { useState } from "react";

import { attemptCallBack, textAlleyMouth, withdrawCaution } from "../../commands/actions";
import { useTranslation } from "../../i18n/useTranslation";
import { useNowS } from "../../live/clock";
import { useCentre } from "../../live/store";
import type { Incident, Note, Report } from "../../protocol";
import { callersOf } from "../../state/callers";
import { factsOf, wordsOf } from "../../state/facts";
import { useUi } from "../../state/ui";
import { Key } from "../../ui/marks";
import { useNames } from "../../ui/names";
import { clockText, dateText } from "../../ui/time";
import { ReasonForm } from "../alertActs";

const DAY_MS = 86_400_000;
const WITHDRAWS: ReadonlySet<string> = new Set(["dispatcher", "supervisor", "administrator"]);

/** The day of what ends later than a day after it was noted, otherwise the minute. */
function endText(note: Note, expiresAt: string): string {
  return Date.parse(expiresAt) - Date.parse(note.at) > DAY_MS ? dateText(expiresAt) : clockText(expiresAt).slice(0, 5);
}

/** Where a desk says that a standing caution is no danger any more. */
function WithdrawForm({ note, onDone }: { note: Note; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <ReasonForm
      id="withdraw-reason"
      title={t("fact.withdraw_title")}
      label={t("fact.withdraw_reason")}
      submit={t("fact.withdraw")}
      onSubmit={(reason) => withdrawCaution(note.note_id, reason)}
      onDone={onDone}
    />
  );
}

function Told({ note, before }: { note: Note; before?: Note | undefined }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const mayWithdraw = useCentre((s) => note.standing && WITHDRAWS.has(s.me?.role ?? ""));
  const [withdrawing, setWithdrawing] = useState(false);
  return (
    <>
      <p>
        <strong>{wordsOf(note, t)}</strong> {before && <s className="note">{before.text}</s>}{" "}
        {note.standing && <span className="badge">{t(note.scope === "number" ? "fact.standing_number" : "fact.standing_place")}</span>}{" "}
        <span className="note">
          {[note.source, nameOf(note.by), clockText(note.at).slice(0, 5)].filter(Boolean).join(" · ")}
          {note.expires_at !== null && ` · ${t("fact.until", { time: endText(note, note.expires_at) })}`}
        </span>{" "}
        {mayWithdraw && (
          <button type="button" className="button plain" onClick={() => setWithdrawing(true)}>
            {t("fact.withdraw")}
          </button>
        )}
      </p>
      {withdrawing && <WithdrawForm note={note} onDone={() => setWithdrawing(false)} />}
    </>
  );
}

/** The caller who can send somebody to the alley's mouth, and what became of asking. */
function Caller({ report, asked }: { report: Report; asked: boolean }) {
  const { t } = useTranslation();
  const calls = useCentre((s) => s.live.rows.call);
  const call = report.call_id === null ? undefined : calls.get(report.call_id);
  const text = report.texts.at(-1);
  return (
    <p className={asked ? "asked" : ""}>
      {report.name} <strong className="num">{report.phone}</strong>{" "}
      {asked && <strong>{t("fact.ring_back")}</strong>}{" "}
      {asked && call && (
        <>
          <button type="button" className="button" onClick={() => void attemptCallBack(call.id, true)}>
            {t("call.reached")}
          </button>
          <button type="button" className="button" onClick={() => void attemptCallBack(call.id, false)}>
            {t("call.not_reached")}
          </button>
        </>
      )}
      {text === undefined ? (
        <button type="button" className="button" onClick={() => void textAlleyMouth(report.id)}>
          <Key>F7</Key> {t("fact.alley_mouth")}
        </button>
      ) : (
        <span className={text.state === "failed" || text.how === "by_hand" ? "warn" : "note"}>
          {t(`fact.text.${text.how === "by_hand" ? "by_hand" : text.state}`)} <span className="num">{clockText(text.at).slice(0, 5)}</span>
        </span>
      )}
      {text?.how === "by_hand" && <q className="line">{t("fact.alley_mouth_words")}</q>}
    </p>
  );
}

export function Facts({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const asked = useUi((s) => s.callingBack === incident.id);
  const facts = factsOf(incident, useNowS());
  const caller = callersOf(rows, incident.id)[0];
  if (facts.cautions.length === 0 && !facts.trapped && !facts.access && !caller) return null;
  return (
    <dl className="facts">
      {facts.cautions.length > 0 && (
        <>
          <dt className="caution">
            <span aria-hidden="true">⚠</span> {t("fact.caution")}
          </dt>
          <dd className="caution">
            {facts.cautions.map((note) => (
              <Told key={note.note_id} note={note} />
            ))}
          </dd>
        </>
      )}
      {facts.trapped && (
        <>
          <dt>{t("fact.trapped")}</dt>
          <dd>
            <Told note={facts.trapped} before={facts.trappedBefore} />
          </dd>
        </>
      )}
      {facts.access && (
        <>
          <dt>{t("fact.access")}</dt>
          <dd>
            <Told note={facts.access} before={facts.accessBefore} />
          </dd>
        </>
      )}
      {caller && (
        <>
          <dt>{t("fact.caller")}</dt>
          <dd>
            <Caller report={caller} asked={asked} />
          </dd>
        </>
      )}
    </dl>
  );
}
